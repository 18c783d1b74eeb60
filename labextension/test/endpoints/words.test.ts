import {
  colourOf,
  countsWords,
  driftWords,
  expressionOf,
  formatMilliseconds,
  formatPercent,
  formatRate,
  markOf,
  revisionMark,
  rollBackWords
} from '../../src/endpoints/words';
import { UNTRANSLATED } from '../../src/translation';
import { CANARY, endpoint, endpointRow, revision, revisionRow } from './facts';

const wordOf = (more: Record<string, unknown>): string => markOf(endpointRow(more), UNTRANSLATED).word;

test('an endpoint that runs is ready, unless a part of it is not', () => {
  expect(wordOf({})).toBe('Ready');
  expect(wordOf({ ready: 1, wanted: 2 })).toBe('Degraded');
  expect(wordOf({ revisions: [revisionRow(4, 'kept', { state: 'starting' })] })).toBe('Rolling out');
  expect(wordOf({ state: 'starting' })).toBe('Starting');
  expect(wordOf({ state: 'queued' })).toBe('Starting');
  expect(wordOf({ state: 'stopped' })).toBe('Stopped');
  expect(wordOf({ state: 'failed' })).toBe('Failed');
  expect(wordOf({ broken: 'spec.json is no JSON.' })).toBe('Broken');
});

test('a revision that answers nothing is kept, and none is ready while the endpoint is down', () => {
  const word = (fact: ReturnType<typeof revision>, isUp = true): string =>
    revisionMark(fact, isUp, UNTRANSLATED).word;
  expect(word(revision(2, 'kept'))).toBe('Kept for roll back');
  expect(word(revision(3, 'stable'))).toBe('Ready');
  expect(word(revision(3, 'stable'), false)).toBe('Stopped');
  expect(word(revision(1, 'kept', { state: 'failed' }))).toBe('Failed');
});

test('stable and canary have a colour each, what is kept has none', () => {
  const row = endpointRow(CANARY);
  expect([3, 4, 2].map(number => colourOf(number, row))).toEqual([1, 2, 0]);
});

test('what there is of it is counted, and how many of it answer', () => {
  expect(countsWords(endpointRow(CANARY), UNTRANSLATED)).toBe('2 revisions, 2 replicas');
  expect(countsWords(endpointRow({ ready: 1, wanted: 3 }), UNTRANSLATED)).toBe('1 revision, 1 of 3 replicas');
});

test.each([
  [0.4, '0.40\u202fms'],
  [6.12, '6.1\u202fms'],
  [99.6, '100\u202fms'],
  [2400, '2.4\u202fs'],
  [null, '–'],
  [NaN, '–']
])('%s milliseconds are %s', (value, words) => {
  expect(formatMilliseconds(value)).toBe(words);
});

test.each([
  [0, '0\u202f%'],
  [0.0002, '0.02\u202f%'],
  [0.028, '2.8\u202f%'],
  [1, '100\u202f%'],
  [-0.002, '−0.20\u202f%']
])('a share of %s is %s', (share, words) => {
  expect(formatPercent(share)).toBe(words);
});

test('rates have as many digits as it takes', () => {
  expect([0, 0.02, 0.34, 4.66, 45.7, 12_345].map(formatRate)).toEqual([
    '0/s',
    '0.02/s',
    '0.3/s',
    '4.7/s',
    '46/s',
    '12\u202f345/s'
  ]);
});

test('many inputs that drift are two names and a number', () => {
  expect(driftWords({ drifting: [] }, UNTRANSLATED)).toBe('');
  expect(driftWords({ drifting: ['age'] }, UNTRANSLATED)).toBe('drifts: age');
  expect(driftWords({ drifting: ['a', 'b', 'c', 'd'] }, UNTRANSLATED)).toBe('drifts: a, b and 2 more');
});

test('an endpoint is reached by its variable, by its name, or from its home', () => {
  expect(expressionOf(endpoint({}, { variable: 'served' }))).toBe('served');
  expect(expressionOf(endpoint({ name: 'my-model' }))).toBe('my_model_endpoint');
  expect(expressionOf(endpoint({ id: 'größe', name: 'größe' }))).toBe('connect().endpoints.get("größe")');
});

test('where there is a canary, rolling back says where to', () => {
  expect(rollBackWords(endpointRow(CANARY), UNTRANSLATED)).toBe('Roll back to r3');
  expect(rollBackWords(endpointRow(), UNTRANSLATED)).toBe('Roll back…');
});
