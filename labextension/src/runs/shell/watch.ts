/**
 * Which runs go on, and which of them come to their end. Trials are watched with their sweep.
 */

import type { IClock } from '../../events';
import { UNFINISHED, Watch } from '../../nouns/watch';
import type { IRunRow } from '../../wire';
import type { IRunsModel } from '../tokens';

/** Watches over the runs that go on. */
export class RunsWatch extends Watch<IRunRow> {
  constructor({ client, feed }: IRunsModel, isSeen?: () => boolean, clock?: IClock) {
    super(
      {
        feed,
        changed: feed.changed,
        going: async () => {
          const { runs, states } = await client.runs({ state: UNFINISHED, archived: 'both' });
          return { rows: runs, states };
        },
        one: async id => (await client.run(id)).row
      },
      isSeen,
      clock
    );
  }
}
