import { EndpointsModel } from '../../src/endpoints/model';
import { endpointsNoun } from '../../src/endpoints/panel/noun';
import { Feed } from '../../src/events';
import { ModelsModel } from '../../src/models/model';
import { modelsNoun } from '../../src/models/panel/noun';
import { PanelModel } from '../../src/panel/model';
import { SectionModel } from '../../src/panel/sections';
import { RunsModel } from '../../src/runs/model';
import { runsNoun } from '../../src/runs/panel/noun';
import { SweepsModel } from '../../src/sweeps/model';
import { sweepsNoun } from '../../src/sweeps/panel/noun';
import { TestClock } from '../clock';
import { TestServer } from '../server';

function made(): { server: TestServer; clock: TestClock; panel: PanelModel } {
  const server = new TestServer();
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  server.tell({ kind: 'beat', since: 0, seq: 0 });
  const runs = new SectionModel(runsNoun(new RunsModel(server.client, feed, clock)), clock);
  const sweeps = new SectionModel(sweepsNoun(new SweepsModel(server.client, feed, clock)), clock);
  const models = new SectionModel(modelsNoun(new ModelsModel(server.client, feed, clock)), clock);
  const endpoints = new SectionModel(endpointsNoun(new EndpointsModel(server.client, feed, clock)), clock);
  return { server, clock, panel: new PanelModel({ runs, sweeps, models, endpoints }) };
}

const sweep = (id: string): TestServer['sweeps'][number] => ({
  row: { id, name: 'digits', state: 'running' },
  trials: []
});

test('sweeps unfold with the first of them, and stay as somebody has put them', async () => {
  const { server, clock, panel } = made();
  panel.look(true);
  await clock.pass(2000);
  expect([panel.isFolded('runs'), panel.isFolded('sweeps')]).toEqual([false, true]);
  server.sweeps = [sweep('s-1')];
  server.tell({ since: 0, seq: 1, sweeps: ['s-1'] });
  await clock.pass(5000);
  expect(panel.isFolded('sweeps')).toBe(false);
  panel.fold('sweeps', true);
  server.tell({ since: 1, seq: 2, sweeps: ['s-1'] });
  await clock.pass(5000);
  expect(panel.isFolded('sweeps')).toBe(true);
});

test('the filter line is about the section in use, unless that is folded', () => {
  const { panel } = made();
  panel.fold('sweeps', false);
  expect(panel.current.noun.name).toBe('runs');
  panel.use('sweeps');
  expect(panel.current.noun.name).toBe('sweeps');
  panel.fold('sweeps', true);
  expect(panel.current.noun.name).toBe('runs');
});

test('what was folded, filtered and measured is there again', () => {
  const { panel } = made();
  panel.fold('runs', true);
  panel.divide('runs', 'sweeps', 0.4);
  panel.sections.sweeps.choose({ text: 'dig', state: 'failed' });
  const other = made().panel;
  other.restore(JSON.parse(JSON.stringify(panel.state())));
  expect(other.isFolded('runs')).toBe(true);
  expect(other.share('runs', 'sweeps')).toBeCloseTo(0.4);
  expect(other.sections.sweeps.choice).toEqual({ text: 'dig', state: 'failed', archived: false });
  expect(other.sections.runs.choice.text).toBe('');
});

test('nonsense that was written down changes nothing', () => {
  const { panel } = made();
  const before = JSON.stringify(panel.state());
  for (const nonsense of [
    null,
    7,
    'x',
    { weights: 'wide', folded: { runs: 3 }, choices: [], had: 'all' },
    { weights: { runs: 1e9, sweeps: -1 } }
  ]) {
    panel.restore(nonsense);
  }
  expect(JSON.stringify(panel.state())).toBe(before);
});
