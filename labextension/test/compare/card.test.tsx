import { CommandRegistry } from '@lumino/commands';
import { act, render, screen } from '@testing-library/react';

import { ComparisonCard } from '../../src/compare/card/Card';
import { ComparisonHost } from '../../src/compare/card/host';
import { comparisonPayload } from '../../src/compare/card/payload';
import { CommandIDs } from '../../src/commands';
import { RunsModel } from '../../src/runs/model';
import { UNTRANSLATED } from '../../src/translation';
import type { IVersion } from '../../src/wire';
import { settled } from '../clock';
import { comparisonOf, CompareServer, runOf } from './server';

const QUERY = { name: 'digits' };

function hosted(server: CompareServer, saved: object = {}, home = 'h'): [ComparisonHost, unknown[]] {
  const payload = comparisonPayload({
    home: 'h',
    time: 5,
    query: QUERY,
    comparison: comparisonOf(),
    ...saved
  });
  if (payload === null) {
    throw new Error('It cannot be understood.');
  }
  const commands = new CommandRegistry();
  const opened: unknown[] = [];
  commands.addCommand(CommandIDs.openComparison, {
    describedBy: { args: {} },
    execute: args => opened.push(args)
  });
  const host = new ComparisonHost(
    {
      model: new RunsModel(server.client, server.feed),
      commands,
      translation: UNTRANSLATED,
      fit: async () => ({ home, path: '/elsewhere' }) as IVersion
    },
    payload
  );
  return [host, opened];
}

describe('what a notebook says of a comparison', () => {
  it('is taken only if it can be understood', () => {
    const comparison = comparisonOf();
    expect(comparisonPayload({ query: QUERY, comparison })?.question).toEqual(QUERY);
    for (const data of [
      null,
      'text',
      { comparison },
      { query: QUERY, comparison: { runs: 'many' } },
      { query: QUERY, comparison: { runs: [{ row: { id: 3 } }] } },
      { query: QUERY, comparison: { runs: [], columns: [{ key: 1 }] } }
    ]) {
      expect(comparisonPayload(data)).toBeNull();
    }
  });
});

describe('the card of a comparison', () => {
  it('shows what was saved at once, the best first, and then what the server knows', async () => {
    const server = new CompareServer();
    server.comparison = comparisonOf({ runs: [runOf('new-7', { lr: 0.5 }, { accuracy: 0.99 })] });
    const [host] = hosted(server);
    render(<ComparisonCard host={host} leave={() => undefined} />);
    expect(screen.getAllByRole('row')).toHaveLength(4);
    expect(screen.getAllByRole('row')[1]?.textContent).toContain('wide');
    expect(screen.getAllByText('best')).toHaveLength(2);
    expect(server.asked).toEqual([]);
    await act(async () => {
      host.see(true);
      await settled();
    });
    expect(server.asked[0]).toBe('compare?name=digits');
    expect(screen.getAllByRole('row')[1]?.textContent).toContain('new');
  });

  it('keeps what was saved where no run is left, and says so', async () => {
    const server = new CompareServer(comparisonOf({ runs: [] }));
    const [host] = hosted(server);
    render(<ComparisonCard host={host} leave={() => undefined} />);
    await act(async () => {
      host.see(true);
      await settled();
    });
    expect(screen.getAllByRole('row')).toHaveLength(4);
    expect(screen.getByText(/None of these runs is in this home any more/)).toBeTruthy();
  });

  it('asks nothing of a server that has another home', async () => {
    const server = new CompareServer();
    const [host] = hosted(server, {}, 'another');
    render(<ComparisonCard host={host} leave={() => undefined} />);
    await act(async () => {
      host.see(true);
      await settled();
    });
    expect(server.asked).toEqual([]);
    expect(screen.getByText(/live in another home/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Open comparison' })).toBeNull();
  });

  it('tells what differs between two, and opens the comparison', async () => {
    const server = new CompareServer();
    const runs = [runOf('x-1', { lr: 1 }, { accuracy: 0.5 }), runOf('y-2', { lr: 2 }, { accuracy: 0.6 })];
    server.comparison = comparisonOf({ runs });
    server.differences = { sentence: '`lr` differs.', environment: [{ name: 'torch', a: '2.9', b: '2.8' }] };
    const [host, opened] = hosted(server, { comparison: server.comparison });
    render(<ComparisonCard host={host} leave={() => undefined} />);
    await act(async () => {
      host.see(true);
      await settled();
      await settled();
    });
    expect(server.asked).toContain('compare/differences?a=x-1&b=y-2');
    expect(screen.getByRole('listitem').textContent).toBe('torch 2.9 → 2.8');
    screen.getByRole('button', { name: 'Open comparison' }).click();
    expect(opened).toEqual([QUERY]);
  });
});
