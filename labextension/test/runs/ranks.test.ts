import { UNTRANSLATED } from '../../src/translation';
import { complete } from '../../src/wire';
import type { IRankStatus, IRunSnapshot } from '../../src/wire';
import { columnsOf, linesOf, sorted } from '../../src/runs/page/overview/ranksOrder';
import {
  hasSeveral,
  nameOf,
  paces,
  rankName,
  ranksOf,
  roleName,
  standsOut,
  telling
} from '../../src/runs/ranks';

/** A tensorflow run with a chief, two workers, two parameter servers and an evaluator. */
const ROLES = [
  ['chief', 0],
  ['worker', 0],
  ['worker', 1],
  ['ps', 0],
  ['ps', 1],
  ['evaluator', 0]
] as const;

function snapshot(more: object = {}, row: object = {}): IRunSnapshot {
  return complete('RunSnapshot', {
    row: { id: 'a-1', name: 'a', state: 'running', workers: 3, ...row },
    ranks: ROLES.map(([role, index], rank) => ({ rank, role, index, started: 1 })),
    ...more
  });
}

function worker(rank: number, more: object = {}): IRankStatus {
  return complete('RankStatus', { rank, index: rank, started: 1, ...more });
}

test('a rank is named by its number, and by its role where the number alone does not say it', () => {
  const { ranks } = snapshot();
  expect(ranks.map(rank => rankName(rank, UNTRANSLATED))).toEqual([
    'rank 0 (chief)',
    'rank 1 (worker 0)',
    'rank 2 (worker 1)',
    'rank 3 (ps 0)',
    'rank 4 (ps 1)',
    'rank 5 (evaluator)'
  ]);
  expect(rankName(worker(1), UNTRANSLATED)).toBe('rank 1');
  expect(nameOf(7, ranks, UNTRANSLATED)).toBe('rank 7');
  expect([0, 1].map(index => roleName({ role: 'master', index }))).toEqual(['master', 'master 1']);
});

test('a run has as many ranks as it says, which may be more than it has workers', () => {
  const { ranks } = snapshot();
  expect(
    hasSeveral({ ...snapshot(), ranks: ranks.slice(0, 2), row: { ...snapshot().row, workers: 1 } })
  ).toBe(true);
  expect(ranksOf({ ...snapshot(), ranks: [] }).map(({ rank, index }) => [rank, index])).toEqual([
    [0, 0],
    [1, 1],
    [2, 2]
  ]);
});

test('where not all ranks are shown, those in trouble are', () => {
  const ranks = Array.from({ length: 9 }, (_, rank) => worker(rank, rank === 6 ? { ended: 5, code: 1 } : {}));
  const of = snapshot({ ranks }, { failed_rank: 6 });
  expect(telling(ranks, of, 4, 8).map(({ rank }) => rank)).toEqual([0, 1, 6, 8]);
  expect(telling(ranks.slice(0, 4), of, 4)).toHaveLength(4);
});

test('a straggler is named with its role, before what processors tell', () => {
  const straggler = { time: 1, attempt: 1, rank: 2, ratio: 1.8 };
  const usage = [91, 92, 34].map((cpu, rank) => ({ rank, cpu }));
  expect(standsOut(snapshot({ straggler, usage }), UNTRANSLATED)).toEqual({
    rank: 2,
    sentence: 'Rank 2 (worker 1) is 1.8 times slower than the others.'
  });
  expect(standsOut(snapshot({ usage }), UNTRANSLATED)?.rank).toBe(2);
  expect(standsOut(snapshot(), UNTRANSLATED)).toBeNull();
});

test('paces below each other have the same digits', () => {
  const write = (...rates: (number | null)[]): (string | undefined)[] =>
    rates.map(rate => paces(rates.map(each => ({ rate: each })))?.(rate ?? 0));
  expect(write(12.34, 7.1)).toEqual(['12.34', '7.10']);
  expect(write(1234.5, 180)).toEqual(['1\u202f235', '180']);
  expect(write(0.05, 0.123)).toEqual(['0.050', '0.123']);
  expect(paces([{ rate: null }])).toBeNull();
});

describe('the table of ranks', () => {
  const usage = [
    { rank: 0, cpu: 91, memory: 5, rate: 12 },
    { rank: 1, cpu: 12, memory: 9, rate: 4 }
  ];
  const of = snapshot({ usage });
  const lines = linesOf(of.ranks, of, null);

  test('is sorted by any column, and what is not known comes last both ways', () => {
    const by = (key: Parameters<typeof sorted>[1]['key'], isDescending = false): number[] =>
      sorted(lines, { key, isDescending }).map(({ rank }) => rank.rank);
    expect(by('rate')).toEqual([1, 0, 2, 3, 4, 5]);
    expect(by('rate', true)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(by('memory', true)).toEqual([1, 0, 2, 3, 4, 5]);
    expect(by('role')).toEqual([0, 5, 3, 4, 1, 2]);
    expect(by('rank', true)).toEqual([5, 4, 3, 2, 1, 0]);
  });

  test('has a column only for what there is to say', () => {
    const keys = (from: IRunSnapshot): string[] =>
      columnsOf(linesOf(from.ranks, from, null), UNTRANSLATED).map(({ key }) => key);
    expect(keys(of)).toEqual(['rank', 'role', 'state', 'rate', 'cpu', 'memory', 'peak', 'pid']);
    const plain = snapshot({ ranks: [worker(0), worker(1, { restarts: 2 })] });
    expect(keys(plain)).toEqual(['rank', 'state', 'cpu', 'memory', 'peak', 'restarts', 'pid']);
  });
});
