/**
 * What a notebook holds of a run: the facts that its kernel last wrote there. Whoever wrote the notebook may be hostile.
 */

import { complete } from '../../wire';
import type { IRunSnapshot } from '../../wire';

/** The MIME type of a run. */
export const MIME_TYPE = 'application/vnd.jupyter-mlops.run+json';

/** A run as it was when its output was written. */
export interface IPayload {
  readonly id: string;
  /** Id of the home that held it. */
  readonly home: string;
  /** Version of jupyter-mlops in the kernel; empty if it did not say. */
  readonly version: string;
  /** When that was, in seconds since the epoch; 0 if it did not say. */
  readonly time: number;
  readonly snapshot: IRunSnapshot;
}

/** Return what an output says of its run; null if it says nothing that can be understood. */
export function readPayload(data: unknown): IPayload | null {
  if (!isRecord(data) || !isRecord(data.snapshot) || !isRecord(data.snapshot.row)) {
    return null;
  }
  const { id, name } = data.snapshot.row;
  if (typeof id !== 'string' || typeof name !== 'string') {
    return null;
  }
  return {
    id,
    home: typeof data.home === 'string' ? data.home : '',
    version: typeof data.version === 'string' ? data.version : '',
    time: typeof data.time === 'number' ? data.time : 0,
    snapshot: complete('RunSnapshot', data.snapshot)
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
