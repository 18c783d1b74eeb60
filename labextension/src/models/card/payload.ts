/**
 * What a notebook holds of a version.
 */

import { payloadOf } from '../../nouns/payload';
import type { IPayload } from '../../nouns/payload';
import { idOf, shownVersion } from '../ids';
import type { IShownVersion } from '../tokens';

/** Return what an output says of a version; null if it says nothing that can be understood. */
export function versionPayload(data: unknown): IPayload<IShownVersion> | null {
  const payload = payloadOf('VersionSnapshot', data, ({ model, version: number }) =>
    typeof model === 'string' && typeof number === 'number' ? idOf(model, number) : null
  );
  return payload && { ...payload, snapshot: shownVersion(payload.snapshot) };
}
