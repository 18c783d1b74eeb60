/**
 * A list of models.
 */

import type { Client } from '../client';
import type { IClock, IFeed } from '../events';
import { RowList } from '../nouns/list';
import type { IModelRow, IModelsQuery } from '../wire';

/** A list of one server's models, of which only what is looked at is read. */
export class ModelList extends RowList<IModelRow, IModelsQuery> {
  constructor(client: Client, feed: IFeed, query: IModelsQuery, clock: IClock) {
    super(
      {
        page: async (asked, signal) => {
          const { models, total } = await client.models(asked, signal);
          return { rows: models, total, states: { succeeded: total } };
        },
        one: async name => (await client.model(name)).row,
        changed: feed.modelsChanged
      },
      feed,
      query,
      clock
    );
  }
}
