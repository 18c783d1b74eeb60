/**
 * The endpoints of one server.
 */

import type { IDisposable } from '@lumino/disposable';

import type { Client } from '../client';
import { CLOCK } from '../events';
import type { IClock, IFeed } from '../events';
import { Models } from '../nouns/model';
import type { IEndpointSnapshot, IEndpointsQuery } from '../wire';
import { EndpointList } from './list';
import type { IEndpointList, IEndpointModel, IEndpointsModel } from './tokens';

/** The endpoints of one server: read when somebody looks, read again when the feed says so. */
export class EndpointsModel implements IEndpointsModel, IDisposable {
  constructor(
    readonly client: Client,
    readonly feed: IFeed,
    private readonly _clock: IClock = CLOCK
  ) {
    const readingOf = (name: string): { read(): Promise<IEndpointSnapshot>; changed: typeof changed } => ({
      read: () => client.endpoint(name),
      changed
    });
    const changed = feed.endpointsChanged;
    this._endpoints = new Models(readingOf, feed, _clock);
  }

  get isDisposed(): boolean {
    return this._endpoints.isDisposed;
  }

  dispose(): void {
    this._endpoints.dispose();
  }

  open(name: string): IEndpointModel {
    return this._endpoints.open(name);
  }

  list(query: IEndpointsQuery = {}): IEndpointList {
    return new EndpointList(this.client, this.feed, query, this._clock);
  }

  private readonly _endpoints: Models<IEndpointSnapshot>;
}
