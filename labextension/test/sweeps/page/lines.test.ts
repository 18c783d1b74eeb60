import { keptBy, parallelsOf } from '../../../src/sweeps/page/lines';
import { mattersWords } from '../../../src/sweeps/page/Matters';
import { UNTRANSLATED } from '../../../src/translation';
import { finished, sweep, trial } from '../facts';

const SPACE = [
  { name: 'lr', low: 1e-4, high: 0.1, log: true },
  { name: 'opt', options: ['adam', 'sgd'] }
];

const snapshot = sweep(
  { best: 2 },
  {
    space: SPACE,
    trials: [
      { ...finished(1, 0.5), params: { lr: 0.01, opt: 'sgd' } },
      { ...finished(2, 0.9), params: { lr: 0.001, opt: 'adam' } },
      trial(3, { result: 'failed', params: { lr: 0.1, opt: 'adam' } })
    ]
  }
);

test('axes show what may be searched, and lines the trials that have a value', () => {
  const { axes, lines } = parallelsOf(snapshot, UNTRANSLATED);
  expect(axes.map(({ name, kind }) => [name, kind])).toEqual([
    ['lr', 'log'],
    ['opt', 'category'],
    ['accuracy', 'number']
  ]);
  expect(lines.map(({ id, isStrong }) => [id, isStrong])).toEqual([
    ['s-1t1', false],
    ['s-1t2', true]
  ]);
});

test('what is kept of an axis keeps its trials', () => {
  const parallels = parallelsOf(snapshot, UNTRANSLATED);
  const isKept = keptBy(parallels, { 'objective:accuracy': { low: 0.8, high: null } });
  expect(['s-1t1', 's-1t2', 's-1t3'].map(isKept)).toEqual([false, true, false]);
  expect(['s-1t1', 's-1t3'].map(keptBy(parallels, {}))).toEqual([true, true]);
});

test('what matters is one sentence', () => {
  const words = (shares: [string, number][]): string => mattersWords(shares, { batch: 64 }, UNTRANSLATED);
  expect(
    words([
      ['lr', 0.5],
      ['opt', 0.3],
      ['width', 0.17],
      ['batch', 0.03]
    ])
  ).toBe('lr and opt decide; batch could stay fixed at 64.');
  expect(words([['lr', 1]])).toBe('lr decides.');
  expect(
    words([
      ['a', 0.19],
      ['b', 0.19],
      ['c', 0.19]
    ])
  ).toBe('No parameter stands out.');
});
