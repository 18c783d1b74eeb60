/**
 * The runs of one server.
 */

import type { IDisposable } from '@lumino/disposable';

import type { Client } from '../client';
import { CLOCK } from '../events';
import type { IClock, IFeed } from '../events';
import { RowList } from '../nouns/list';
import type { ISource } from '../nouns/list';
import { Models } from '../nouns/model';
import type { IRunRow, IRunSnapshot, IRunsQuery } from '../wire';
import type { IRunList, IRunModel, IRunsModel } from './tokens';

/** The runs of one server: read when somebody looks, read again when the feed says so. */
export class RunsModel implements IRunsModel, IDisposable {
  constructor(
    readonly client: Client,
    readonly feed: IFeed,
    private readonly _clock: IClock = CLOCK
  ) {
    const reading = (id: string): { read: () => Promise<IRunSnapshot>; changed: IFeed['changed'] } => ({
      read: async () => client.snapshot(id),
      changed: feed.changed
    });
    this._runs = new Models(reading, feed, _clock);
  }

  get isDisposed(): boolean {
    return this._runs.isDisposed;
  }

  dispose(): void {
    this._runs.dispose();
  }

  open(id: string): IRunModel {
    return this._runs.open(id);
  }

  list(query: IRunsQuery = {}): IRunList {
    return new RowList(sourceOf(this.client, this.feed), this.feed, query, this._clock);
  }

  private readonly _runs: Models<IRunSnapshot>;
}

function sourceOf(client: Client, feed: IFeed): ISource<IRunRow, IRunsQuery> {
  return {
    page: async (query, signal) => {
      const { runs, total, states } = await client.runs(query, signal);
      return { rows: runs, total, states };
    },
    one: async id => (await client.run(id)).row,
    changed: feed.changed,
    // Trials change often, and stand only in lists that ask for them.
    matters: (id, query) => query.trials === true || Boolean(query.sweep) || !isTrial(id)
  };
}

/** Say whether an id is that of a trial's run: its sweep's, and which trial it is. */
function isTrial(id: string): boolean {
  return /-[a-z0-9]{4}t[1-9][0-9]*$/.test(id);
}
