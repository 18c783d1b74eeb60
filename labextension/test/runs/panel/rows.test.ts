import { wordsOf } from '../../../src/runs/panel/rows';
import { UNTRANSLATED } from '../../../src/translation';
import { complete } from '../../../src/wire';
import type { IRunRow } from '../../../src/wire';
import { row } from '../../server';

const at = (day: number, hour: number): number => new Date(2026, 10, day, hour).getTime() / 1000;
const NOW = at(24, 15);
const made = (state: string, more: Record<string, unknown> = {}): IRunRow =>
  complete('RunRow', row('digits-1', state, { created: NOW - 120, ...more }));
const said = (state: string, more: Record<string, unknown> = {}): ReturnType<typeof wordsOf> =>
  wordsOf(made(state, more), NOW, UNTRANSLATED);
const summary = {
  last: 0.962,
  step: 4,
  min: 0.1,
  min_step: 0,
  max: 0.962,
  max_step: 4,
  count: 5,
  recent: [0.1, 0.9]
};

test('a running run says its metric, how far and how long still', () => {
  const words = said('running', {
    started: NOW - 100,
    metrics: { loss: summary, val_acc: summary },
    progress: { done: 4, total: 6, unit: 'epoch' }
  });
  expect([words.metric, words.value, words.facts]).toEqual([
    'val_acc',
    '0.962',
    ['epoch 4/6', '≈\u202f50\u202fs left']
  ]);
  expect(words.share).toBeCloseTo(0.667, 2);
  expect(words.label).toBe(
    'digits, running, python ×1, 2\u202fmin, val_acc 0.962, epoch 4/6, ≈\u202f50\u202fs left'
  );
});

test('who waits or fails says why, and nothing else', () => {
  const more = { metrics: { loss: summary } };
  expect(said('queued', more).why).toBe('Waits for its turn');
  expect(said('failed', { ...more, why: 'Rank 2: out of memory' }).label).toBe(
    'digits, failed, python ×1, 2\u202fmin, Rank 2: out of memory'
  );
  expect(said('succeeded', { broken: 'spec.json is missing.' })).toMatchObject({
    tone: 'broken',
    why: 'spec.json is missing.'
  });
});

test('who was stopped says where', () => {
  expect(said('stopped', { progress: { done: 2, total: 6, unit: 'epoch' } }).facts).toEqual(['at epoch 2/6']);
  expect(said('stopped', { why: 'reached its timeout' }).facts).toEqual(['reached its timeout']);
});
