import {
  countsWords,
  formatValue,
  spaceWords,
  sweepFacts,
  sweepSecondsLeft,
  trainWords
} from '../../src/sweeps/words';
import { THIN } from '../../src/format';
import { UNTRANSLATED } from '../../src/translation';
import { complete } from '../../src/wire';
import { sweep } from './facts';

test('a sweep that goes says how many trials, how long, and how long still', () => {
  const { row } = sweep({ complete: 3, pruned: 1, failed: 1, wanted: 10, going: 1, started: 100 });
  expect(sweepFacts(row, 200, UNTRANSLATED)).toEqual([
    '5 of 10 trials',
    `1${THIN}min 40${THIN}s`,
    `≈${THIN}100${THIN}s left`
  ]);
  expect(countsWords(row, UNTRANSLATED)).toBe('3 succeeded, 1 pruned, 1 failed, 1 not finished');
});

test('no estimate is made from too little, nor of a sweep that was given more trials', () => {
  expect(sweepSecondsLeft(sweep({ complete: 1, parallel: 1 }).row, 100)).toBeNull();
  expect(sweepSecondsLeft(sweep({ complete: 4, parallel: 8 }).row, 100)).toBeNull();
  expect(sweepSecondsLeft(sweep({ complete: 5, leg: 2 }).row, 100)).toBeNull();
});

test('values read as numbers with four digits, and as Python writes them', () => {
  expect([0.0064123, 0.0001, 0.00056789, 64, -0.25, 1e12].map(formatValue)).toEqual([
    '0.006412',
    '1e−04',
    '5.68e−04',
    '64',
    '−0.25',
    '1.00e+12'
  ]);
  expect([true, null, 'adam', undefined].map(formatValue)).toEqual(['True', 'None', 'adam', '–']);
});

test('a space reads as it is typed', () => {
  const dimension = (more: object): string => spaceWords(complete('Dimension', { name: 'x', ...more }));
  expect(dimension({ low: 0.001, high: 0.1, log: true })).toBe('0.001..0.1:log');
  expect(dimension({ low: 16, high: 256, step: 16 })).toBe('16..256:16');
  expect(dimension({ options: ['relu', 'tanh'] })).toBe('relu|tanh');
});

test('a line that trains with the best parameters quotes its texts', () => {
  expect(trainWords('digits', { lr: 0.01, opt: 'adam', fast: true, cap: null })).toBe(
    '%%train digits lr=0.01 opt="adam" fast=True cap=None'
  );
});
