/**
 * Which sweeps go on, and which of them come to their end.
 */

import type { IClock } from '../../events';
import { UNFINISHED, Watch } from '../../nouns/watch';
import type { ISweepRow } from '../../wire';
import type { ISweepsModel } from '../tokens';

/** Watches over the sweeps that go on. */
export class SweepsWatch extends Watch<ISweepRow> {
  constructor({ client, feed }: ISweepsModel, isSeen?: () => boolean, clock?: IClock) {
    super(
      {
        feed,
        changed: feed.sweepsChanged,
        going: async () => {
          const { sweeps, states } = await client.sweeps({ state: UNFINISHED, archived: 'both' });
          return { rows: sweeps, states };
        },
        one: async id => (await client.sweep(id, { trials: false })).row
      },
      isSeen,
      clock
    );
  }
}
