/**
 * A list of sweeps.
 */

import type { Client } from '../client';
import type { IClock, IFeed } from '../events';
import { RowList } from '../nouns/list';
import type { ISweepRow, ISweepsQuery } from '../wire';

/** A list of one server's sweeps, of which only what is looked at is read. */
export class SweepList extends RowList<ISweepRow, ISweepsQuery> {
  constructor(client: Client, feed: IFeed, query: ISweepsQuery, clock: IClock) {
    super(
      {
        page: async (asked, signal) => {
          const { sweeps, total, states } = await client.sweeps(asked, signal);
          return { rows: sweeps, total, states };
        },
        one: async id => (await client.sweep(id, { trials: false })).row,
        changed: feed.sweepsChanged
      },
      feed,
      query,
      clock
    );
  }
}
