/**
 * What a run has in a column of a comparison, as a value and in words.
 */

import type { Value } from '../charts/dimensions';
import { wordOf } from '../charts/dimensions';
import { formatCount, formatDate, formatDuration, formatMetric, MINUS, MISSING } from '../format';
import { oneLine } from '../runs/card/text';
import { toneOf, toneWord } from '../runs/words';
import type { ITranslation } from '../translation';
import type { ICompared, IComparedColumn, IMetricSummary } from '../wire';

/** Which value of a metric is shown. */
export type Shown =
  { readonly kind: 'last' } | { readonly kind: 'best' } | { readonly kind: 'step'; readonly step: number };

export const LAST: Shown = { kind: 'last' };

/** Values of metrics at a step, as far as they are read: by metric, then by run. */
export type AtSteps = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** What is wanted of metrics. */
export interface IWanted {
  readonly shown: Shown;
  readonly steps: AtSteps;
}

export const PLAIN: IWanted = { shown: LAST, steps: new Map() };

/** What stands before the variable in the name of a column of data. */
const DATA = 'data ';

/** Return what a run has in a column; null if it has nothing there. */
export function valueOf(run: ICompared, column: IComparedColumn, wanted: IWanted = PLAIN): Value {
  switch (column.part) {
    case 'parameter':
      return run.row.params[column.name] ?? null;
    case 'metric':
      return metricOf(run, column, wanted);
    case 'fact':
      return factOf(run, column.name);
  }
}

/** Return what stands in a cell. */
export function wordsOf(value: Value, column: IComparedColumn, trans: ITranslation): string {
  if (value === null) {
    return '';
  }
  if (column.part === 'metric') {
    return formatMetric(value as number);
  }
  if (column.part === 'parameter') {
    return parameterWords(value);
  }
  switch (column.name) {
    case 'created':
      return formatDate(value as number).slice(0, 16);
    case 'duration':
      return formatDuration(value as number);
    case 'state':
      return toneWord(toneOf({ state: value as ICompared['row']['state'], broken: '' }), trans);
    case 'code':
      return String(value).slice(0, 6);
    case 'commit':
      return shortHash(String(value));
    default:
      return column.name.startsWith(DATA) ? String(value).slice(0, 7) : parameterWords(value);
  }
}

/** Return a parameter as people write it. */
export function parameterWords(value: Value): string {
  if (value === null) {
    return MISSING;
  }
  if (typeof value !== 'number') {
    return oneLine(wordOf(value), 80);
  }
  if (Number.isInteger(value) && Math.abs(value) < 1e15) {
    return Math.abs(value) < 10_000 ? String(value).replace('-', MINUS) : formatCount(value);
  }
  return String(Number(value.toPrecision(6))).replaceAll('-', MINUS);
}

/** Say whether a column is one of numbers, which stand at the right. */
export function isNumeric(column: IComparedColumn, runs: readonly ICompared[]): boolean {
  if (column.part === 'metric') {
    return true;
  }
  if (column.part === 'fact') {
    return ['duration', 'workers', 'created'].includes(column.name);
  }
  return runs.every(run => {
    const value = run.row.params[column.name] ?? null;
    return value === null || typeof value === 'number';
  });
}

/** Return the ids of the runs that have the best there; none where nobody knows, or all have the same. */
export function bestOf(
  column: IComparedColumn,
  runs: readonly ICompared[],
  wanted: IWanted
): ReadonlySet<string> {
  if (wanted.shown.kind === 'last' || column.part !== 'metric') {
    return new Set(column.best);
  }
  if (column.better === 0) {
    return new Set();
  }
  const values = runs.flatMap(run => {
    const value = valueOf(run, column, wanted);
    return typeof value === 'number' && Number.isFinite(value) ? [{ id: run.row.id, value }] : [];
  });
  const best = values.reduce((one, { value }) => Math.max(one, value * column.better), -Infinity);
  const found = values.filter(({ value }) => value * column.better === best);
  return found.length === values.length ? new Set() : new Set(found.map(({ id }) => id));
}

function metricOf(run: ICompared, { name, better }: IComparedColumn, { shown, steps }: IWanted): Value {
  const summary = run.row.metrics[name];
  if (summary === undefined) {
    return null;
  }
  switch (shown.kind) {
    case 'last':
      return Number(summary.last);
    case 'best':
      return bestValue(summary, better);
    case 'step':
      return steps.get(name)?.[run.row.id] ?? null;
  }
}

/** Return the best value that there was; the last one where nobody knows what is better. */
function bestValue(summary: IMetricSummary, better: number): number {
  return Number(better > 0 ? summary.max : better < 0 ? summary.min : summary.last);
}

function factOf({ row, code, data, commit }: ICompared, name: string): Value {
  if (name.startsWith(DATA)) {
    return data[name.slice(DATA.length)] ?? null;
  }
  switch (name) {
    case 'state':
      return row.state;
    case 'created':
      return row.created;
    case 'duration':
      return row.started === null || row.ended === null ? null : row.ended - row.started;
    case 'workers':
      return row.workers;
    case 'kind':
      return row.kind;
    case 'code':
      return code || null;
    case 'commit':
      return commit || null;
    case 'note':
      return row.note || null;
    case 'tags':
      return row.tags.join(', ') || null;
    default:
      return null;
  }
}

/** Return a commit shortened, with the mark that files were changed. */
function shortHash(commit: string): string {
  const isChanged = commit.endsWith('+');
  return commit.replace('+', '').slice(0, 7) + (isChanged ? '+' : '');
}
