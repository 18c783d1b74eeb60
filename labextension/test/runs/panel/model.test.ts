import { Feed } from '../../../src/events';
import { RunsModel } from '../../../src/runs/model';
import { PanelModel } from '../../../src/runs/panel/model';
import { TestClock } from '../../clock';
import { row, TestServer } from '../../server';

async function shown(
  ...rows: ReturnType<typeof row>[]
): Promise<{ server: TestServer; clock: TestClock; panel: PanelModel }> {
  const server = new TestServer(rows);
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  server.tell({ kind: 'beat', since: 0, seq: 0 });
  const panel = new PanelModel(new RunsModel(server.client, feed, clock), clock);
  panel.look(true);
  await clock.pass(2000);
  return { server, clock, panel };
}

const NONSENSE = { code: 'invalid_option', message: "'zz' is no number.", status: 400 };

test('a hidden panel reads nothing', async () => {
  const { server, clock, panel } = await shown(row('a-1'));
  panel.look(false);
  server.forget();
  server.tell({ since: 0, seq: 1, runs: ['a-1'] });
  panel.choose({ state: 'failed' });
  await clock.pass(5000);
  expect(server.asked).toEqual([]);
  panel.look(true);
  await clock.pass(2000);
  expect(server.asked).toContain('GET runs?where=&state=failed&limit=100&offset=0');
});

test('what is typed counts after a pause', async () => {
  const { server, clock, panel } = await shown(row('a-1'), row('b-1'));
  server.forget();
  panel.type('lr');
  await clock.pass(200);
  panel.type('lr>1');
  await clock.pass(200);
  expect([panel.draft, server.asked]).toEqual(['lr>1', []]);
  await clock.pass(2000);
  expect(server.asked).toEqual(['GET runs?where=lr%3E1&limit=100&offset=0']);
});

test('a filter that cannot be meant says why, and the rows stay', async () => {
  const { server, clock, panel } = await shown(row('a-1'));
  server.refused.set('lr > zz', NONSENSE);
  panel.choose({ text: 'lr > zz' });
  await clock.pass(2000);
  expect([panel.filterProblem, panel.body, panel.total]).toEqual(["'zz' is no number.", 'rows', 1]);
  panel.choose({ text: '' });
  expect(panel.filterProblem).toBe('');
});

test('rows stay until those that are asked for are read', async () => {
  const { clock, panel } = await shown(row('a-1'), row('b-1'));
  panel.choose({ text: 'zzz = 1' });
  expect([panel.body, panel.total]).toEqual(['rows', 2]);
  await clock.pass(2000);
  expect([panel.body, panel.total, panel.count]).toEqual(['nothing', 0, 2]);
});

test('without any run the panel is empty, not a filter without a match', async () => {
  const { panel } = await shown();
  expect(panel.body).toBe('empty');
});

test('chips count states', async () => {
  const { panel } = await shown(row('a-1'), row('b-1', 'failed'), row('c-1', 'failed'));
  expect(panel.states).toEqual({ running: 1, failed: 2 });
});

test('a run that comes to another state is told once', async () => {
  const { server, clock, panel } = await shown(row('a-1'));
  const told: string[] = [];
  panel.stateChanged.connect((_, run) => told.push(`${run.name} ${run.state}`));
  server.rows = [row('a-1', 'succeeded')];
  server.tell({ since: 0, seq: 1, runs: ['a-1'] });
  await clock.pass(5000);
  expect(told).toEqual(['a succeeded']);
});

test('where the active run is deleted, the next one takes its place', async () => {
  const { server, clock, panel } = await shown(row('a-1'), row('b-1'), row('c-1'));
  panel.activate('b-1');
  server.rows = [row('a-1'), row('c-1')];
  server.tell({ since: 0, seq: 1, runs: ['b-1'] });
  await clock.pass(5000);
  expect(panel.active).toBe('c-1');
});

test('a run that stands first keeps the keys when another comes before it', async () => {
  const { server, clock, panel } = await shown(row('a-1'));
  panel.activate('a-1');
  server.rows = [row('new-1'), row('a-1')];
  server.tell({ since: 0, seq: 1, runs: ['new-1'] });
  await clock.pass(5000);
  expect([panel.active, panel.place('a-1')]).toEqual(['a-1', 1]);
});

test('offline, the rows stay and are dated', async () => {
  const { server, clock, panel } = await shown(row('a-1'));
  const { asOf } = panel;
  server.isReachable = false;
  await panel.refresh();
  await clock.pass(60_000);
  expect([panel.connection, panel.body, panel.asOf]).toEqual(['offline', 'rows', asOf]);
  server.isReachable = true;
  await panel.refresh();
  await clock.pass(2000);
  expect(panel.connection).toBe('online');
});
