/**
 * A comparison as a file.
 */

import { csvOf } from '../charts/csv';
import { wordOf } from '../charts/dimensions';
import type { IComparison } from '../wire';
import { valueOf } from './values';

/** Return all runs with all columns as comma-separated values. */
export function comparisonCsv({ runs, columns }: IComparison): string {
  const head = ['run', 'name', ...columns.map(column => (column.part === 'fact' ? column.name : column.key))];
  const rows = runs.map(run => [
    run.row.id,
    run.row.name,
    ...columns.map(column => {
      const value = valueOf(run, column);
      return typeof value === 'boolean' ? wordOf(value) : value;
    })
  ]);
  return csvOf([head, ...rows]);
}
