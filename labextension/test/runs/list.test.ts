import { Feed } from '../../src/events';
import { RunsModel } from '../../src/runs/model';
import type { IRunList } from '../../src/runs/tokens';
import { settled, TestClock } from '../clock';
import { row, TestServer } from '../server';

function listed(
  rows: ReturnType<typeof row>[],
  isSeen = true
): { server: TestServer; clock: TestClock; list: IRunList } {
  const server = new TestServer(rows);
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  server.tell({ kind: 'beat', since: 0, seq: 0 });
  const list = new RunsModel(server.client, feed, clock).list();
  if (isSeen) {
    list.look();
  }
  return { server, clock, list };
}

const many = (count: number): ReturnType<typeof row>[] =>
  Array.from({ length: count }, (_, at) => row(`run-${at}`, at % 2 ? 'failed' : 'succeeded'));

test('of ten thousand runs one page is read', async () => {
  const { server, list } = listed(many(10_000));
  expect(list.status).toBe('loading');
  await settled();
  expect(list.status).toBe('ready');
  expect(list.total).toBe(10_000);
  expect(list.states).toEqual({ failed: 5_000, succeeded: 5_000 });
  expect(server.asked).toEqual(['GET runs?limit=100&offset=0']);
  expect(list.row(99)?.id).toBe('run-99');
  expect(list.row(100)).toBeUndefined();
});

test('rows far down are read when they are looked at, once', async () => {
  const { server, clock, list } = listed(many(10_000));
  await settled();
  server.forget();
  list.show(7_950, 8_010);
  await clock.pass(0);
  list.show(7_960, 8_020);
  await clock.pass(2000);
  expect(server.asked).toEqual(['GET runs?limit=100&offset=7900', 'GET runs?limit=100&offset=8000']);
  expect(list.row(8_010)?.id).toBe('run-8010');
});

test('a list that nobody looks at reads nothing', async () => {
  const { server, clock, list } = listed(many(3), false);
  server.tell({ since: 0, seq: 1, runs: ['run-1'] });
  await clock.pass(5000);
  expect(server.asked).toEqual([]);
  list.look();
  await settled();
  expect(list.total).toBe(3);
});

test('a row that changes is read alone', async () => {
  const { server, clock, list } = listed([row('a-1', 'running', { why: '' }), row('b-1', 'failed')]);
  await clock.pass(2000);
  server.forget();
  server.rows[0] = row('a-1', 'running', { why: 'slow' });
  server.tell({ since: 0, seq: 1, runs: ['a-1'] });
  await clock.pass(2000);
  expect(server.asked).toEqual(['GET runs/a-1']);
  expect(list.row(0)?.why).toBe('slow');
});

test('a run that ends makes counts and order be read again', async () => {
  const { server, clock, list } = listed([row('a-1'), row('b-1', 'failed')]);
  await clock.pass(2000);
  server.rows[0] = row('a-1', 'failed');
  server.tell({ since: 0, seq: 1, runs: ['a-1'] });
  await clock.pass(2000);
  expect(list.states).toEqual({ failed: 2 });
});

test('a new run appears', async () => {
  const { server, clock, list } = listed([row('a-1')]);
  await clock.pass(2000);
  server.rows.unshift(row('new-1', 'queued'));
  server.tell({ since: 0, seq: 1, runs: ['new-1'] });
  await clock.pass(2000);
  expect(list.row(0)?.id).toBe('new-1');
  expect(list.total).toBe(2);
});

test('a deleted run goes', async () => {
  const { server, clock, list } = listed([row('a-1'), row('b-1')]);
  await clock.pass(2000);
  server.rows.shift();
  server.tell({ since: 0, seq: 1, runs: ['a-1'] });
  await clock.pass(2000);
  expect([list.total, list.row(0)?.id, list.row(1)]).toEqual([1, 'b-1', undefined]);
});

test('a storm of changes is read once a second', async () => {
  const { server, clock } = listed(many(1_000));
  await clock.pass(2000);
  server.forget();
  for (let seq = 1; seq <= 100; seq++) {
    server.tell({ since: seq - 1, seq, runs: ['a', 'b', 'c', 'd', 'e'].map(name => `${name}-${seq}`) });
    await clock.pass(30);
  }
  expect(server.asked.length).toBeLessThanOrEqual(4);
});

test('another question shows other rows, from the first on', async () => {
  const { server, clock, list } = listed([row('a-1'), row('b-1')]);
  await clock.pass(2000);
  list.ask({ where: 'b' });
  await clock.pass(0);
  expect(server.asked[server.asked.length - 1]).toBe('GET runs?where=b&limit=100&offset=0');
  expect([list.total, list.row(0)?.id]).toEqual([1, 'b-1']);
});

test('the last question asked is the one answered', async () => {
  const { clock, list } = listed([row('a-1'), row('b-1')]);
  list.ask({ where: 'a' });
  list.ask({ where: 'b' });
  await clock.pass(2000);
  expect(list.row(0)?.id).toBe('b-1');
  expect(list.total).toBe(1);
});

test('rows stay while the server cannot be heard', async () => {
  const { server, clock, list } = listed([row('a-1')]);
  await clock.pass(2000);
  server.isReachable = false;
  await list.refresh();
  expect([list.status, list.total, list.problem?.message]).toEqual([
    'ready',
    1,
    'The Jupyter server does not answer.'
  ]);
});

test('without any row a failure is all that there is to show', async () => {
  const { server, list } = listed([], false);
  server.isReachable = false;
  await list.refresh();
  expect(list.status).toBe('failed');
});

test('a run that is put away leaves the list', async () => {
  const { server, clock } = listed([row('a-1', 'succeeded'), row('b-1', 'succeeded')]);
  await clock.pass(2000);
  server.rows = [row('a-1', 'succeeded', { archived: true }), row('b-1', 'succeeded')];
  server.tell({ since: 0, seq: 1, runs: ['a-1'] });
  await clock.pass(2000);
  expect(server.asked[server.asked.length - 1]).toBe('GET runs?limit=100&offset=0');
});

test('whether a changed run still meets a condition is for the server to say', async () => {
  const { server, clock, list } = listed([row('a-1')]);
  list.ask({ where: 'a' });
  await clock.pass(2000);
  server.forget();
  server.tell({ since: 0, seq: 1, runs: ['a-1'] });
  await clock.pass(2000);
  expect(server.asked).toEqual(['GET runs?where=a&limit=100&offset=0']);
});
