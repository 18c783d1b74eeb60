/**
 * Which columns a comparison shows, and in which order.
 */

import type { IComparedColumn } from '../wire';

/** Which columns were chosen by hand: shown or not, whatever would be shown else. */
export type Choices = ReadonlyMap<string, boolean>;

/** Facts that say something even where all runs share them. */
const ALWAYS: ReadonlySet<string> = new Set(['fact:state', 'fact:duration']);

/** Stands beside the name as the age. */
const BESIDE: ReadonlySet<string> = new Set(['fact:created']);

/** Say whether a column is shown. */
export function isShown(column: IComparedColumn, choices: Choices): boolean {
  const chosen = choices.get(column.key);
  if (chosen !== undefined) {
    return chosen;
  }
  if (ALWAYS.has(column.key)) {
    return true;
  }
  return column.part === 'metric' ? column.filled > 0 : column.varies && !BESIDE.has(column.key);
}

/** Return the columns that are shown: where the run stands first, then parameters, metrics, and what else is known. */
export function shownColumns(columns: readonly IComparedColumn[], choices: Choices): IComparedColumn[] {
  return columns
    .filter(column => isShown(column, choices))
    .map((column, at) => ({ column, at }))
    .sort((one, other) => placeOf(one.column) - placeOf(other.column) || one.at - other.at)
    .map(({ column }) => column);
}

function placeOf({ key, part }: IComparedColumn): number {
  return key === 'fact:state' ? 0 : { parameter: 1, metric: 2, fact: 3 }[part];
}
