import { linesOf, plotOf } from '../../../src/endpoints/page/series';
import { CANARY, endpointRow, point } from '../facts';

const ROW = endpointRow(CANARY);

test('each revision is a line, and those with traffic lie above what is kept', () => {
  const points = [4, 3, 2].map(number => point(10, number, { requests: 20 }));
  const lines = linesOf(points, 'rate', ROW);
  expect(lines.map(({ name, colour, isQuiet }) => [name, colour, isQuiet])).toEqual([
    ['r2', 0, true],
    ['r3', 1, false],
    ['r4', 2, false]
  ]);
  expect(lines[0]?.y).toEqual([2]);
});

test('errors are percent of requests, and nothing where nobody asked', () => {
  const points = [point(10, 3, { requests: 50, errors: 1 }), point(20, 3)];
  expect(linesOf(points, 'errors', ROW)[0]?.y).toEqual([2, NaN]);
});

test('where nothing was seen there is no time, and no request', () => {
  const points = [point(10, 3, { requests: 10, p95: 5 }), point(100, 3, { requests: 10, p95: 7 })];
  expect(linesOf(points, 'p95', ROW)[0]?.y).toEqual([5, NaN, 7]);
  const [rate] = linesOf(points, 'rate', ROW);
  expect([rate?.x.map(Math.round), rate?.y]).toEqual([
    [10, 10, 90, 100],
    [1, 0, 0, 1]
  ]);
});

test('a revision without a value has no line', () => {
  expect(linesOf([point(10, 3)], 'p95', ROW)).toEqual([]);
});

test('a chart reaches back from now', () => {
  const plot = plotOf([], 'rate', ROW, 3600, 10_000);
  expect([plot.x, plot.isFromZero, plot.lines]).toEqual([[6400, 10_000], true, []]);
});
