/**
 * How wide the columns of the table are.
 */

import type { ITranslation } from '../../translation';
import type { ICompared, IComparedColumn } from '../../wire';
import { isNumeric, valueOf, wordsOf } from '../values';
import type { IWanted } from '../values';

/** A column as it is drawn. */
export interface IDrawnColumn {
  readonly column: IComparedColumn;
  readonly width: number;
  readonly isNumeric: boolean;
  /** Ids of the runs that have the best there. */
  readonly best: ReadonlySet<string>;
}

/** Heights and widths, in pixels. */
export const ROW = 24;
export const HEAD = 44;
export const MARKS = 70;
export const EYE = 36;

/** So many rows are looked at to find how wide a column is: one that is wider is cut off, and told in full when pointed at. */
const LOOKED_AT = 200;
const CHARACTER = 7.2;
const PADDING = 26;
const [LEAST, MOST] = [58, 190];

/** Return how wide a column is. */
export function widthOf(
  column: IComparedColumn,
  runs: readonly ICompared[],
  wanted: IWanted,
  trans: ITranslation
): number {
  if (column.key === 'fact:state') {
    return 112;
  }
  const step = Math.max(Math.floor(runs.length / LOOKED_AT), 1);
  let most = column.name.length + 1.5;
  for (let at = 0; at < runs.length; at += step) {
    const run = runs[at];
    if (run !== undefined) {
      most = Math.max(most, wordsOf(valueOf(run, column, wanted), column, trans).length);
    }
  }
  // The best one wears a star.
  const star = column.part === 'metric' ? 14 : 0;
  return Math.round(Math.min(Math.max(most * CHARACTER + PADDING + star, LEAST), MOST));
}

/** Return how wide the column of names is. */
export function nameWidth(runs: readonly ICompared[]): number {
  const longest = runs.reduce((most, { row }) => Math.max(most, row.name.length), 6);
  return Math.round(Math.min(Math.max(longest * CHARACTER + 96, 150), 280));
}

/** Return columns as they are drawn. */
export function drawnColumns(
  columns: readonly IComparedColumn[],
  runs: readonly ICompared[],
  wanted: IWanted,
  best: (column: IComparedColumn) => ReadonlySet<string>,
  trans: ITranslation
): IDrawnColumn[] {
  return columns.map(column => ({
    column,
    width: widthOf(column, runs, wanted, trans),
    isNumeric: isNumeric(column, runs),
    best: best(column)
  }));
}
