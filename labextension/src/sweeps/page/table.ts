/**
 * The table of trials before it is drawn: its columns, its order, and what is left out.
 */

import { formatMetric } from '../../format';
import { durationOf, shareOf } from '../../runs/words';
import type { Tone } from '../../runs/words';
import type { ITranslation } from '../../translation';
import type { IObjective, ISweepRow } from '../../wire';
import { formatValue } from '../words';
import type { Value } from '../words';
import { compareValues, valueOf, whyOf } from './trial';
import type { ITrial } from './trial';

/** What stands in a column. */
export type ColumnKind =
  'trial' | 'state' | 'parameter' | 'objective' | 'curve' | 'progress' | 'time' | 'why';

export interface IColumn {
  readonly key: string;
  readonly kind: ColumnKind;
  readonly title: string;
  readonly isNumber: boolean;
  /** In pixels; the last column takes what is left. */
  readonly width: number;
  /** The place of an objective. */
  readonly place: number;
}

export interface IOrder {
  readonly key: string;
  readonly isDescending: boolean;
}

/** The latest first. */
export const LATEST: IOrder = { key: 'trial', isDescending: true };

/** What the table can be narrowed down to. */
export const FILTERS = ['all', 'running', 'succeeded', 'pruned', 'failed', 'stopped'] as const;
export type Filter = (typeof FILTERS)[number];

const CHARACTER = 7;

/** Return the columns of a sweep's trials. */
export function columnsOf(
  names: readonly string[],
  objectives: readonly IObjective[],
  trials: readonly ITrial[],
  trans: ITranslation
): IColumn[] {
  const fixed = (kind: ColumnKind, title: string, width: number, isNumber = false): IColumn => ({
    key: kind,
    kind,
    title,
    width,
    isNumber,
    place: 0
  });
  return [
    fixed('trial', trans.__('Trial'), 66, true),
    fixed('state', trans.__('State'), 104),
    ...names.map(name => parameterColumn(name, trials)),
    ...objectives.map(({ metric }, place) => ({
      ...fixed('objective', metric, widthOf([metric, '0.0000']) + 16, true),
      key: `objective:${metric}`,
      place
    })),
    fixed('curve', trans.__('Curve'), 76),
    fixed('progress', trans.__('Progress'), 92, true),
    fixed('time', trans.__('Time'), 84, true),
    fixed('why', trans.__('Why'), 150)
  ];
}

/** Return how many trials each filter leaves. */
export function countsOf(row: ISweepRow): Readonly<Record<Filter, number>> {
  return {
    all: row.going + row.complete + row.pruned + row.failed + row.stopped,
    running: row.going,
    succeeded: row.complete,
    pruned: row.pruned,
    failed: row.failed,
    stopped: row.stopped
  };
}

/** Say whether a filter leaves a trial. */
export function fits({ fact }: ITrial, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'running':
      return fact.result === '';
    case 'succeeded':
      return fact.result === 'complete';
    default:
      return fact.result === filter;
  }
}

/** Return trials in order; those that have nothing to go by come last, whichever way it goes. */
export function sorted(
  trials: readonly ITrial[],
  column: IColumn | undefined,
  isDescending: boolean,
  objectives: readonly IObjective[],
  now: number
): ITrial[] {
  const sign = isDescending ? -1 : 1;
  if (column === undefined || column.kind === 'trial') {
    return [...trials].sort((one, other) => sign * (one.fact.trial - other.fact.trial));
  }
  const keyed = trials.map(trial => ({ trial, key: keyOf(trial, column, objectives, now) }));
  return keyed
    .sort((one, other) => {
      if (one.key === null || other.key === null) {
        return Number(one.key === null) - Number(other.key === null) || order(one.trial, other.trial);
      }
      return sign * compareValues(one.key, other.key) || order(one.trial, other.trial);
    })
    .map(({ trial }) => trial);
}

/** Return what a column sorts by. */
function keyOf(trial: ITrial, column: IColumn, objectives: readonly IObjective[], now: number): Value {
  const { fact, run, tone } = trial;
  switch (column.kind) {
    case 'state':
      return ORDER.indexOf(tone);
    case 'parameter':
      return fact.params[column.title] ?? null;
    case 'objective': {
      const objective = objectives[column.place];
      return objective === undefined ? null : valueOf(trial, column.place, objective);
    }
    case 'progress':
      return run === undefined ? null : shareOf(run.progress);
    case 'time':
      return run === undefined ? (fact.told === null ? null : fact.told - fact.asked) : durationOf(run, now);
    case 'why':
      return whyOf(trial) || null;
    default:
      return fact.trial;
  }
}

/** What goes on comes first. */
const ORDER: readonly Tone[] = [
  'running',
  'starting',
  'waiting',
  'succeeded',
  'pruned',
  'failed',
  'stopped',
  'detached',
  'broken'
];

function order(one: ITrial, other: ITrial): number {
  return other.fact.trial - one.fact.trial;
}

function parameterColumn(name: string, trials: readonly ITrial[]): IColumn {
  const values = trials.slice(0, 60).map(({ fact }) => fact.params[name]);
  const isNumber = values.every(value => value === undefined || typeof value === 'number');
  return {
    key: `parameter:${name}`,
    kind: 'parameter',
    title: name,
    isNumber,
    width: widthOf([name, ...values.map(value => formatValue(value))]),
    place: 0
  };
}

function widthOf(words: readonly string[]): number {
  const longest = words.reduce((most, word) => Math.max(most, word.length), 0);
  return Math.min(Math.max(24 + CHARACTER * longest, 64), 180);
}

/** Return a value of an objective as the table shows it. */
export function reached(trial: ITrial, place: number, objective: IObjective): string {
  return formatMetric(valueOf(trial, place, objective));
}
