/**
 * A list of endpoints.
 */

import type { Client } from '../client';
import type { IClock, IFeed } from '../events';
import { RowList } from '../nouns/list';
import type { IEndpointRow, IEndpointsQuery } from '../wire';

/** A list of one server's endpoints, of which only what is looked at is read. */
export class EndpointList extends RowList<IEndpointRow, IEndpointsQuery> {
  constructor(client: Client, feed: IFeed, query: IEndpointsQuery, clock: IClock) {
    super(
      {
        page: async (asked, signal) => {
          const { endpoints, total, states } = await client.endpoints(asked, signal);
          return { rows: endpoints, total, states };
        },
        one: async name => (await client.endpoint(name)).row,
        changed: feed.endpointsChanged
      },
      feed,
      query,
      clock
    );
  }
}
