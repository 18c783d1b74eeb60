import { endpointsNoun } from '../../../src/endpoints/panel/noun';
import { wordsOf } from '../../../src/endpoints/panel/rows';
import { EndpointsModel } from '../../../src/endpoints/model';
import { Feed } from '../../../src/events';
import { SectionModel } from '../../../src/panel/sections';
import { UNTRANSLATED } from '../../../src/translation';
import { TestClock } from '../../clock';
import { row, TestServer } from '../../server';
import { CANARY, endpointRow } from '../facts';

const NOW = 10_000;
const said = (more: Record<string, unknown> = {}): ReturnType<typeof wordsOf> =>
  wordsOf(endpointRow({ started: NOW - 120, created: NOW - 720, ...more }), NOW, UNTRANSLATED);

test('an endpoint that is up says how fast it answers, how often, and what is going on', () => {
  const words = said({ ...CANARY, p95: 21.2, rate: 46, recent: [1, 2] });
  expect([words.metric, words.value, words.facts]).toEqual([
    'p95',
    '21.2\u202fms',
    ['canary 10\u202f%', '46/s']
  ]);
  expect([words.word, words.colour, words.curve]).toEqual(['Ready', 'succeeded', [1, 2]]);
  expect(words.label).toBe('digits, ready, digits v3, 2\u202fmin, p95 21.2\u202fms, canary 10\u202f%, 46/s');
  expect(words.acts.map(({ act }) => act)).toEqual(['promote', 'stop', 'open']);
});

test('an endpoint that nobody has asked says so, and has no p95', () => {
  const words = said();
  expect([words.metric, words.facts]).toEqual(['', ['no requests']]);
});

test('input that drifts changes shape and colour, not the state', () => {
  const words = said({ drifting: ['age'], rate: 3, p95: 8 });
  expect([words.icon, words.colour, words.word]).toEqual([
    'warning',
    'warning',
    'Ready, and its input drifts'
  ]);
  expect(words.facts).toContain('drifts: age');
});

test('errors are told of from one in a thousand on', () => {
  expect(said({ rate: 1, errors: 0.0002 }).facts).toEqual(['1.0/s']);
  expect(said({ rate: 1, errors: 0.031 }).facts).toEqual(['3.1\u202f% errors', '1.0/s']);
});

test('an endpoint that is down says why, and can be started', () => {
  const words = said({ state: 'stopped', why: 'stopped by ada', ended: NOW - 60, recent: [1, 2] });
  expect([words.why, words.metric, words.curve]).toEqual(['stopped by ada', '', []]);
  expect(words.acts.map(({ act }) => act)).toEqual(['start', 'open']);
});

test('the head of the section says how many drift', async () => {
  const server = new TestServer();
  server.endpoints = [
    { row: row('a', 'running', { drifting: ['age'] }) },
    { row: row('b', 'running', { drifting: [] }) }
  ];
  const clock = new TestClock();
  const feed = new Feed(server, () => server.client.version(), clock);
  const noun = endpointsNoun(new EndpointsModel(server.client, feed, clock));
  const section = new SectionModel(noun, clock);
  section.look(true);
  await clock.pass(1000);
  expect(noun.noteOf?.(section, UNTRANSLATED)?.text).toBe('1 drifts');
});
