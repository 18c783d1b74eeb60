import { Feed } from '../../src/events';
import { RunsModel } from '../../src/runs/model';
import { TestClock } from '../clock';
import { row, TestServer } from '../server';

function served(...rows: ReturnType<typeof row>[]): {
  server: TestServer;
  clock: TestClock;
  model: RunsModel;
  feed: Feed;
} {
  const server = new TestServer(rows);
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  server.tell({ kind: 'beat', since: 0, seq: 0 });
  return { server, clock, model: new RunsModel(server.client, feed, clock), feed };
}

test('a run is read when somebody looks, not before', async () => {
  const { server, clock, model } = served(row('a-1'));
  const run = model.open('a-1');
  await clock.pass(1000);
  expect(server.asked).toEqual([]);
  run.look();
  await clock.pass(0);
  expect(server.asked).toEqual(['GET runs/a-1/snapshot']);
  expect(run.snapshot?.row.state).toBe('running');
});

test('what the server leaves out is there', async () => {
  const { clock, model } = served({ id: 'a-1', name: 'a', state: 'queued' });
  const run = model.open('a-1');
  run.look();
  await clock.pass(0);
  expect(run.snapshot?.row.workers).toBe(1);
  expect(run.snapshot?.ranks).toEqual([]);
});

test('two views of a run read it once', async () => {
  const { server, clock, model } = served(row('a-1'));
  const [one, other] = [model.open('a-1'), model.open('a-1')];
  one.look();
  other.look();
  await clock.pass(0);
  expect(server.asked.length).toBe(1);
  expect(other.snapshot).toBe(one.snapshot);
});

test('hints for it make it read again, at most four times a second', async () => {
  const { server, clock, model } = served(row('a-1'));
  model.open('a-1').look();
  await clock.pass(1000);
  server.forget();
  for (let seq = 1; seq <= 99; seq++) {
    server.tell({ since: seq - 1, seq, runs: ['a-1'] });
    await clock.pass(10);
  }
  expect(server.asked.length).toBe(4);
});

test('hints for others change nothing', async () => {
  const { server, clock, model } = served(row('a-1'), row('b-1'));
  model.open('a-1').look();
  await clock.pass(1000);
  server.forget();
  server.tell({ since: 0, seq: 1, runs: ['b-1'] });
  await clock.pass(1000);
  expect(server.asked).toEqual([]);
});

test('a hidden view does not read, and reads when it is seen again', async () => {
  const { server, clock, model } = served(row('a-1'));
  const run = model.open('a-1');
  const look = run.look();
  await clock.pass(1000);
  look.dispose();
  server.forget();
  server.tell({ since: 0, seq: 1, runs: ['a-1'] });
  await clock.pass(1000);
  expect(server.asked).toEqual([]);
  run.look();
  await clock.pass(0);
  expect(server.asked).toEqual(['GET runs/a-1/snapshot']);
});

test('a view that is seen again reads nothing if nothing has changed', async () => {
  const { server, clock, model } = served(row('a-1'));
  const run = model.open('a-1');
  run.look().dispose();
  await clock.pass(1000);
  run.look();
  await clock.pass(1000);
  expect(server.asked.length).toBe(1);
});

test('a run that is not there is unknown', async () => {
  const { clock, model } = served();
  const run = model.open('a-1');
  run.look();
  await clock.pass(0);
  expect(run.problem).toEqual({ kind: 'unknown', message: "No run has the id 'a-1'." });
  expect(run.snapshot).toBeNull();
});

test('what was known stays while the server cannot be heard', async () => {
  const { server, clock, model, feed } = served(row('a-1'));
  const run = model.open('a-1');
  run.look();
  await clock.pass(0);
  server.isReachable = false;
  await feed.tryNow();
  expect(run.problem?.kind).toBe('offline');
  expect(run.snapshot?.row.id).toBe('a-1');
  server.isReachable = true;
  await clock.pass(5000);
  expect(run.problem).toBeNull();
});

test('a disposed view hears nothing, another still does', async () => {
  const { server, clock, model } = served(row('a-1'));
  const [one, other] = [model.open('a-1'), model.open('a-1')];
  let heard = 0;
  one.changed.connect(() => (heard += 1));
  other.changed.connect(() => (heard += 100));
  one.dispose();
  other.look();
  await clock.pass(0);
  expect(heard).toBe(100);
  expect(server.asked.length).toBe(1);
});

test('the last view that goes ends the reading', async () => {
  const { server, clock, model } = served(row('a-1'));
  const run = model.open('a-1');
  run.look();
  await clock.pass(0);
  run.dispose();
  server.forget();
  server.tell({ since: 0, seq: 1, runs: ['a-1'] });
  await clock.pass(1000);
  expect(server.asked).toEqual([]);
});
