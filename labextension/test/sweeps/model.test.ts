import { Feed } from '../../src/events';
import { SweepsModel } from '../../src/sweeps/model';
import { TestClock } from '../clock';
import { row, TestServer } from '../server';

const trial = (number: number, result = ''): Record<string, unknown> => ({
  trial: number,
  run: `s-1t${number}`,
  params: { lr: number / 10 },
  result
});

function served(trials: Record<string, unknown>[]): {
  server: TestServer;
  clock: TestClock;
  model: SweepsModel;
} {
  const server = new TestServer();
  server.sweeps = [{ row: row('s-1'), trials }];
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  server.tell({ kind: 'beat', since: 0, seq: 0 });
  return { server, clock, model: new SweepsModel(server.client, feed, clock) };
}

test('a sweep has all its trials, and what the server leaves out', async () => {
  const { clock, model } = served([trial(1, 'complete'), trial(2)]);
  const sweep = model.open('s-1');
  sweep.look();
  await clock.pass(0);
  expect(sweep.snapshot?.row.algorithm).toBe('tpe');
  expect(sweep.snapshot?.trials.map(fact => fact.result)).toEqual(['complete', '']);
});

test('of its trials only those are read again that have changed', async () => {
  const { server, clock, model } = served([trial(1), trial(2)]);
  const sweep = model.open('s-1');
  sweep.look();
  await clock.pass(1000);
  server.forget();
  server.sweeps[0]?.trials.push(trial(1, 'pruned'));
  server.tell({ since: 0, seq: 1, sweeps: ['s-1'] });
  await clock.pass(1000);
  expect(server.asked).toEqual(['GET sweeps/s-1/trials?since=2', 'GET sweeps/s-1?trials=false']);
  expect(sweep.snapshot?.trials.map(fact => fact.result)).toEqual(['pruned', '']);
});

test('where hints were missed, all trials are read again', async () => {
  const { server, clock, model } = served([trial(1), trial(2)]);
  model.open('s-1').look();
  await clock.pass(1000);
  server.forget();
  server.tell({ since: 7, seq: 8 });
  await clock.pass(1000);
  expect(server.asked[0]).toBe('GET sweeps/s-1/trials?since=0');
});

test('hints for runs are none for sweeps, and the other way round', async () => {
  const { server, clock, model } = served([]);
  model.open('s-1').look();
  model.list().look();
  await clock.pass(2000);
  server.forget();
  server.tell({ since: 0, seq: 1, runs: ['s-1t1'] });
  await clock.pass(2000);
  expect(server.asked).toEqual([]);
  server.tell({ since: 1, seq: 2, sweeps: ['s-1'] });
  await clock.pass(2000);
  expect(server.asked.length).toBeGreaterThan(0);
});

test('a list of sweeps has rows, and a sweep that is not there says so', async () => {
  const { clock, model } = served([]);
  const list = model.list();
  list.look();
  const other = model.open('t-1');
  other.look();
  await clock.pass(0);
  expect([list.total, list.row(0)?.id]).toEqual([1, 's-1']);
  expect(other.problem).toEqual({ kind: 'unknown', message: "No sweep has the id 't-1'." });
});
