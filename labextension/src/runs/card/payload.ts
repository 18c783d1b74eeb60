/**
 * What a notebook holds of a run.
 */

import { payloadOf } from '../../nouns/payload';
import type { IPayload as IPayloadOf } from '../../nouns/payload';
import type { IRunSnapshot } from '../../wire';

/** The MIME type of a run. */
export const MIME_TYPE = 'application/vnd.jupyter-mlops.run+json';

/** A run as it was when its output was written. */
export type IPayload = IPayloadOf<IRunSnapshot>;

/** Return what an output says of its run; null if it says nothing that can be understood. */
export function readPayload(data: unknown): IPayload | null {
  return payloadOf('RunSnapshot', data);
}
