/**
 * What a notebook holds of a run, a sweep, a model or an endpoint: the facts that its kernel last wrote there. Whoever wrote the notebook may
 * be hostile.
 */

import { complete } from '../wire';
import type { Wire } from '../wire';

/** Something as it was when its output was written. */
export interface IPayload<Snapshot> {
  readonly id: string;
  /** Id of the home that held it. */
  readonly home: string;
  /** Version of jupyter-mlops in the kernel; empty if it did not say. */
  readonly version: string;
  /** When that was, in seconds since the epoch; 0 if it did not say. */
  readonly time: number;
  readonly snapshot: Snapshot;
}

/** The structs that a card can be about. */
type Carded = 'RunSnapshot' | 'SweepSnapshot' | 'EndpointSnapshot' | 'VersionSnapshot';

/** Return what an output says; null if it says nothing that can be understood. */
export function payloadOf<K extends Carded>(
  name: K,
  data: unknown,
  idOf: (row: Readonly<Record<string, unknown>>) => string | null = idOfRow
): IPayload<Wire[K]> | null {
  if (!isRecord(data) || !isRecord(data.snapshot) || !isRecord(data.snapshot.row)) {
    return null;
  }
  const id = idOf(data.snapshot.row);
  if (id === null) {
    return null;
  }
  return {
    id,
    home: typeof data.home === 'string' ? data.home : '',
    version: typeof data.version === 'string' ? data.version : '',
    time: typeof data.time === 'number' ? data.time : 0,
    snapshot: complete(name, data.snapshot)
  };
}

/** Return the id of a row that has one beside its name. */
function idOfRow({ id, name }: Readonly<Record<string, unknown>>): string | null {
  return typeof id === 'string' && typeof name === 'string' ? id : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
