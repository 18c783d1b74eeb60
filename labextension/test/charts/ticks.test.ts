import { labelsOf, logTicks, timeTicks, timeWords } from '../../src/charts/ticks';

const values = (powers: number[]): number[] => powers.map(power => Number((10 ** power).toPrecision(3)));

test('a logarithmic axis is marked at 1, 2 and 5 where there is room', () => {
  expect(values(logTicks(-1.3, 0.4, 5))).toEqual([0.1, 0.2, 0.5, 1, 2]);
});

test('many decades are marked by powers of ten alone, and not too many', () => {
  expect(values(logTicks(-6, 6, 5)).length).toBeLessThanOrEqual(6);
});

test('a narrow logarithmic axis is marked at even distances', () => {
  const marks = values(logTicks(Math.log10(0.9), Math.log10(1), 4));
  expect(marks.length).toBeGreaterThanOrEqual(3);
});

test('no marks where there is no length', () => {
  expect(logTicks(1, 1, 4)).toEqual([]);
  expect(timeTicks(0, 0, 4)).toEqual([]);
  expect(timeTicks(0, Infinity, 4)).toEqual([]);
});

test('time is marked as people count it', () => {
  expect(timeTicks(0, 60, 4)).toEqual([0, 15, 30, 45, 60]);
  expect(timeTicks(0, 7200, 4)).toEqual([0, 1800, 3600, 5400, 7200]);
  expect([0, 30, 90, 300, 5400, 172800].map(timeWords)).toEqual([
    '0',
    '30\u202fs',
    '1:30',
    '5\u202fmin',
    '1\u202fh\u202f30',
    '2\u202fd'
  ]);
});

test('marks near each other are told apart', () => {
  const words = labelsOf([0.019985, 0.01999, 0.019995, 0.02]);
  expect(new Set(words).size).toBe(4);
});
