import { CurvesModel } from '../../../../src/runs/page/curves/model';
import { TestClock } from '../../../clock';
import { CurvesServer } from './server';

function made(): { server: CurvesServer; clock: TestClock; model: CurvesModel } {
  const server = new CurvesServer();
  const clock = new TestClock();
  return { server, clock, model: new CurvesModel(server.client, 'a-1', clock) };
}

test('nothing is asked for while nobody looks', async () => {
  const { server, clock, model } = made();
  server.report('loss', 10);
  model.update(server.row());
  await clock.pass(1000);
  expect(server.asked).toEqual([]);
});

test('a curve is read once it is looked at', async () => {
  const { server, clock, model } = made();
  server.report('loss', 10);
  model.update(server.row());
  model.look('loss', 100);
  await clock.pass(0);
  expect(server.asked).toEqual(['points name=loss since=0']);
  expect(model.curve('loss').points?.steps.length).toBe(10);
});

test('only what is new is asked for, and nothing while nothing is', async () => {
  const { server, clock, model } = made();
  server.report('loss', 10);
  model.update(server.row());
  model.look('loss', 100);
  await clock.pass(1000);
  server.report('loss', 5);
  model.update(server.row());
  await clock.pass(1000);
  model.update(server.row());
  await clock.pass(1000);
  expect(server.asked).toEqual(['points name=loss since=0', 'points name=loss since=10']);
  expect(model.curve('loss').points?.values).toEqual(Array.from({ length: 15 }, (_, at) => at));
});

test('a curve that has grown far beyond what can be drawn is thinned again', async () => {
  const { server, clock, model } = made();
  server.report('loss', 10);
  model.update(server.row());
  model.look('loss', 10);
  for (let turn = 0; turn < 5; turn++) {
    server.report('loss', 10);
    model.update(server.row());
    await clock.pass(1000);
  }
  expect(server.asked.filter(question => question.endsWith('since=0')).length).toBeGreaterThan(1);
  expect(model.curve('loss').points?.steps.length).toBeLessThanOrEqual(40);
});

test('metrics are asked for a few at a time, those that are looked at first before the others', async () => {
  const { server, clock, model } = made();
  const names = Array.from({ length: 6 }, (_, at) => `m${at}`);
  names.forEach(name => server.report(name, 3));
  model.update(server.row());
  names.forEach(name => model.look(name, 100));
  await clock.pass(1000);
  const asked = server.asked.join(' ');
  expect(names.every(name => asked.includes(name))).toBe(true);
  expect(Math.max(...server.asked.map(question => question.split('+').length))).toBeLessThanOrEqual(4);
});

test('who is not looked at any more is not read', async () => {
  const { server, clock, model } = made();
  server.report('loss', 3);
  server.report('lr', 3);
  model.update(server.row());
  model.look('loss', 100);
  const look = model.look('lr', 100);
  await clock.pass(1000);
  look.dispose();
  server.asked.length = 0;
  server.report('loss', 1);
  server.report('lr', 1);
  model.update(server.row());
  await clock.pass(1000);
  expect(server.asked).toEqual(['points name=loss since=3']);
});

test('a range of a thinned curve is asked for in its own steps', async () => {
  const { server, clock, model } = made();
  server.report('loss', 1000);
  model.update(server.row());
  model.look('loss', 100);
  await clock.pass(1000);
  model.showRange(() => [200, 250]);
  await clock.pass(1000);
  expect(server.asked[1]).toBe('points name=loss low=200 high=250');
  expect(model.curve('loss').detail?.steps.length).toBe(51);
  model.showRange(() => null);
  await clock.pass(1000);
  expect(model.curve('loss').detail).toBeNull();
});

test('a range of a whole curve needs no question', async () => {
  const { server, clock, model } = made();
  server.report('loss', 50);
  model.update(server.row());
  model.look('loss', 100);
  await clock.pass(1000);
  model.showRange(() => [20, 25]);
  await clock.pass(1000);
  expect(server.asked.length).toBe(1);
});

test('a new attempt begins anew', async () => {
  const { server, clock, model } = made();
  server.report('loss', 10);
  model.update(server.row());
  model.look('loss', 100);
  await clock.pass(1000);
  server.values.clear();
  server.attempt = 2;
  server.report('loss', 2);
  model.update(server.row());
  await clock.pass(1000);
  expect(model.curve('loss').points?.steps).toEqual([0, 1]);
});

test('all ranks are a band, or a line each', async () => {
  const { server, clock, model } = made();
  server.report('loss', 4);
  server.report('loss', 4, 1);
  model.update(server.row(2));
  model.look('loss', 100);
  await clock.pass(1000);
  expect(model.curve('loss').band?.ranks).toBe(2);
  model.showRanks('each');
  await clock.pass(1000);
  expect(server.asked).toContain('points name=loss rank=1');
  expect(model.curve('loss').ranks.get(1)?.values).toEqual([1, 2, 3, 4]);
});

test('when nobody answers, what is known stays, and is gone on with afterwards', async () => {
  const { server, clock, model } = made();
  server.report('loss', 4);
  model.update(server.row());
  model.look('loss', 100);
  await clock.pass(1000);
  server.isReachable = false;
  server.report('loss', 4);
  model.update(server.row());
  await clock.pass(1000);
  expect(model.problem?.message).toMatch(/does not answer/);
  expect(model.curve('loss').points?.steps.length).toBe(4);
  server.isReachable = true;
  model.update(server.row());
  await clock.pass(1000);
  expect(model.problem).toBeNull();
  expect(model.curve('loss').points?.steps.length).toBe(8);
});
