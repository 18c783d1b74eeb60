/**
 * Models and versions as the server tells them.
 */

import { complete } from '../../src/wire';
import type { IModelRow, IVersionRow, IVersionSnapshot } from '../../src/wire';

/** Return a version of `digits`. */
export function version(number: number, more: Partial<IVersionRow> = {}): IVersionRow {
  return complete('VersionRow', {
    model: 'digits',
    version: number,
    created: number,
    flavor: 'sklearn',
    ...more
  });
}

/** Return a model with versions, the latest first. */
export function model(
  name: string,
  versions: readonly IVersionRow[],
  more: Partial<IModelRow> = {}
): IModelRow {
  return complete('ModelRow', {
    id: name,
    name,
    versions: versions.length,
    latest: versions[0]?.version ?? 0,
    recent: versions,
    ...more
  });
}

/** Return a version as its card shows it. */
export function snapshot(
  row: IVersionRow,
  more: Partial<IVersionSnapshot> = {},
  spec: Record<string, unknown> = {}
): IVersionSnapshot {
  return complete('VersionSnapshot', {
    spec: { model: row.model, version: row.version, created: row.created, flavor: row.flavor, ...spec },
    row,
    ...more
  });
}
