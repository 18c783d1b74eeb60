/**
 * A model, or one of its versions, as the panel lists them and as commands are about them.
 */

import type { IModelRow, IVersionRow, State } from '../wire';
import { idOf } from './ids';

/** One line of the tree. */
export interface IModelItem {
  /** `digits`, `digits:3`. */
  readonly id: string;
  readonly name: string;
  readonly state: State;
  readonly broken: string;
  readonly archived: boolean;
  readonly created: number;
  readonly model: IModelRow;
  /** Null where it is the model itself. */
  readonly version: IVersionRow | null;
}

/** Return a model as a line. */
export function modelItem(model: IModelRow): IModelItem {
  const { id, name, state, broken, archived, created } = model;
  return { id, name, state, broken, archived, created, model, version: null };
}

/** Return a version as a line below its model. */
export function versionItem(model: IModelRow, version: IVersionRow): IModelItem {
  return {
    id: idOf(model.name, version.version),
    name: `${model.name} v${version.version}`,
    state: model.state,
    broken: version.broken,
    archived: model.archived,
    created: version.created,
    model,
    version
  };
}

/** Return the number of the version that is meant: the champion where a model is; 0 if it has none. */
export function versionOf({ model, version }: IModelItem): number {
  return version?.version ?? (model.champion || model.latest);
}
