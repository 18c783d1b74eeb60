import { columnsOf } from '../../../src/models/page/columns';
import { moveWords } from '../../../src/models/page/History';
import { pointsOf } from '../../../src/models/page/MetricByVersion';
import { rangeOf } from '../../../src/models/page/SignatureTable';
import { barsOf } from '../../../src/models/page/TrainingData';
import { changeWords, gainOf } from '../../../src/models/Change';
import { UNTRANSLATED } from '../../../src/translation';
import { complete } from '../../../src/wire';
import { version } from '../facts';

test('bins that hold as many rows each are drawn as dense as they are wide', () => {
  const column = complete('ColumnProfile', {
    name: 'x',
    kind: 'number',
    counts: [10, 10],
    edges: [1],
    low: 0,
    high: 10
  });
  const [narrow, wide] = barsOf(column);
  expect(narrow).toMatchObject({ left: 0, width: 0.1, height: 1 });
  expect(wide?.height).toBeCloseTo(1 / 9);
});

test('a column of one value, and one without any, can be drawn', () => {
  const one = { name: 'x', kind: 'number', counts: [5], low: 2, high: 2 };
  expect(barsOf(complete('ColumnProfile', one))).toEqual([{ left: 0, width: 1, height: 1 }]);
  const none = { name: 'x', kind: 'number', counts: [0], low: null, high: null };
  expect(barsOf(complete('ColumnProfile', none))).toEqual([]);
});

test('a range is that of all columns of a tensor, or the values of a category', () => {
  const number = (low: number, high: number): ReturnType<typeof complete<'ColumnProfile'>> =>
    complete('ColumnProfile', { name: 'x', kind: 'number', counts: [1], low, high });
  expect(rangeOf([number(0, 3), number(-1, 2)], UNTRANSLATED)).toBe('\u22121 to 3');
  const category = complete('ColumnProfile', {
    name: 'x',
    kind: 'category',
    counts: [1, 1],
    values: ['a', 'b']
  });
  expect(rangeOf([category], UNTRANSLATED)).toBe('a, b');
  expect(rangeOf([], UNTRANSLATED)).toBe('');
});

test('the metric that is drawn has a column, even where it is not among the first', () => {
  const names = ['a', 'b', 'c', 'd'];
  expect(columnsOf(names, 'b')).toEqual(['a', 'b', 'c']);
  expect(columnsOf(names, 'd')).toEqual(['a', 'b', 'd']);
  expect(columnsOf([], '')).toEqual([]);
});

test('what is no number is not drawn', () => {
  const rows = [version(3, { metrics: { a: 'NaN' } }), version(2, { metrics: { a: 2 } }), version(1)];
  expect(pointsOf(rows, 'a')).toEqual([[2, 2]]);
});

test('a change has its sign, and is for the better where the metric says what is', () => {
  expect(changeWords(0.009)).toBe('+0.00900');
  expect(changeWords(-0.5)).toBe('\u22120.500');
  expect(changeWords(0)).toBeNull();
  expect(gainOf('loss', 0.1, 0.2)).toBeGreaterThan(0);
  expect(gainOf('accuracy', 0.1, 0.2)).toBeLessThan(0);
  expect(gainOf('accuracy', null, 0.2)).toBe(0);
});

test('where an alias went is said in few words', () => {
  const moved = { type: 'alias', time: 1, alias: 'champion', who: '' } as const;
  expect(moveWords({ ...moved, version: 3, before: 2 }, UNTRANSLATED)).toBe('@champion to v3, from v2');
  expect(moveWords({ ...moved, version: 0, before: 2 }, UNTRANSLATED)).toBe('@champion removed from v2');
});
