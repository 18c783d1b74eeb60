/**
 * A sweep in words and tones: what card, panel and page all say; the twin of the kernel's `cards/sweepwords.py`.
 */

import { formatCount, formatDuration, formatLeft, formatMetric, MINUS, MISSING, THIN } from '../format';
import type { Tone } from '../runs/words';
import type { ITranslation } from '../translation';
import type { IDimension, IObjective, ISweepRow, ITrialFact } from '../wire';

/** A parameter's value. */
export type Value = boolean | number | string | null;

type Times = Pick<ISweepRow, 'created' | 'started' | 'ended'>;

/** Return the name of the shape and colour of what came of a trial. */
export function trialTone(fact: Pick<ITrialFact, 'result'>): Tone {
  switch (fact.result) {
    case 'complete':
      return 'succeeded';
    case '':
      return 'running';
    default:
      return fact.result;
  }
}

/** Return how many trials have an end. */
export function doneOf(row: ISweepRow): number {
  return row.complete + row.pruned + row.failed + row.stopped;
}

/** Say whether a sweep can go on: it has ended before all that was wanted was tried. */
export function canResume(row: ISweepRow): boolean {
  const isOver = row.state === 'stopped' || row.state === 'failed';
  return !row.broken && isOver && doneOf(row) - row.stopped < row.wanted;
}

/** Return how much is done, from 0 to 1. */
export function sweepShare(row: ISweepRow): number {
  return row.wanted > 0 ? Math.min(doneOf(row) / row.wanted, 1) : 0;
}

/** Return for how many seconds a sweep ran, has been running, or has been waiting. */
export function sweepDuration(row: Times, now: number): number {
  return Math.max((row.ended ?? now) - (row.started ?? row.created), 0);
}

/** Return an estimate of the seconds that remain, once there is enough to judge by. */
export function sweepSecondsLeft(row: ISweepRow, now: number): number | null {
  const done = doneOf(row);
  const passed = sweepDuration(row, now);
  const isEarly = done < Math.max(2, row.parallel) || passed < 2;
  if (row.state !== 'running' || row.leg > 1 || row.started === null || isEarly) {
    return null;
  }
  return (passed * (row.wanted - done)) / done;
}

/** Return `36 of 60 trials`. */
export function trialsWords(row: ISweepRow, trans: ITranslation): string {
  const [done, wanted] = [formatCount(doneOf(row)), formatCount(row.wanted)];
  return trans._n('%2 of %3 trial', '%2 of %3 trials', row.wanted, done, wanted);
}

/** Return what stands in a head: how many trials, how long, how long still. */
export function sweepFacts(row: ISweepRow, now: number, trans: ITranslation): string[] {
  if (row.broken) {
    return [];
  }
  const elapsed = formatDuration(sweepDuration(row, now));
  if (row.state === 'queued') {
    return [trans.__('for %1', elapsed)];
  }
  const left = sweepSecondsLeft(row, now);
  return [
    trialsWords(row, trans),
    elapsed,
    ...(left === null ? [] : [trans.__('≈%1 left', THIN + formatLeft(left))])
  ];
}

/** Return how the trials ended, such as `26 succeeded, 7 pruned, 3 failed`. */
export function countsWords(row: ISweepRow, trans: ITranslation): string {
  const counts: readonly [number, string][] = [
    [row.complete, trans.__('succeeded')],
    [row.pruned, trans.__('pruned')],
    [row.failed, trans.__('failed')],
    [row.stopped, trans.__('stopped')],
    [row.going, trans.__('not finished')]
  ];
  const named = counts.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  return named.join(', ') || trans.__('no trial yet');
}

/** Return `maximize accuracy`, or several of that kind. */
export function aimOf(objectives: readonly IObjective[], trans: ITranslation): string {
  return objectives
    .map(({ metric, direction }) =>
      direction === 'maximize' ? trans.__('maximize %1', metric) : trans.__('minimize %1', metric)
    )
    .join(', ');
}

/** Return `accuracy 0.983`, what is best so far; `12 on the front` where several objectives count; empty if nothing is. */
export function bestWords(row: ISweepRow, trans: ITranslation): string {
  const [objective] = row.objectives;
  if (row.front.length > 0) {
    return trans._n('%1 trial on the front', '%1 trials on the front', row.front.length);
  }
  return row.best === null || objective === undefined
    ? ''
    : `${objective.metric} ${formatMetric(row.best_values[0])}`;
}

/** Return what an algorithm does, in a few words. */
export function algorithmWords(algorithm: string, trans: ITranslation): string {
  switch (algorithm) {
    case 'random':
      return trans.__('anywhere in the space');
    case 'grid':
      return trans.__('every combination');
    case 'tpe':
      return trans.__('learns where good trials are');
    case 'multivariate-tpe':
      return trans.__('learns which parameters go together');
    case 'bayesian':
    case 'bayesianoptimization':
      return trans.__('a Gaussian process, for few trials');
    case 'cmaes':
      return trans.__('evolution, for numbers alone');
    case 'sobol':
      return trans.__('covers the space evenly');
    case 'hyperband':
      return trans.__('as tpe, and ends weak trials early');
    default:
      return algorithm;
  }
}

/** Return a parameter's value as a table shows it: four digits that count. */
export function formatValue(value: Value | undefined): string {
  if (value === undefined) {
    return MISSING;
  }
  if (typeof value !== 'number') {
    return value === null ? 'None' : typeof value === 'boolean' ? (value ? 'True' : 'False') : value;
  }
  if (Number.isInteger(value) || !Number.isFinite(value)) {
    return formatMetric(value);
  }
  const short = Number(value.toPrecision(4));
  const size = Math.abs(short);
  const words = size < 0.001 || size >= 1e9 ? exponential(value) : String(short);
  return words.replaceAll('-', MINUS);
}

/** Return a power of ten with three digits at most, as Python writes it: at least two digits behind the `e`. */
function exponential(value: number): string {
  return Number(value.toPrecision(3))
    .toExponential()
    .replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Return parameters as `lr=0.01 depth=4`. */
export function paramsWords(params: Readonly<Record<string, Value>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${formatValue(value)}`)
    .join(' ');
}

/** Return what a parameter may be, as people type it: `0.001..0.1:log`. */
export function spaceWords(dimension: IDimension): string {
  const { low, high, log, step, options } = dimension;
  if (low === null || high === null) {
    return options.map(formatValue).join('|');
  }
  const ending = `${step === null ? '' : `:${step}`}${log ? ':log' : ''}`;
  return `${low}..${high}${ending}`;
}

/** Return the line of code that gives the sweep, in any notebook of its home. */
export function sweepHandleOf(row: Pick<ISweepRow, 'id'>): string {
  return `connect().sweeps.get("${row.id}")`;
}

/** Return the line that trains with these parameters: `%%train digits lr=0.01`. */
export function trainWords(name: string, params: Readonly<Record<string, Value>>): string {
  const words = Object.entries(params).map(([key, value]) => `${key}=${pythonOf(value)}`);
  return ['%%train', name, ...words].join(' ');
}

function pythonOf(value: Value): string {
  if (typeof value === 'string') {
    return JSON.stringify(value);
  }
  return value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : String(value);
}
