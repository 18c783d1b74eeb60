/**
 * How parameters and metrics of runs go together: as lines through axes, and as points between two of them.
 */

import { axisOf, wordOf } from '../../charts/dimensions';
import type { Value, ValueAxis } from '../../charts/dimensions';
import type { IParallelLine } from '../../charts/parallel';
import type { IPoint } from '../../charts/scatter';
import { formatDuration, formatMetric } from '../../format';
import type { ITranslation } from '../../translation';
import type { ICompared, IComparedColumn } from '../../wire';
import { COLOURS, isDashed } from '../colours';
import { nameOf } from '../table/Header';
import { valueOf, wordsOf } from '../values';
import type { IWanted } from '../values';
import { runName } from './overlay';

/** More axes than these could not be read, even scrolled. */
const MOST_AXES = 16;

/** Words of which there are more than that say nothing as an axis. */
const MOST_WORDS = 40;

/** Return the columns that are axes: what varies and is shown, and last the metric. */
export function axisColumns(
  shown: readonly IComparedColumn[],
  all: readonly IComparedColumn[],
  runs: readonly ICompared[],
  metric: string
): IComparedColumn[] {
  const last = all.filter(column => column.key === `metric:${metric}`);
  const before = shown.filter(
    column => column.varies && isAxis(column) && (column.part === 'parameter' || column.part === 'fact')
  );
  const few = before.filter(column => hasFewWords(column, runs));
  return [...few.slice(0, MOST_AXES - 1), ...last];
}

/** Say whether a column can be an axis at all. */
export function isAxis(column: IComparedColumn): boolean {
  return (
    column.part !== 'fact' || column.name.startsWith('data ') || ['workers', 'kind'].includes(column.name)
  );
}

/** Return a column as an axis. */
export function valueAxis(
  column: IComparedColumn,
  runs: readonly ICompared[],
  wanted: IWanted,
  trans: ITranslation
): ValueAxis {
  const values = runs.map(run => axisValue(run, column, wanted, trans));
  const axis = axisOf(column.key, nameOf(column, trans), values);
  if (axis.kind === 'category' || column.part === 'parameter') {
    return axis;
  }
  return { ...axis, format: column.name === 'duration' ? formatDuration : formatMetric };
}

/** Return a run's value on an axis: hashes as short as they are shown. */
export function axisValue(
  run: ICompared,
  column: IComparedColumn,
  wanted: IWanted,
  trans: ITranslation
): Value {
  const value = valueOf(run, column, wanted);
  return typeof value === 'string' ? wordsOf(value, column, trans) : value;
}

/** How lines and points are coloured. */
export interface IColouring {
  readonly colours: ReadonlyMap<string, number>;
  /** The column whose value is told by shades; null where runs have colours of their own. */
  readonly shade: { readonly column: IComparedColumn; readonly low: number; readonly high: number } | null;
  /** The words that colours stand for, in the order of the colours; null where they stand for runs or for numbers. */
  readonly words: readonly string[] | null;
  readonly a: string;
  readonly b: string;
  readonly best: ReadonlySet<string>;
}

/** Return how runs are coloured by a column's numbers; null if it has none. */
export function shadeBy(
  column: IComparedColumn | undefined,
  runs: readonly ICompared[],
  wanted: IWanted
): IColouring['shade'] {
  if (column === undefined) {
    return null;
  }
  const values = runs
    .map(run => valueOf(run, column, wanted))
    .filter(value => typeof value === 'number')
    .filter(Number.isFinite);
  if (values.length === 0) {
    return null;
  }
  const low = values.reduce((one, other) => Math.min(one, other));
  const high = values.reduce((one, other) => Math.max(one, other));
  return { column, low, high };
}

/** Return which word has which colour, where a column is one of few words; null where it is not. */
export function wordsBy(
  column: IComparedColumn | undefined,
  runs: readonly ICompared[],
  wanted: IWanted,
  trans: ITranslation
): { readonly words: readonly string[]; readonly colours: ReadonlyMap<string, number> } | null {
  if (column === undefined || shadeBy(column, runs, wanted) !== null) {
    return null;
  }
  const axis = valueAxis(column, runs, wanted, trans);
  if (axis.kind !== 'category' || axis.categories.length > COLOURS) {
    return null;
  }
  const colours = runs.map(run => {
    const value = axisValue(run, column, wanted, trans);
    return [run.row.id, value === null ? 0 : axis.categories.indexOf(wordOf(value)) + 1] as const;
  });
  return { words: axis.categories, colours: new Map(colours) };
}

/** Return runs as lines. */
export function parallelLines(
  runs: readonly ICompared[],
  columns: readonly IComparedColumn[],
  wanted: IWanted,
  colouring: IColouring,
  trans: ITranslation
): IParallelLine[] {
  return runs.map(run => ({
    ...inkOf(run, wanted, colouring),
    id: run.row.id,
    name: runName(run, colouring.a, colouring.b),
    values: columns.map(column => axisValue(run, column, wanted, trans)),
    isStrong: run.row.id === colouring.a || colouring.best.has(run.row.id)
  }));
}

/** Return runs as points. */
export function scatterPoints(
  runs: readonly ICompared[],
  x: IComparedColumn,
  y: IComparedColumn,
  wanted: IWanted,
  colouring: IColouring,
  kept: ReadonlySet<string> | null,
  trans: ITranslation
): IPoint[] {
  return runs.map(run => ({
    ...inkOf(run, wanted, colouring),
    id: run.row.id,
    name: runName(run, colouring.a, colouring.b),
    x: axisValue(run, x, wanted, trans),
    y: axisValue(run, y, wanted, trans),
    isStrong: run.row.id === colouring.a || run.row.id === colouring.b || colouring.best.has(run.row.id),
    isQuiet: kept !== null && !kept.has(run.row.id)
  }));
}

function inkOf(
  run: ICompared,
  wanted: IWanted,
  { colours, shade }: IColouring
): { colour: number; shade: number | null; isDashed: boolean } {
  const colour = colours.get(run.row.id) ?? 0;
  if (shade === null) {
    return { colour, shade: null, isDashed: isDashed(colour) };
  }
  const value = valueOf(run, shade.column, wanted);
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return { colour: 0, shade: null, isDashed: false };
  }
  const share = shade.high > shade.low ? (value - shade.low) / (shade.high - shade.low) : 1;
  return { colour, shade: share, isDashed: false };
}

function hasFewWords(column: IComparedColumn, runs: readonly ICompared[]): boolean {
  const words = new Set<Value>();
  for (const run of runs) {
    const value = valueOf(run, column);
    if (typeof value === 'string') {
      words.add(value);
    }
    if (words.size > MOST_WORDS) {
      return false;
    }
  }
  return true;
}
