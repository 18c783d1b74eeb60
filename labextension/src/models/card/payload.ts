/**
 * What a notebook holds of a version.
 */

import { payloadOf } from '../../nouns/payload';
import type { IPayload } from '../../nouns/payload';
import { idOf, shownVersion } from '../ids';
import type { IShownVersion } from '../tokens';

/** What a cell's output says of a version. */
export const MODEL_MIME_TYPE = 'application/vnd.jupyter-mlops.model+json';

/** Return what an output says of a version; null if it says nothing that can be understood. */
export function versionPayload(data: unknown): IPayload<IShownVersion> | null {
  const payload = payloadOf('VersionSnapshot', data, ({ model, version: number }) =>
    typeof model === 'string' && typeof number === 'number' ? idOf(model, number) : null
  );
  return payload && { ...payload, snapshot: shownVersion(payload.snapshot) };
}

/** Return the id of the version that a cell's outputs show; empty if they show none. */
export function payloadIn(cell: object): string {
  const { outputs = [] } = cell as { outputs?: { data?: Record<string, unknown> }[] };
  for (const { data } of outputs) {
    const payload = versionPayload(data?.[MODEL_MIME_TYPE]);
    if (payload !== null) {
      return payload.id;
    }
  }
  return '';
}
