/**
 * What a notebook holds of a comparison. Whoever wrote the notebook may be hostile.
 */

import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { complete } from '../../wire';
import type { IComparison } from '../../wire';
import { questionOf } from '../question';
import type { IQuestion } from '../question';

/** A comparison as it was when its output was written. */
export interface IComparisonPayload {
  /** Id of the home that held the runs. */
  readonly home: string;
  /** Version of jupyter-mlops in the kernel; empty if it did not say. */
  readonly version: string;
  /** When that was, in seconds since the epoch; 0 if it did not say. */
  readonly time: number;
  readonly question: IQuestion;
  readonly comparison: IComparison;
}

/** Return what an output says; null if it says nothing that can be understood. */
export function comparisonPayload(data: unknown): IComparisonPayload | null {
  if (!isRecord(data) || !isRecord(data.comparison) || !isRecord(data.query)) {
    return null;
  }
  const { runs = [], columns = [] } = data.comparison;
  const isWhole =
    Array.isArray(runs) &&
    Array.isArray(columns) &&
    runs.every(run => isRecord(run) && isRecord(run.row) && typeof run.row.id === 'string') &&
    columns.every(
      column => isRecord(column) && typeof column.key === 'string' && typeof column.name === 'string'
    );
  if (!isWhole) {
    return null;
  }
  return {
    home: typeof data.home === 'string' ? data.home : '',
    version: typeof data.version === 'string' ? data.version : '',
    time: typeof data.time === 'number' ? data.time : 0,
    question: questionOf(data.query as ReadonlyPartialJSONObject),
    comparison: complete('Comparison', data.comparison)
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
