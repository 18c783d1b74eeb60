import { Signal } from '@lumino/signaling';
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';

import LogsTab from '../../../src/runs/logs/LogsTab';
import type { ITabProps } from '../../../src/runs/page/context';
import type { ILogLine, ILogQuery, IRankStatus, IRunSnapshot, ISearchQuery } from '../../../src/wire';
import { ServedLog } from './server';

const RANK: IRankStatus = {
  rank: 0,
  role: 'worker',
  index: 0,
  restarts: 0,
  pid: 1,
  started: 1,
  ended: null,
  code: null,
  signal: null,
  why: '',
  peak: 0
};

interface IScene {
  readonly logs: readonly ServedLog[];
  readonly row?: Partial<IRunSnapshot['row']>;
  readonly target?: { rank?: number };
  readonly together?: readonly ILogLine[];
}

function propsOf({ logs, row, target = {}, together = [] }: IScene): ITabProps {
  const connectionChanged = new Signal<object, string>({});
  const log = (rank = 0): ServedLog => logs[rank] ?? new ServedLog();
  const client = {
    log: (_: string, { rank, offset = 0, limit = 0 }: ILogQuery) => log(rank).read(offset, limit),
    search: (_: string, query: ISearchQuery) => log(query.rank).search(query),
    lines: () => Promise.resolve({ attempt: 1, lines: together, cut: true, ended: false, latest: 1 })
  };
  const snapshot = {
    row: {
      name: 'digits',
      id: 'digits-1',
      workers: logs.length,
      attempt: 1,
      state: 'running',
      failed_rank: null,
      why: '',
      ...row
    },
    ranks: logs.map((_, rank) => ({ ...RANK, rank, index: rank }))
  };
  const page = {
    id: 'digits-1',
    target,
    runs: { client, feed: { connection: 'online', connectionChanged } },
    run: { problem: null }
  };
  // Of page and snapshot the tab uses but this.
  return { page, snapshot, services: {}, isShown: true } as unknown as ITabProps;
}

/** The lines that are shown. */
function lines(): (string | null)[] {
  return Array.from(document.querySelectorAll('.jm-Log-text'), line => line.textContent);
}

beforeAll(() => {
  globalThis.ResizeObserver = class {
    observe(): void {
      // Nothing is laid out here.
    }
    unobserve(): void {
      // Nothing is laid out here.
    }
    disconnect(): void {
      // Nothing is laid out here.
    }
  };
  // Nothing has a height here.
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, value: 360 });
});

