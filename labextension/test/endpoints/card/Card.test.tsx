import { CommandRegistry } from '@lumino/commands';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';

import { CommandIDs } from '../../../src/commands';
import { EndpointCard } from '../../../src/endpoints/card/Card';
import { LabEndpointHost } from '../../../src/endpoints/card/labHost';
import { endpointPayload } from '../../../src/endpoints/card/payload';
import { EndpointsModel } from '../../../src/endpoints/model';
import { Feed } from '../../../src/events';
import { Fit } from '../../../src/runs/card/fit';
import { UNTRANSLATED } from '../../../src/translation';
import type { IEndpointSnapshot } from '../../../src/wire';
import { settled } from '../../clock';
import { drawn, TestCell } from '../../runs/card/show';
import { TestServer } from '../../server';
import { endpoint, scoreboard, withCanary } from '../facts';

afterEach(cleanup);

/** Show what a notebook holds, and let the server say what it knows, if somebody sees the card. */
async function show(
  snapshot: IEndpointSnapshot,
  server = new TestServer(),
  isSeen = false
): Promise<{ card: HTMLElement; server: TestServer; executed: unknown[] }> {
  const payload = endpointPayload({
    id: snapshot.row.id,
    home: 'h',
    version: '1',
    time: 100,
    endpoint: snapshot
  });
  if (payload === null) {
    throw new Error('The payload cannot be understood.');
  }
  const feed = new Feed(server, () => server.client.version());
  const commands = new CommandRegistry();
  const executed: unknown[] = [];
  commands.addCommand(CommandIDs.openEndpoint, {
    describedBy: { args: null },
    execute: args => executed.push(args)
  });
  const host = new LabEndpointHost({
    payload,
    model: new EndpointsModel(server.client, feed),
    commands,
    translation: UNTRANSLATED,
    fit: new Fit(server.client).ask,
    openMenu: () => undefined
  });
  host.surround(new TestCell());
  host.isSeen = isSeen;
  const { container } = render(<EndpointCard host={host} />);
  await act(settled);
  await drawn();
  feed.dispose();
  return { card: container, server, executed };
}

test('an endpoint that is up shows its revisions, and how it is asked', async () => {
  const { executed } = await show(endpoint());
  expect(screen.getByRole('article', { name: 'endpoint digits' })).toBeTruthy();
  expect(screen.getAllByText('Ready').length).toBeGreaterThan(0);
  expect(screen.getByText('digits_endpoint.predict(X)')).toBeTruthy();
  const table = screen.getByRole('table', { name: 'Revisions' });
  expect(within(table).getByRole('row', { name: /r3 stable.*digits v3/ })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Open the endpoint' }));
  await act(settled);
  expect(executed).toEqual([{ id: 'digits' }]);
});

test('a canary can be promoted, which is asked once', async () => {
  const server = new TestServer();
  await show(withCanary(), server);
  server.forget();
  fireEvent.click(screen.getByRole('button', { name: 'Promote r4' }));
  const question = screen.getByRole('group', { name: 'r4 gets all traffic, r3 none any more?' });
  expect(server.asked).toEqual([]);
  fireEvent.click(within(question).getByRole('button', { name: 'All traffic to r4' }));
  await act(settled);
  expect(server.asked[0]).toBe('POST endpoints/digits/promote');
});

test('a question that is answered with no leaves all as it is', async () => {
  const server = new TestServer();
  await show(withCanary(), server);
  server.forget();
  fireEvent.click(screen.getByRole('button', { name: 'Roll back to r3' }));
  const question = screen.getByRole('group', { name: 'r3 gets all traffic, r4 none any more?' });
  fireEvent.keyDown(within(question).getByRole('button', { name: 'Leave it' }), { key: 'Escape' });
  expect(screen.getByRole('button', { name: 'Roll back to r3' })).toBeTruthy();
  expect(server.asked).toEqual([]);
});

test('what the scoreboard comes to stands below the revisions', async () => {
  const board = scoreboard([], { verdict: 'good', sentence: 'All 4 gates pass.' });
  await show(withCanary({ scoreboard: board }));
  expect(screen.getByText('All 4 gates pass.')).toBeTruthy();
});

test('an endpoint that was stopped is a line with the way up', async () => {
  await show(endpoint({ state: 'stopped', why: 'stopped by ada' }));
  expect(screen.getByText('Stopped by ada.')).toBeTruthy();
  expect(screen.getByText('digits_endpoint.start()')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Start' })).toBeTruthy();
});

test('what the server knows counts more than what the notebook says', async () => {
  const server = new TestServer();
  const { row, revisions } = withCanary();
  server.endpoints = [{ row: { ...row, percent: 50 }, revisions }];
  const { card } = await show(withCanary(), server, true);
  expect(card.textContent).toContain('50\u202f% r4');
});

test('an endpoint that is not here any more shows what the notebook says, and nothing to do', async () => {
  await show(endpoint(), new TestServer(), true);
  expect(screen.getByText(/is not in this home any more/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull();
});

test('hostile names are shown as text on one line', async () => {
  const name = '<img src=x onerror=alert(1)>\n\u202eevil';
  const { card } = await show(
    endpoint({ name, model: name, why: name }, { notes: [name], rollouts: [{ time: 1, text: name }] })
  );
  expect(card.querySelector('img')).toBeNull();
  expect(card.textContent).not.toContain('\u202e');
});

test('what cannot be understood is no payload', () => {
  expect(endpointPayload(null)).toBeNull();
  expect(endpointPayload({ endpoint: { row: { id: 1 } } })).toBeNull();
  expect(endpointPayload({ endpoint: { row: { id: 'a', name: 'a' } } })?.snapshot.revisions).toEqual([]);
});
