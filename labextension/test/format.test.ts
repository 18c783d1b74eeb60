import cases from '../../tests/fixtures/format.json';

import * as format from '../src/format';

// The kernel's tests read the same cases: what a card says does not depend on who draws it.
const table = (rows: (number | string | null)[][]): [number | null, string][] =>
  rows.map(([value, shown]) => [value === null ? null : Number(value), String(shown)]);

test.each(table(cases.metric))('the metric %p is shown as %p', (value, shown) => {
  expect(format.formatMetric(value)).toBe(shown);
});

test.each(table(cases.duration))('%p seconds are shown as %p', (seconds, shown) => {
  expect(format.formatDuration(Number(seconds))).toBe(shown);
});

test.each(table(cases.left))('%p seconds that are left are shown as %p', (seconds, shown) => {
  expect(format.formatLeft(Number(seconds))).toBe(shown);
});

test.each(table(cases.age))('an age of %p seconds is shown as %p', (seconds, shown) => {
  expect(format.formatAge(Number(seconds))).toBe(shown);
});

test.each(table(cases.size))('%p bytes are shown as %p', (bytes, shown) => {
  expect(format.formatSize(Number(bytes))).toBe(shown);
});

test.each(table(cases.count))('the count %p is shown as %p', (count, shown) => {
  expect(format.formatCount(Number(count))).toBe(shown);
});

test('a step that is whole has no decimals', () => {
  expect([format.formatStep(1240), format.formatStep(2.625)]).toEqual(['1\u202f240', '2.6']);
});

test('a share is shown in per cent', () => {
  expect(format.formatShare(0.6249)).toBe('62\u202f%');
});