describe('the tab of logs', () => {
  it('shows the log of the first rank, and of another when asked to', async () => {
    render(<LogsTab {...propsOf({ logs: [new ServedLog('one\ntwo\n'), new ServedLog('other\n')] })} />);
    await waitFor(() => expect(lines()).toEqual(['one', 'two']));
    expect(screen.getByRole('log', { name: 'Log of digits, rank 0' }).getAttribute('aria-live')).toBe('off');
    fireEvent.click(screen.getByRole('button', { name: /Rank 1/ }));
    await waitFor(() => expect(lines()).toEqual(['other']));
    expect(screen.getByRole('button', { name: /Rank 1/ }).getAttribute('aria-pressed')).toBe('true');
  });

  it('begins with the rank that failed, and jumps to its error', async () => {
    const log = new ServedLog(
      `${'step\n'.repeat(500)}Traceback (most recent call last)\n${'frame\n'.repeat(200)}Error\n`
    );
    log.isEnded = true;
    render(
      <LogsTab
        {...propsOf({ logs: [new ServedLog('fine\n'), log], row: { state: 'failed', failed_rank: 1 } })}
      />
    );
    await waitFor(() => expect(lines()).toContain('Error'));
    fireEvent.click(screen.getByRole('button', { name: 'Jump to the error' }));
    await waitFor(() => expect(lines()).toContain('Traceback (most recent call last)'));
  });

  it('shows the last lines of all ranks together, each with its rank, and filters them', async () => {
    const together = [
      { rank: 0, time: 1, text: 'zero \x1b[31mred\x1b[0m' },
      { rank: 1, time: 2, text: 'one \u202e' },
      { rank: 0, time: 3, text: 'zero again' }
    ];
    render(<LogsTab {...propsOf({ logs: [new ServedLog('a\n'), new ServedLog('b\n')], together })} />);
    fireEvent.click(screen.getByRole('button', { name: 'All' }));
    await screen.findByText('Earlier lines are in the log of each rank.');
    const rows = (): (string | null)[] =>
      Array.from(document.querySelectorAll('.jm-Together-row'), row =>
        row.textContent.replace(/^[\d:]+/, '')
      );
    expect(rows()).toEqual(['rank 0zero red', 'rank 1one \ufffd', 'rank 0zero again']);
    expect(document.querySelector('.jm-f1')?.textContent).toBe('red');
    fireEvent.change(screen.getByRole('searchbox', { name: 'Filter lines' }), { target: { value: 'ZERO' } });
    expect(rows()).toHaveLength(2);
    expect(screen.getByText('2 of 3 lines')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: /Rank 1/ }));
    await waitFor(() => expect(lines()).toContain('b'));
  });

  it('says what it waits for while nothing is printed', async () => {
    const { rerender } = render(
      <LogsTab
        {...propsOf({ logs: [new ServedLog()], row: { state: 'queued', why: 'Waits for a slot.' } })}
      />
    );
    expect(
      await screen.findByText('The run waits. Waits for a slot. Its log begins when rank 0 starts.')
    ).toBeTruthy();
    rerender(<LogsTab {...propsOf({ logs: [new ServedLog()], row: { state: 'running' } })} />);
    expect(await screen.findByText('Rank 0 has printed nothing yet.')).toBeTruthy();
  });

  it('follows what is printed', async () => {
    const log = new ServedLog('one\n');
    render(<LogsTab {...propsOf({ logs: [log] })} />);
    await waitFor(() => expect(lines()).toEqual(['one']));
    expect(screen.getByRole('button', { name: 'Following' }).getAttribute('aria-pressed')).toBe('true');
    log.print('bar 1\rbar 2');
    await waitFor(() => expect(lines()).toEqual(['one', 'bar 2']));
    expect(screen.getByText(/^2 lines/)).toBeTruthy();
  });

  it('searches, marks and moves', async () => {
    render(<LogsTab {...propsOf({ logs: [new ServedLog('a cat\na dog\na cat and a cat\n')] })} />);
    await waitFor(() => expect(lines()).toHaveLength(3));
    fireEvent.keyDown(screen.getByRole('log'), { key: 'f', ctrlKey: true });
    const input = screen.getByLabelText('Search the log');
    expect(document.activeElement).toBe(input);
    fireEvent.change(input, { target: { value: 'cat' } });
    await screen.findByText('1 of 3');
    await waitFor(() => expect(document.querySelectorAll('mark')).toHaveLength(3));
    fireEvent.keyDown(input, { key: 'Enter' });
    fireEvent.keyDown(input, { key: 'Enter' });
    await screen.findByText('3 of 3');
    await waitFor(() => expect(document.querySelectorAll('mark')[2]?.className).toBe('jm-cur'));
    fireEvent.keyDown(input, { key: 'Enter', shiftKey: true });
    await screen.findByText('2 of 3');
    fireEvent.keyDown(input, { key: 'Escape' });
    await waitFor(() => expect(document.querySelectorAll('mark')).toHaveLength(0));
    expect(document.activeElement).toBe(screen.getByRole('log'));
  });

  it('says that another attempt has begun', async () => {
    const log = new ServedLog('one\n');
    const props = propsOf({ logs: [log] });
    render(<LogsTab {...props} />);
    await waitFor(() => expect(lines()).toEqual(['one']));
    act(() => {
      log.latest = 2;
      log.isEnded = true;
    });
    expect(await screen.findByText('This is the log of attempt 1; attempt 2 has begun since.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Show attempt 2' })).toBeTruthy();
  });

  it('shows hostile text as text', async () => {
    const evil =
      '<img src=x onerror=alert(1)> \u202egnp.exe \x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07';
    render(
      <LogsTab
        {...propsOf({ logs: [new ServedLog(`${evil}\n\x1b]8;;https://a.b\x07good\x1b]8;;\x07\n`)] })}
      />
    );
    await waitFor(() => expect(lines()).toHaveLength(2));
    expect(lines()[0]).toBe('<img src=x onerror=alert(1)> \ufffdgnp.exe click');
    expect(document.querySelector('img')).toBeNull();
    const links = document.querySelectorAll<HTMLAnchorElement>('.jm-Log a');
    expect(Array.from(links, link => [link.href, link.rel])).toEqual([
      ['https://a.b/', 'noopener noreferrer']
    ]);
  });
});
