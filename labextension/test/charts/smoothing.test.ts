import { belowLog, firstAtLeast, interpolated, nearest, smoothed } from '../../src/charts/smoothing';

test('the first smoothed value is itself, whatever the weight', () => {
  for (const weight of [0, 0.5, 0.9, 0.99]) {
    expect(smoothed([4, 2, 0], weight)[0]).toBeCloseTo(4);
  }
});

test('what stays the same stays the same when it is smoothed', () => {
  smoothed([3, 3, 3, 3], 0.97).forEach(value => expect(value).toBeCloseTo(3));
});

test('smoothing is an exponential mean, corrected for its beginning', () => {
  // (0.5 · 1 + 1 · 3) / (0.5 + 1), with halves of what was counted before.
  expect(smoothed([1, 3], 0.5)[1]).toBeCloseTo(3.5 / 1.5);
});

test('what is not finite stays where it is and does not count', () => {
  const [, gap, after] = smoothed([1, NaN, 3], 0.5);
  expect(gap).toBeNaN();
  expect(after).toBeCloseTo(3.5 / 1.5);
});

test('without a weight nothing is changed', () => {
  expect(smoothed([1, 5, 2], 0)).toEqual([1, 5, 2]);
});

test('a logarithmic scale cannot show zero and what is below', () => {
  expect(belowLog([1, 0, -2, NaN, 0.1])).toBe(2);
});

test('the nearest of ascending values is found', () => {
  const steps = [0, 10, 20];
  expect([-5, 4, 6, 14, 16, 99].map(step => nearest(steps, step))).toEqual([0, 0, 1, 1, 2, 2]);
  expect(nearest([], 1)).toBe(-1);
});

test('the first that is not below is found', () => {
  expect(firstAtLeast([1, 2, 2, 5], 2)).toBe(1);
  expect(firstAtLeast([1, 2], 3)).toBe(2);
});

test('a line is followed between its points, and no further than its ends', () => {
  const at = (x: number): number => interpolated([0, 10], [0, 100], x);
  expect([-1, 0, 5, 10, 11].map(at)).toEqual([0, 0, 50, 100, 100]);
});
