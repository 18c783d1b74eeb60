import { timelineOf } from '../../../../src/runs/page/overview/timeline';
import { UNTRANSLATED } from '../../../../src/translation';
import { complete } from '../../../../src/wire';
import type { IRunDetail } from '../../../../src/wire';

function detail(status: object, spec: object = {}): IRunDetail {
  const row = { id: 'a-1', name: 'a', state: (status as { state?: string }).state };
  return complete('RunDetail', {
    row,
    status,
    spec: { id: 'a-1', name: 'a', code_hash: 'c0de', python: 'python', cwd: '/', created: 100, ...spec },
    place: '',
    elsewhere: '',
    attempts: [1],
    home: 'h'
  });
}

const said = (of: IRunDetail, first: number | null = null): string[] =>
  timelineOf(of, first, UNTRANSLATED).map(({ what }) => what);

test('a story is told first things first', () => {
  const of = detail({
    state: 'succeeded',
    started: 102,
    ended: 130,
    ranks: [{ rank: 0, started: 101, ended: 130, code: 0 }]
  });
  const told = timelineOf(of, 105, UNTRANSLATED);
  expect(told.map(({ time }) => time)).toEqual([100, 102, 105, 130]);
  expect(told[told.length - 1]?.what).toBe('succeeded');
});

test('a run that waits has but been submitted', () => {
  expect(said(detail({ state: 'queued' }))).toEqual(['submitted']);
});

test('ranks that ended alike are told of together, the failure before them', () => {
  const ranks = [
    { rank: 0, ended: 121, code: null, signal: 15, why: 'was ended' },
    { rank: 1, index: 1, ended: 120, code: 1, why: 'ended itself with exit code 1' },
    { rank: 2, index: 2, ended: 121, code: null, signal: 15, why: 'was ended' }
  ];
  const told = said(detail({ state: 'failed', started: 102, ended: 122, failed_rank: 1, ranks }));
  expect(told.slice(2, 4)).toEqual(['rank 1: ended itself with exit code 1', 'ranks 0 and 2: was ended']);
});

test('the attempt is named once there was more than one', () => {
  const of = detail({ state: 'running', started: 140, attempt: 2 }, { limits: { retries: 3 } });
  expect(said(of)[1]).toBe('attempt 2 of 4 running');
});

test('a value from before the attempt is no first value of it', () => {
  expect(said(detail({ state: 'running', started: 102 }), 50)).toHaveLength(2);
});

test('how the ranks began, and that they stand still or one of them is slow, belongs to the story', () => {
  const ranks = [0, 1].map(rank => ({ rank, index: rank, started: 101 }));
  const going = { state: 'running', started: 102, ranks };
  expect(said(detail({ ...going, warm: true }))[1]).toBe('running, first line after 2.0\u202fs, warm');
  expect(said(detail({ ...going, warm: false, cold: 'numpy was updated' }))[1]).toBe(
    'running, first line after 2.0\u202fs, cold: numpy was updated'
  );
  expect(said(detail({ ...going, warm: false }))[1]).toBe('running, first line after 2.0\u202fs');
  const hung = { time: 500, attempt: 1, seconds: 300, stacks: [{ rank: 0, text: 'here' }] };
  const straggler = { time: 300, attempt: 1, rank: 1, ratio: 1.8 };
  expect(said(detail({ ...going, hung, straggler })).slice(2)).toEqual([
    'rank 1 became slow',
    'nothing had moved for 5\u202fmin'
  ]);
});
