import { Feed } from '../../src/events';
import { SectionModel } from '../../src/panel/sections';
import { RunsModel } from '../../src/runs/model';
import { runsNoun } from '../../src/runs/panel/noun';
import type { IRunRow, IRunsQuery } from '../../src/wire';
import { TestClock } from '../clock';
import { row, TestServer } from '../server';

interface IShown {
  readonly server: TestServer;
  readonly clock: TestClock;
  readonly panel: SectionModel<IRunRow, IRunsQuery>;
}

async function shown(...rows: ReturnType<typeof row>[]): Promise<IShown> {
  const server = new TestServer(rows);
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  server.tell({ kind: 'beat', since: 0, seq: 0 });
  const panel = new SectionModel(runsNoun(new RunsModel(server.client, feed, clock)), clock);
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

describe('the selection', () => {
  const five = async (): Promise<IShown> => shown(...['a', 'b', 'c', 'd', 'e'].map(name => row(`${name}-1`)));
  const ids = ({ panel }: IShown): string[] => panel.selection.rows.map(run => run.id);

  test('is the active row until more is selected', async () => {
    const { panel } = await five();
    panel.press('b-1');
    expect(['a-1', 'b-1'].map(id => panel.isSelected(id))).toEqual([false, true]);
    expect(panel.selection.size).toBe(0);
  });

  test('gets one more beside what was pressed before', async () => {
    const all = await five();
    all.panel.press('b-1');
    all.panel.toggle('d-1');
    expect(ids(all)).toEqual(['b-1', 'd-1']);
    all.panel.toggle('b-1');
    expect(ids(all)).toEqual(['d-1']);
    all.panel.press('a-1');
    expect(ids(all)).toEqual([]);
  });

  test('reaches from where it began to where one goes, to and fro', async () => {
    const all = await five();
    all.panel.press('c-1');
    await all.panel.extendTo(4);
    expect(ids(all)).toEqual(['c-1', 'd-1', 'e-1']);
    await all.panel.extendTo(1);
    expect([ids(all), all.panel.active]).toEqual([['b-1', 'c-1'], 'b-1']);
  });

  test('stays with its runs when others come before them', async () => {
    const all = await five();
    const { server, clock, panel } = all;
    panel.press('b-1');
    panel.toggle('c-1');
    server.rows = [row('new-1'), ...server.rows.map(({ id }) => row(id, 'succeeded'))];
    server.tell({ since: 0, seq: 1, runs: ['new-1', 'c-1'] });
    await clock.pass(5000);
    expect(ids(all)).toEqual(['b-1', 'c-1']);
    expect(panel.selection.rows.map(run => run.state)).toEqual(['succeeded', 'succeeded']);
    expect([panel.isSelected('new-1'), panel.isSelected('b-1')]).toEqual([false, true]);
  });

  test('loses a run that was deleted', async () => {
    const all = await five();
    const { server, clock, panel } = all;
    panel.press('b-1');
    panel.toggle('c-1');
    server.rows = server.rows.filter(({ id }) => id !== 'b-1');
    server.tell({ since: 0, seq: 1, runs: ['b-1'] });
    await clock.pass(5000);
    expect(ids(all)).toEqual(['c-1']);
  });

  test('takes all, also those that are not read, up to a thousand', async () => {
    const all = await shown(...Array.from({ length: 1200 }, (_, at) => row(`r${at}-1`)));
    await all.panel.selectAll();
    expect([all.panel.selection.size, all.panel.selection.isCut]).toEqual([1000, true]);
    expect(all.server.asked.filter(asked => asked.includes('limit=1000'))).toHaveLength(1);
    all.panel.clearSelection();
    expect([all.panel.selection.size, all.panel.selection.isCut]).toEqual([0, false]);
  });

  test('outlives another filter', async () => {
    const all = await five();
    all.panel.press('b-1');
    all.panel.toggle('c-1');
    all.panel.choose({ state: 'failed' });
    await all.clock.pass(2000);
    expect([all.panel.total, ids(all)]).toEqual([0, ['b-1', 'c-1']]);
  });
});

test('who shows only some from the start asks once how many there are', async () => {
  const { server, clock, panel } = await shown();
  const other = new SectionModel(panel.noun, clock);
  server.rows = [row('a-1'), row('b-1', 'failed')];
  other.choose({ state: 'failed' });
  other.look(true);
  await clock.pass(2000);
  expect([other.total, other.count, other.isFiltered]).toEqual([1, 2, true]);
});
