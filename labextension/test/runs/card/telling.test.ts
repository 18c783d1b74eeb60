import { lastLines, ordinal } from '../../../src/runs/card/telling';
import { oddRank, rankNames } from '../../../src/runs/ranks';
import { apart, scaleOf, thinned, ticks, tickWords, wholeTicks } from '../../../src/runs/card/scale';
import type { Point } from '../../../src/runs/card/scale';
import { UNTRANSLATED } from '../../../src/translation';

test('ranks are named by the ends of their rows', () => {
  expect(rankNames([2], UNTRANSLATED)).toBe('rank 2');
  expect(rankNames([3, 0, 1], UNTRANSLATED)).toBe('ranks 0, 1 and 3');
  expect(rankNames([0, 1, 2, 3, 5], UNTRANSLATED)).toBe('ranks 0–3 and 5');
});

test('numbers in a line have their endings', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal)).toEqual([
    '1st',
    '2nd',
    '3rd',
    '4th',
    '11th',
    '12th',
    '13th',
    '21st',
    '112th'
  ]);
});

test('a log that stands rank by rank gives each rank its share', () => {
  const log = [0, 0, 0, 1, 1, 1].map((rank, at): [number, string] => [rank, String(at)]);
  expect(lastLines(log, 3)).toEqual([
    [0, '1'],
    [0, '2'],
    [1, '5']
  ]);
});

test('a rank that does much less, or much more, than the others is named', () => {
  const usage = (...cpus: number[]): Parameters<typeof oddRank>[0] =>
    cpus.map((cpu, rank) => ({ rank, cpu, memory: null, rate: null }));
  expect(oddRank(usage(91, 92, 34), UNTRANSLATED)?.sentence).toBe(
    'Rank 2 is at 34\u202f% CPU, the others are at about 92\u202f%.'
  );
  expect(oddRank(usage(99, 20, 21), UNTRANSLATED)?.rank).toBe(0);
  expect(oddRank(usage(91, 34), UNTRANSLATED)).toBeNull();
  expect(oddRank(usage(1, 5, 9), UNTRANSLATED)).toBeNull();
});

test('ticks are round, and those of a count are whole', () => {
  expect(ticks(0, 1, 4)).toEqual([0, 0.2, 0.4, 0.6000000000000001, 0.8, 1]);
  expect(wholeTicks(0, 3, 5)).toEqual([0, 1, 2, 3]);
  expect(ticks(1, 1, 4)).toEqual([]);
  expect([0, 0.6000000000000001, 12_000, 2e6, -0.00002].map(tickWords)).toEqual([
    '0',
    '0.6',
    '12k',
    '2e6',
    '−2e−5'
  ]);
});

test('a chart goes on to what is planned, and a curve near zero is read against zero', () => {
  const points: Point[] = [
    [1, 0.1],
    [2, 2]
  ];
  expect(scaleOf(points, 30)).toMatchObject({ left: 0, right: 30, low: 0 });
  expect(scaleOf([], null)).toMatchObject({ left: 0, right: 1 });
  expect(scaleOf([[3, 5]], null).y(5)).toBeCloseTo(0.5);
});

test('a spike survives thinning', () => {
  const points = Array.from({ length: 10_000 }, (_, at): Point => [at, at === 4321 ? 99 : 1]);
  const kept = thinned(points);
  expect(kept.length).toBeLessThan(400);
  expect(kept.map(point => point[1])).toContain(99);
});

test('labels that would touch are moved apart', () => {
  const [one = 0, other = 0] = apart([0.5, 0.52]);
  expect(other - one).toBeCloseTo(0.13);
  expect(apart([0.1, 0.9])).toEqual([0.1, 0.9]);
});
