import { Feed } from '../../../src/events';
import { TrialRuns } from '../../../src/sweeps/page/runs';
import { TestClock } from '../../clock';
import { row, TestServer } from '../../server';

function served(count: number): { server: TestServer; clock: TestClock; runs: TrialRuns } {
  const rows = Array.from({ length: count }, (_, at) =>
    row(`s-1t${at + 1}`, 'succeeded', { sweep: 's-1', trial: at + 1 })
  );
  const server = new TestServer(rows);
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  server.tell({ kind: 'beat', since: 0, seq: 0 });
  const runs = new TrialRuns('s-1', server.client, feed, clock);
  runs.isShown = true;
  return { server, clock, runs };
}

const HUNDRED = 'GET runs?sweep=s-1&where=trial+%3E%3D+1+trial+%3C%3D+100&archived=both&limit=100';

test('of many trials those are read that are looked at, a hundred at once', async () => {
  const { server, clock, runs } = served(300);
  runs.show([1, 2, 3]);
  await clock.pass(0);
  expect(server.asked).toEqual([HUNDRED]);
  expect(runs.row(50)?.trial).toBe(50);
  server.forget();
  runs.show([40, 41]);
  await clock.pass(2000);
  expect(server.asked).toEqual([]);
});

test('a run that changed is read again, if it is looked at', async () => {
  const { server, clock, runs } = served(3);
  runs.show([1, 2]);
  await clock.pass(1000);
  server.forget();
  server.tell({ since: 0, seq: 1, runs: ['s-1t2', 's-1t3', 't-1t1'] });
  await clock.pass(1000);
  expect(server.asked).toEqual(['GET runs/s-1t2']);
});

test('nothing is read while nobody sees the page', async () => {
  const { server, clock, runs } = served(3);
  runs.isShown = false;
  runs.show([1]);
  server.tell({ since: 0, seq: 1, runs: ['s-1t1'] });
  await clock.pass(5000);
  expect(server.asked).toEqual([]);
  runs.isShown = true;
  await clock.pass(0);
  expect(server.asked).toEqual([HUNDRED]);
});
