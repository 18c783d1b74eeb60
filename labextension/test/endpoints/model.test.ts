import { EndpointsModel } from '../../src/endpoints/model';
import { Feed } from '../../src/events';
import { TestClock } from '../clock';
import { row, TestServer } from '../server';

function served(): { server: TestServer; clock: TestClock; model: EndpointsModel } {
  const server = new TestServer();
  server.endpoints = [{ row: row('digits') }];
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  server.tell({ kind: 'beat', since: 0, seq: 0 });
  return { server, clock, model: new EndpointsModel(server.client, feed, clock) };
}

test('an endpoint is read again when it has changed, and only then', async () => {
  const { server, clock, model } = served();
  const endpoint = model.open('digits');
  endpoint.look();
  await clock.pass(1000);
  expect(endpoint.snapshot?.row.platform).toBe('local');
  server.forget();
  server.tell({ since: 0, seq: 1, sweeps: ['digits'], models: ['digits'] });
  await clock.pass(1000);
  expect(server.asked).toEqual([]);
  server.tell({ since: 1, seq: 2, endpoints: ['digits'] });
  await clock.pass(1000);
  expect(server.asked).toEqual(['GET endpoints/digits']);
});

test('a list of endpoints has rows, and an endpoint that is not there says so', async () => {
  const { clock, model } = served();
  const list = model.list();
  list.look();
  const other = model.open('other');
  other.look();
  await clock.pass(0);
  expect([list.total, list.row(0)?.id]).toEqual([1, 'digits']);
  expect(other.problem).toEqual({ kind: 'unknown', message: "No endpoint has the name 'other'." });
});
