/**
 * What other extensions can build on.
 */

import { Token } from '@lumino/coreutils';

import type { Client } from '../client';
import type { IFeed } from '../events';
import type { IModel, IRowList } from '../nouns/tokens';
import type { ISweepRow, ISweepSnapshot, ISweepsQuery } from '../wire';

/** The sweeps of this server's home. */
export interface ISweepsModel {
  /** The REST interface. */
  readonly client: Client;
  /** What has changed, and whether the server can be heard. */
  readonly feed: IFeed;
  /** Return a sweep, all its trials included, as it is kept current while somebody looks. Dispose what is returned. */
  open(id: string): ISweepModel;
  /** Return a list of sweeps as it is kept current while somebody looks at it. Dispose what is returned. */
  list(query?: ISweepsQuery): ISweepList;
}

/** One sweep with all its trials, kept current while somebody looks. */
export type ISweepModel = IModel<ISweepSnapshot>;

/** A list of sweeps, of which only what is looked at is read. */
export type ISweepList = IRowList<ISweepRow, ISweepsQuery>;

export const ISweepsModel = new Token<ISweepsModel>(
  'jupyter-mlops:ISweepsModel',
  'The sweeps of this server, as lists and one by one, kept current while somebody looks at them.'
);
