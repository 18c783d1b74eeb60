import { Feed } from '../../../src/events';
import { RunsModel } from '../../../src/runs/model';
import { Page, tabOf } from '../../../src/runs/page/page';
import { tabAfter } from '../../../src/runs/page/tablist';
import { tagsOf } from '../../../src/runs/page/overview/Notes';
import { TestClock } from '../../clock';
import { row, TestServer } from '../../server';

function opened(state = 'running'): { server: TestServer; clock: TestClock; page: Page } {
  const server = new TestServer([row('a-1', state)]);
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  server.tell({ kind: 'beat', since: 0, seq: 0 });
  const model = new RunsModel(server.client, feed, clock);
  return { server, clock, page: new Page('a-1', model, 'overview', clock) };
}

test('a page reads only while it can be seen', async () => {
  const { server, clock, page } = opened('succeeded');
  await clock.pass(1000);
  expect(server.asked).toEqual([]);
  page.isShown = true;
  await clock.pass(1000);
  expect(page.run.snapshot?.row.id).toBe('a-1');
  page.isShown = false;
  server.forget();
  server.tell({ since: 0, seq: 1, runs: ['a-1'] });
  await clock.pass(5000);
  expect(server.asked).toEqual([]);
  page.isShown = true;
  await clock.pass(1000);
  expect(server.asked).toEqual(['GET runs/a-1/snapshot']);
});

test('the tab of a page that is not seen tells how its run stands, read every two seconds at most', async () => {
  const { server, clock, page } = opened();
  page.isShown = true;
  await clock.pass(1000);
  page.isShown = false;
  server.forget();
  for (let seq = 1; seq <= 79; seq++) {
    server.tell({ since: seq - 1, seq, runs: ['a-1'] });
    await clock.pass(100);
  }
  expect(server.asked.length).toBe(4);
  server.rows[0] = row('a-1', 'stopped');
  server.tell({ since: 79, seq: 80, runs: ['a-1'] });
  await clock.pass(2000);
  expect(page.run.snapshot?.row.state).toBe('stopped');
});

test('what a tab is asked to show is new each time', () => {
  const { page } = opened();
  let count = 0;
  page.changed.connect(() => count++);
  page.go('logs', { rank: 2 });
  const first = page.target;
  page.go('logs', { rank: 2 });
  expect(page.target).not.toBe(first);
  expect([page.tab, page.target.rank, count]).toEqual(['logs', 2, 2]);
});

test('a page that is closed reads no more', async () => {
  const { server, clock, page } = opened();
  page.isShown = true;
  await clock.pass(1000);
  page.dispose();
  page.isShown = true;
  server.forget();
  server.tell({ since: 0, seq: 1, runs: ['a-1'] });
  await clock.pass(1000);
  expect(server.asked).toEqual([]);
});

test('a layout that names no tab of ours opens the first', () => {
  expect([tabOf('code'), tabOf('cluster'), tabOf(undefined)]).toEqual(['code', 'overview', 'overview']);
});

test('Left and Right go round the tabs', () => {
  expect(tabAfter('overview', 'ArrowLeft')).toBe('tune');
  expect(tabAfter('overview', 'ArrowRight')).toBe('curves');
  expect(tabAfter('tune', 'ArrowRight')).toBe('overview');
  expect(tabAfter('logs', 'Home')).toBe('overview');
  expect(tabAfter('logs', 'End')).toBe('tune');
  expect(tabAfter('logs', 'a')).toBeNull();
});

test('tags stand between commas, each once', () => {
  expect(tagsOf(' baseline, digits ,,baseline')).toEqual(['baseline', 'digits']);
});
