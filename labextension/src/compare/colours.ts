/**
 * Which colour a run has, in the table and in all charts.
 */

import type { ICompared } from '../wire';

/** There are that many colours that can be told apart. */
export const COLOURS = 8;

/** From the fifth on a colour is helped by a dash. */
const DASHED = 4;

/** Return the number of each run's colour; what has none is grey. */
export function coloursOf(
  runs: readonly ICompared[],
  emphasised: readonly string[]
): ReadonlyMap<string, number> {
  const ids = runs.length <= COLOURS ? runs.map(run => run.row.id) : emphasised.slice(0, COLOURS);
  return new Map(ids.map((id, at) => [id, at + 1]));
}

/** Say whether a line of that colour has a dash. */
export function isDashed(colour: number): boolean {
  return colour > DASHED;
}

/** Return the runs that stand out among many: those set against each other, those selected, else the best. */
export function emphasisedOf(
  a: string,
  b: string,
  selected: ReadonlySet<string>,
  best: readonly string[]
): string[] {
  const marked = [...new Set([a, b, ...selected])].filter(Boolean);
  return marked.length > 0 ? marked : best.slice(0, 1);
}
