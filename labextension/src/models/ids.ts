/**
 * What a model's and a version's id is: `digits`, and `digits:3`.
 */

import type { IVersionSnapshot } from '../wire';
import type { IShownVersion } from './tokens';

/** What an id names; `version` is 0 where it names a model. */
export interface INamed {
  readonly name: string;
  readonly version: number;
}

/** Return what an id names. */
export function namedBy(id: string): INamed {
  const [, name, version] = /^(.*):(\d+)$/.exec(id) ?? [];
  return name === undefined ? { name: id, version: 0 } : { name, version: Number(version) };
}

/** Return the id of a version; that of the model where the number is 0. */
export function idOf(name: string, version: number): string {
  return version > 0 ? `${name}:${version}` : name;
}

/** Return a version with the id and the state that everything has that is shown. */
export function shownVersion(snapshot: IVersionSnapshot): IShownVersion {
  const { row } = snapshot;
  return {
    ...snapshot,
    row: { ...row, id: idOf(row.model, row.version), state: 'succeeded' },
    detached: false
  };
}
