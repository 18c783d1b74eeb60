/**
 * What other extensions can build on.
 */

import { Token } from '@lumino/coreutils';

import type { Client } from '../client';
import type { IFeed } from '../events';
import type { IModel, IRowList } from '../nouns/tokens';
import type { IEndpointRow, IEndpointSnapshot, IEndpointsQuery } from '../wire';

/** The endpoints of this server's home. */
export interface IEndpointsModel {
  /** The REST interface. */
  readonly client: Client;
  /** What has changed, and whether the server can be heard. */
  readonly feed: IFeed;
  /** Return an endpoint by its name, as it is kept current while somebody looks. Dispose what is returned. */
  open(name: string): IEndpointModel;
  /** Return a list of endpoints as it is kept current while somebody looks at it. Dispose what is returned. */
  list(query?: IEndpointsQuery): IEndpointList;
}

/** One endpoint, kept current while somebody looks. */
export type IEndpointModel = IModel<IEndpointSnapshot>;

/** A list of endpoints, of which only what is looked at is read. */
export type IEndpointList = IRowList<IEndpointRow, IEndpointsQuery>;

export const IEndpointsModel = new Token<IEndpointsModel>(
  'jupyter-mlops:IEndpointsModel',
  'The endpoints of this server, as lists and one by one, kept current while somebody looks at them.'
);
