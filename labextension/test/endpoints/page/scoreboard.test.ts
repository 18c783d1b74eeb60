import { answerWords, measureWords, sourceWords } from '../../../src/endpoints/page/scoreboard';
import { UNTRANSLATED } from '../../../src/translation';
import { complete } from '../../../src/wire';
import type { IMeasure } from '../../../src/wire';
import { scoreboard } from '../facts';

const words = (
  measure: Partial<IMeasure>,
  more: Record<string, unknown> = {}
): ReturnType<typeof measureWords> => {
  const board = scoreboard([measure], more);
  const [first] = board.measures;
  if (first === undefined) {
    throw new Error('A scoreboard has no measure.');
  }
  return measureWords(first, board, UNTRANSLATED);
};

test('a metric of held-out rows is told with its change', () => {
  const said = words({ name: 'accuracy', stable: 0.969, canary: 0.978, better: 'high', passed: true });
  expect(said).toEqual({
    name: 'accuracy, held out',
    stable: '0.969',
    canary: '0.978',
    change: '+0.009',
    isBetter: true
  });
});

test('times change by a share, and a change that a gate lets pass is no fault', () => {
  const slower = { name: 'p95', stable: 19.8, canary: 21.2, unit: 'ms', better: 'low' } as const;
  expect(words({ ...slower, passed: true }).change).toBe('+7\u202f%');
  expect(words({ ...slower, passed: true }).isBetter).toBeNull();
  expect(words({ ...slower, passed: false }).isBetter).toBe(false);
  expect(words({ ...slower, canary: 19.8 }).change).toBe('±0\u202f%');
});

test('shares change by points', () => {
  const said = words({ name: 'errors', stable: 0.0002, canary: 0, unit: 'share', better: 'low' });
  expect([said.stable, said.canary, said.change]).toEqual(['0.02\u202f%', '0\u202f%', '−0.02\u202f%']);
});

test('answers that differ are counted in rows', () => {
  const said = words({ name: 'answers that differ', canary: 0.028, unit: 'share' }, { differing: 10 });
  expect([said.stable, said.canary, said.change]).toEqual(['', '2.8\u202f%', '10 of 360 rows']);
});

test('what was not measured is a dash, and has not changed', () => {
  const said = words({ name: 'p50', stable: null, canary: null, unit: 'ms', better: 'low' });
  expect([said.stable, said.canary, said.change, said.isBetter]).toEqual(['–', '–', '', null]);
  const endless = words({ name: 'log_loss', stable: 'Infinity', canary: 0.1, better: 'low' });
  expect([endless.stable, endless.change]).toEqual(['∞', '']);
});

test('it says what it was made from', () => {
  const stats = [complete('RevisionStats', { revision: 4, requests: 2418 })];
  const said = sourceWords(scoreboard([], { time: Date.now() / 1000 }), stats, UNTRANSLATED);
  expect(said).toMatch(/^2\u202f418 live requests, 360 held-out rows replayed at \d\d:\d\d$/);
});

test('answers are any JSON', () => {
  expect([3, 'setosa', null, [1, 2], undefined].map(answerWords)).toEqual([
    '3',
    'setosa',
    'null',
    '[1,2]',
    '–'
  ]);
});
