import { apart } from '../../src/charts/option';
import { aligned, scaled, within, xRange, yRange } from '../../src/charts/plot';
import type { ILine } from '../../src/charts/plot';

function line(x: number[], y: number[], more: Partial<ILine> = {}): ILine {
  return { key: 'loss', name: 'loss', label: '', colour: 1, x, y, ...more };
}

test('an axis goes from zero where it begins near it, to the planned end', () => {
  expect(xRange([line([1, 40], [1, 2])], null)).toEqual([0, 40]);
  expect(xRange([line([1, 40], [1, 2])], 100)).toEqual([0, 100]);
  expect(xRange([line([900, 1000], [1, 2])], null)).toEqual([900, 1000]);
});

test('an axis has a length even for one point, and for none', () => {
  const [low, high] = xRange([line([5], [1])], null);
  expect(high).toBeGreaterThan(low);
  expect(xRange([], null)).toEqual([0, 1]);
  expect(xRange([], 6)).toEqual([0, 6]);
});

test('values that are not finite are left out of the axis', () => {
  expect(yRange([line([0, 1, 2], [NaN, Infinity, -Infinity])], [0, 2], false)).toBeNull();
  const range = yRange([line([0, 1, 2], [1, Infinity, 2])], [0, 2], false);
  expect(range?.[1]).toBeLessThan(3);
});

test('a logarithmic axis shows what is above zero, in powers of ten', () => {
  const range = yRange([line([0, 1, 2, 3], [0, -5, 0.01, 100])], [0, 3], true);
  expect(range?.[0]).toBeCloseTo(-2.2);
  expect(range?.[1]).toBeCloseTo(2.2);
  expect(scaled(0, true)).toBeNaN();
  expect(scaled(-1, true)).toBeNaN();
  expect(scaled(100, true)).toBe(2);
  expect(yRange([line([0, 1], [0, -5])], [0, 1], true)).toBeNull();
});

test('only what is in the range counts, with its neighbours', () => {
  const spike = line([0, 10, 20, 30, 40], [1, 1, 2, 1, 500]);
  expect(yRange([spike], [15, 25], false)?.[1]).toBeLessThan(3);
  expect(within(spike.x, [15, 25])).toEqual([1, 4]);
  expect(within(spike.x, [10, 30])).toEqual([0, 5]);
});

test('bands and what was smoothed have room as well', () => {
  const band = { x: [0, 1], low: [-4, 0], high: [9, 1] };
  const range = yRange([line([0, 1], [1, 1], { band, raw: [20, 1] })], [0, 1], false);
  expect(range?.[0]).toBeLessThanOrEqual(-4);
  expect(range?.[1]).toBeGreaterThanOrEqual(20);
});

test('a constant has an axis around it', () => {
  const range = yRange([line([0, 1], [0.02, 0.02])], [0, 1], false) ?? [0, 0];
  expect(range[1] - range[0]).toBeGreaterThan(0);
});

test('labels that would overlap are moved apart, within the chart', () => {
  const places = apart([50, 50, 52], 10, 100);
  const sorted = [...places].sort((one, other) => one - other);
  expect((sorted[1] ?? 0) - (sorted[0] ?? 0)).toBeGreaterThanOrEqual(13);
  expect((sorted[2] ?? 0) - (sorted[1] ?? 0)).toBeGreaterThanOrEqual(13);
  expect(Math.max(...apart([98, 99, 100], 10, 100))).toBeLessThanOrEqual(100);
});

test('labels that are apart stay where they are', () => {
  expect(apart([80, 20], 10, 100)).toEqual([80, 20]);
});

test('charts share a range, but for those that count otherwise', () => {
  expect(aligned([300, 330], [0, 350])).toEqual([0, 350]);
  expect(aligned([0, 10], [0, 350])).toEqual([0, 10]);
  expect(aligned([0, 10], null)).toEqual([0, 10]);
});

test('zero that stays zero has an axis around it', () => {
  expect(yRange([line([0, 1], [0, 0])], [0, 1], false)).toEqual([0, 1]);
});
