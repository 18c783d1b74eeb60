import { Feed } from '../src/events';
import type { Changed, Connection } from '../src/events';
import { TestClock } from './clock';
import { TestServer } from './server';

interface IHeard {
  readonly server: TestServer;
  readonly clock: TestClock;
  readonly feed: Feed;
  readonly changes: Changed[];
  readonly connections: Connection[];
}

function listening(): IHeard {
  const server = new TestServer();
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  const changes: Changed[] = [];
  const connections: Connection[] = [];
  feed.changed.connect((_, changed) => changes.push(changed));
  feed.connectionChanged.connect((_, connection) => connections.push(connection));
  return { server, clock, feed, changes, connections };
}

/** As above, after a first heartbeat at number 5. */
function known(): IHeard {
  const heard = listening();
  heard.server.tell({ kind: 'beat', since: 5, seq: 5 });
  heard.changes.length = 0;
  heard.connections.length = 0;
  return heard;
}

test('the first event says that everything may have changed, and that the server is there', () => {
  const { server, feed, changes, connections } = listening();
  expect(feed.connection).toBe('connecting');
  server.tell({ kind: 'beat', since: 5, seq: 5 });
  expect(changes).toEqual(['all']);
  expect(connections).toEqual(['online']);
});

test('a hint names the runs that changed', () => {
  const { server, changes } = known();
  server.tell({ since: 5, seq: 7, runs: ['a', 'b'] });
  expect(changes).toEqual([new Set(['a', 'b'])]);
});

test('a heartbeat changes nothing', () => {
  const { server, changes } = known();
  server.tell({ kind: 'beat', since: 5, seq: 5 });
  expect(changes).toEqual([]);
});

test('after a gap everything may have changed', () => {
  const { server, changes } = known();
  server.tell({ since: 6, seq: 7, runs: ['a'] });
  expect(changes).toEqual(['all']);
});

test('a heartbeat shows a gap as well', () => {
  const { server, changes } = known();
  server.tell({ kind: 'beat', since: 9, seq: 9 });
  expect(changes).toEqual(['all']);
});

test('events in the wrong order are a gap, and the next in order is none', () => {
  const { server, changes } = known();
  server.tell({ since: 6, seq: 7, runs: ['b'] });
  server.tell({ since: 5, seq: 6, runs: ['a'] });
  server.tell({ since: 6, seq: 8, runs: ['c'] });
  expect(changes).toEqual(['all', 'all', new Set(['c'])]);
});

test('another generation of the index is a gap', () => {
  const { server, changes } = known();
  server.tell({ generation: 'other', since: 5, seq: 6, runs: ['a'] });
  expect(changes).toEqual(['all']);
});

test('a reset says that everything may have changed', () => {
  const { server, changes } = known();
  server.tell({ kind: 'reset', since: 5, seq: 5 });
  expect(changes).toEqual(['all']);
});

test('events of others on the bus are passed over', () => {
  const { server, changes } = known();
  server.tell({ schema_id: 'https://events.jupyter.org/other', since: 9 } as never);
  expect(changes).toEqual([]);
});

test('while the heart beats, nothing is asked', async () => {
  const { server, clock } = known();
  for (let beat = 0; beat < 6; beat++) {
    await clock.pass(10_000);
    server.tell({ kind: 'beat', since: 5, seq: 5 });
  }
  expect(server.asked).toEqual([]);
});

test('a missing heartbeat makes it ask, and read everything again', async () => {
  const { server, clock, changes, feed } = known();
  await clock.pass(31_000);
  expect(server.asked).toEqual(['GET version']);
  expect(changes).toEqual(['all']);
  expect(feed.connection).toBe('online');
});

test('a server that does not answer is offline until it does', async () => {
  const { server, clock, connections, changes, feed } = known();
  server.isReachable = false;
  await clock.pass(60_000);
  expect(connections).toEqual(['offline']);
  expect(changes).toEqual([]);
  server.isReachable = true;
  await clock.pass(11_000);
  expect(connections).toEqual(['offline', 'online']);
  expect(changes).toEqual(['all']);
  expect(feed.connection).toBe('online');
});

test('offline, it is tried again less and less often, but at least every ten seconds', async () => {
  const { server, clock, feed } = known();
  server.isReachable = false;
  await feed.tryNow();
  server.forget();
  await clock.pass(60_000);
  expect(server.asked.length).toBeGreaterThanOrEqual(7);
  expect(server.asked.length).toBeLessThanOrEqual(10);
});

test('an event ends being offline at once', async () => {
  const { server, feed, changes } = known();
  server.isReachable = false;
  await feed.tryNow();
  server.tell({ since: 5, seq: 6, runs: ['a'] });
  expect(feed.connection).toBe('online');
  expect(changes).toEqual(['all']);
});

test('after a sleep it asks at once', async () => {
  const { server, clock, changes } = known();
  await clock.sleep(3_600_000);
  expect(server.asked).toEqual(['GET version']);
  expect(changes).toEqual(['all']);
});

test('who comes back to the page believes nothing older than a heartbeat', async () => {
  const { server, clock, feed } = known();
  feed.wake();
  expect(server.asked).toEqual([]);
  await clock.pass(13_000);
  feed.wake();
  await clock.pass(0);
  expect(server.asked).toEqual(['GET version']);
});

test('it is tried once at a time', async () => {
  const { server, feed } = known();
  await Promise.all([feed.tryNow(), feed.tryNow()]);
  expect(server.asked).toEqual(['GET version']);
});

test('when disposed it hears nothing and asks nothing', async () => {
  const { server, clock, feed, changes } = known();
  feed.dispose();
  server.tell({ since: 5, seq: 6, runs: ['a'] });
  await clock.pass(120_000);
  expect(changes).toEqual([]);
  expect(server.asked).toEqual([]);
});
