/**
 * The sweeps of one server.
 */

import type { IDisposable } from '@lumino/disposable';

import type { Client } from '../client';
import { CLOCK } from '../events';
import type { IClock, IFeed } from '../events';
import { Models } from '../nouns/model';
import type { ISweepSnapshot, ISweepsQuery } from '../wire';
import { SweepList } from './list';
import { SweepReading } from './reading';
import type { ISweepList, ISweepModel, ISweepsModel } from './tokens';

/** The sweeps of one server: read when somebody looks, read again when the feed says so. */
export class SweepsModel implements ISweepsModel, IDisposable {
  constructor(
    readonly client: Client,
    readonly feed: IFeed,
    private readonly _clock: IClock = CLOCK
  ) {
    this._sweeps = new Models(id => new SweepReading(id, client, feed), feed, _clock);
  }

  get isDisposed(): boolean {
    return this._sweeps.isDisposed;
  }

  dispose(): void {
    this._sweeps.dispose();
  }

  open(id: string): ISweepModel {
    return this._sweeps.open(id);
  }

  list(query: ISweepsQuery = {}): ISweepList {
    return new SweepList(this.client, this.feed, query, this._clock);
  }

  private readonly _sweeps: Models<ISweepSnapshot>;
}
