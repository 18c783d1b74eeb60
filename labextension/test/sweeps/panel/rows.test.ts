import { wordsOf } from '../../../src/sweeps/panel/rows';
import { UNTRANSLATED } from '../../../src/translation';
import { complete } from '../../../src/wire';
import { row } from '../../server';

const NOW = 10_000;
const said = (state: string, more: Record<string, unknown> = {}): ReturnType<typeof wordsOf> =>
  wordsOf(
    complete('SweepRow', {
      ...row('digits-1', state, { created: NOW - 720, started: NOW - 720 }),
      algorithm: 'tpe',
      objectives: [{ metric: 'val_acc', direction: 'maximize' }],
      wanted: 60,
      ...more
    }),
    NOW,
    UNTRANSLATED
  );
const best = { best: 31, best_run: 'digits-1t31', best_values: [0.983], recent: [0.9, 0.983] };

test('a running sweep says its best value, how far and how long still', () => {
  const words = said('running', { ...best, complete: 30, pruned: 6, going: 3 });
  expect([words.metric, words.value, words.facts]).toEqual([
    'val_acc',
    '0.983',
    ['36/60', '≈\u202f8\u202fmin left']
  ]);
  expect([words.chip, words.share, words.curve]).toEqual(['tpe', 0.6, [0.9, 0.983]]);
  expect(words.label).toBe('digits, running, tpe, 12\u202fmin, val_acc 0.983, 36/60, ≈\u202f8\u202fmin left');
  expect(words.acts.map(act => act.act)).toEqual(['stop', 'open']);
});

test('of a sweep that was resumed nobody says how long it takes', () => {
  expect(said('running', { ...best, complete: 30, leg: 2 }).facts).toEqual(['30/60']);
});

test('a sweep that has ended says how many trials it took', () => {
  const words = said('succeeded', { ...best, complete: 60, ended: NOW });
  expect(words.facts).toEqual(['60 trials']);
  expect(words.acts.map(act => act.act)).toEqual(['open']);
});

test('with several objectives it says how many trials none surpasses', () => {
  const objectives = [
    { metric: 'acc', direction: 'maximize' },
    { metric: 'latency', direction: 'minimize' }
  ];
  const words = said('running', { objectives, front: [1, 4, 7], best_values: [], complete: 9 });
  expect([words.metric, words.value]).toEqual(['acc, latency', 'front of 3']);
});

test('who fails or waits says why, and nothing else', () => {
  expect(said('failed', { why: '5 trials in a row failed.' }).why).toBe('5 trials in a row failed.');
  expect(said('queued').why).toBe('Waits for its turn');
});

test('who was stopped says where, and can be resumed while trials are wanted', () => {
  const words = said('stopped', { ...best, complete: 12, stopped: 2, why: 'asked to' });
  expect(words.facts).toEqual(['at 14/60', 'asked to']);
  expect(words.acts.map(act => act.act)).toEqual(['resume', 'open']);
  expect(said('stopped', { complete: 60 }).acts.map(act => act.act)).toEqual(['open']);
});
