/**
 * Which metrics have a column of their own in the table of versions.
 */

/** So many metrics have a column; the comparison below has them all. */
const COLUMNS = 3;

/** Return the metrics that have a column: the most telling ones, and the one that is drawn. */
export function columnsOf(names: readonly string[], metric: string): string[] {
  const first = names.slice(0, COLUMNS);
  return metric === '' || first.includes(metric) ? first : [...first.slice(0, COLUMNS - 1), metric];
}
