/**
 * What other extensions can build on.
 */

import { Token } from '@lumino/coreutils';

import type { Client } from '../client';
import type { IFeed } from '../events';
import type { IModel, IRowList } from '../nouns/tokens';
import type { IModelRow, IModelSnapshot, IModelsQuery, IVersionRow, IVersionSnapshot } from '../wire';

/** The registered models of this server's home. */
export interface IModelsModel {
  /** The REST interface. */
  readonly client: Client;
  /** What has changed, and whether the server can be heard. */
  readonly feed: IFeed;
  /** Return a model by its name, as it is kept current while somebody looks. Dispose what is returned. */
  open(name: string): IModelModel;
  /** Return a version by its id, `NAME:3`, as it is kept current while somebody looks. Dispose what is returned. */
  openVersion(id: string): IVersionModel;
  /** Return a list of models as it is kept current while somebody looks at it. Dispose what is returned. */
  list(query?: IModelsQuery): IModelList;
}

/** A version with what everything that is shown has: an id and a state. Nothing goes on in a version. */
export interface IShownVersion extends IVersionSnapshot {
  readonly row: IVersionRow & { readonly id: string; readonly state: 'succeeded' };
  readonly detached: false;
}

/** One model with all its versions, kept current while somebody looks. */
export type IModelModel = IModel<IModelSnapshot>;

/** One version, kept current while somebody looks. */
export type IVersionModel = IModel<IShownVersion>;

/** A list of models, of which only what is looked at is read. */
export type IModelList = IRowList<IModelRow, IModelsQuery>;

export const IModelsModel = new Token<IModelsModel>(
  'jupyter-mlops:IModelsModel',
  'The registered models of this server, as lists and one by one, kept current while somebody looks at them.'
);
