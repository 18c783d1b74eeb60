/**
 * What other extensions can build on.
 */

import { Token } from '@lumino/coreutils';

import type { Client } from '../client';
import type { IFeed } from '../events';
import type { IModel, IRowList, ListStatus } from '../nouns/tokens';
import type { IRunPage, IRunRow, IRunSnapshot, IRunsQuery } from '../wire';

/** The runs of this server's home. */
export interface IRunsModel {
  /** The REST interface. */
  readonly client: Client;
  /** What has changed, and whether the server can be heard. */
  readonly feed: IFeed;
  /** Return a run as it is kept current while somebody looks at it. Dispose what is returned. */
  open(id: string): IRunModel;
  /** Return a list of runs as it is kept current while somebody looks at it. Dispose what is returned. */
  list(query?: IRunsQuery): IRunList;
}

/** One run, kept current while somebody looks. */
export type IRunModel = IModel<IRunSnapshot>;

/** A list of runs, of which only what is looked at is read. */
export type IRunList = IRowList<IRunRow, IRunsQuery>;

export type { IRunPage, ListStatus };

export const IRunsModel = new Token<IRunsModel>(
  'jupyter-mlops:IRunsModel',
  'The runs of this server, as lists and one by one, kept current while somebody looks at them.'
);
