import { columnsOf, fits, sorted } from '../../../src/sweeps/page/table';
import { trialOf } from '../../../src/sweeps/page/trial';
import type { ITrial } from '../../../src/sweeps/page/trial';
import { UNTRANSLATED } from '../../../src/translation';
import { complete } from '../../../src/wire';
import type { ITrialFact } from '../../../src/wire';
import { finished, sweep, trial } from '../facts';

const { objectives } = sweep().row;
const numbers = (trials: readonly ITrial[]): number[] => trials.map(({ fact }) => fact.trial);
const made = (...facts: ITrialFact[]): ITrial[] => facts.map(fact => trialOf(fact, undefined));

function ordered(trials: readonly ITrial[], key: string, isDescending: boolean): number[] {
  const column = columnsOf(['lr', 'opt'], objectives, trials, UNTRANSLATED).find(each => each.key === key);
  return numbers(sorted(trials, column, isDescending, objectives, 100));
}

test('columns are the trial, its parameters, its objectives, and how it went', () => {
  const columns = columnsOf(['lr'], objectives, made(trial(1, { params: { lr: 0.1 } })), UNTRANSLATED);
  expect(columns.map(({ title }) => title)).toEqual([
    'Trial',
    'State',
    'lr',
    'accuracy',
    'Curve',
    'Progress',
    'Time',
    'Why'
  ]);
});

test('trials without a value come last, whichever way one sorts', () => {
  const trials = made(finished(1, 0.5), trial(2, { result: 'failed' }), finished(3, 0.9), trial(4));
  expect(ordered(trials, 'objective:accuracy', true)).toEqual([3, 1, 4, 2]);
  expect(ordered(trials, 'objective:accuracy', false)).toEqual([1, 3, 4, 2]);
});

test('parameters sort as numbers and as words', () => {
  const trials = made(
    trial(1, { params: { lr: 0.01, opt: 'sgd' } }),
    trial(2, { params: { lr: 1e-4, opt: 'adam' } }),
    trial(3, { params: { lr: 0.1, opt: 'adam' } })
  );
  expect(ordered(trials, 'parameter:lr', false)).toEqual([2, 1, 3]);
  expect(ordered(trials, 'parameter:opt', false)).toEqual([3, 2, 1]);
});

test('filters leave what they say', () => {
  const trials = made(
    finished(1, 1),
    trial(2, { result: 'pruned' }),
    trial(3),
    trial(4, { result: 'failed' })
  );
  const left = (filter: Parameters<typeof fits>[1]): number[] =>
    numbers(trials.filter(each => fits(each, filter)));
  expect([left('all'), left('running'), left('succeeded'), left('pruned'), left('failed')]).toEqual([
    [1, 2, 3, 4],
    [3],
    [1],
    [2],
    [4]
  ]);
});

test('a trial that goes stands as its run does, one that was pruned as pruned', () => {
  const run = complete('RunRow', { id: 's-1t1', name: 's', state: 'starting' });
  expect(trialOf(trial(1), run).tone).toBe('starting');
  const stopped = complete('RunRow', { id: 's-1t1', name: 's', state: 'stopped' });
  expect(trialOf(trial(1, { result: 'pruned' }), stopped).tone).toBe('pruned');
});
