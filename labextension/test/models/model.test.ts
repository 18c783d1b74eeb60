import { Feed } from '../../src/events';
import { ModelsModel } from '../../src/models/model';
import { ModelPage } from '../../src/models/page/page';
import { TestClock } from '../clock';
import { row, TestServer } from '../server';

function served(): { server: TestServer; clock: TestClock; models: ModelsModel } {
  const server = new TestServer();
  server.models = [
    {
      row: { ...row('digits', 'succeeded'), versions: 2 },
      versions: [2, 1].map(version => ({
        model: 'digits',
        version,
        uses: [{ endpoint: 'live', revision: version, role: 'stable', percent: 100 }]
      }))
    }
  ];
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  server.tell({ kind: 'beat', since: 0, seq: 0 });
  return { server, clock, models: new ModelsModel(server.client, feed, clock) };
}

test('a version is read again when its model has changed', async () => {
  const { server, clock, models } = served();
  const version = models.openVersion('digits:2');
  version.look();
  await clock.pass(1000);
  expect(version.snapshot?.row.id).toBe('digits:2');
  server.forget();
  server.tell({ since: 0, seq: 1, models: ['digits'] });
  await clock.pass(1000);
  expect(server.asked).toEqual(['GET models/digits/versions/2']);
});

test('a model is read again when an endpoint that serves it has changed, and not for others', async () => {
  const { server, clock, models } = served();
  const model = models.open('digits');
  model.look();
  await clock.pass(1000);
  server.tell({ since: 0, seq: 1, endpoints: ['other'] });
  await clock.pass(5000);
  server.forget();
  server.tell({ since: 1, seq: 2, endpoints: ['other'] });
  await clock.pass(5000);
  expect(server.asked).toEqual([]);
  server.tell({ since: 2, seq: 3, endpoints: ['live'] });
  await clock.pass(5000);
  expect(server.asked).toEqual(['GET models/digits']);
});

test('an endpoint with much traffic does not let its model be read more often than is of use', async () => {
  const { server, clock, models } = served();
  models.open('digits').look();
  await clock.pass(1000);
  server.forget();
  for (let seq = 1; seq <= 40; seq++) {
    server.tell({ since: seq - 1, seq, endpoints: ['live'] });
    await clock.pass(250);
  }
  expect(server.asked.length).toBeLessThanOrEqual(6);
  expect(server.asked.length).toBeGreaterThanOrEqual(2);
});

test('a page looks at the latest version, then at the one that is chosen, and goes on where that is deleted', async () => {
  const { server, clock, models } = served();
  const page = new ModelPage('digits', models);
  page.isShown = true;
  await clock.pass(1000);
  expect(page.id).toBe('digits:2');
  page.select(1);
  await clock.pass(1000);
  expect(page.version?.snapshot?.row.version).toBe(1);
  const [found] = server.models;
  found?.versions.pop();
  server.tell({ since: 0, seq: 1, models: ['digits'] });
  await clock.pass(1000);
  expect(page.id).toBe('digits:2');
});

test('a page that nobody sees reads nothing', async () => {
  const { server, clock, models } = served();
  const page = new ModelPage('digits', models);
  page.isShown = true;
  await clock.pass(1000);
  page.isShown = false;
  server.forget();
  server.tell({ since: 0, seq: 1, models: ['digits'] });
  await clock.pass(5000);
  expect(server.asked).toEqual([]);
});
