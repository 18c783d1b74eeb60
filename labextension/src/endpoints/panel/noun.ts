/**
 * Endpoints as a section of the panel lists them.
 */

import { ServerSays } from '../../client';
import { formatCount } from '../../format';
import type { Act, INoun, ISectionNote, ISectionTexts } from '../../panel/nouns';
import { queryOf } from '../../panel/query';
import type { AnySection } from '../../panel/sections';
import type { ITranslation } from '../../translation';
import type { IEndpointRow, IEndpointsQuery } from '../../wire';
import type { IEndpointsModel } from '../tokens';
import { endpointWord } from '../words';
import { wordsOf } from './rows';

export const KEYS: Readonly<Record<string, Act>> = {
  Enter: 'open',
  s: 'stop',
  p: 'promote',
  b: 'rollback',
  l: 'logs',
  n: 'cell',
  Delete: 'delete',
  ContextMenu: 'menu'
};

/** So many rows are looked at for what the head says of them. */
const LOOKED = 200;

/** Return endpoints as a section lists them. */
export function endpointsNoun(endpoints: IEndpointsModel): INoun<IEndpointRow, IEndpointsQuery> {
  const { client, feed } = endpoints;
  return {
    name: 'endpoints',
    hasDays: false,
    isMulti: false,
    mainStates: ['running', 'stopped', 'failed'],
    keys: KEYS,
    feed,
    changed: feed.endpointsChanged,
    queryOf,
    list: query => endpoints.list(query),
    read: async (query, offset, limit) => {
      const page = await client.endpoints({ ...query, offset, limit });
      return { rows: page.endpoints, total: page.total };
    },
    exists: async name => {
      try {
        await client.endpoint(name);
        return true;
      } catch (error) {
        return !(error instanceof ServerSays && error.code === 'not_found');
      }
    },
    wordsOf,
    toneWord: endpointWord,
    // An endpoint that runs is ready: it has the tick.
    shownTone: tone => (tone === 'running' ? 'succeeded' : tone),
    noteOf,
    texts
  };
}

/** Say how many drift, which is what somebody must look after; else nothing. */
function noteOf(section: AnySection, trans: ITranslation): ISectionNote | null {
  let drifting = 0;
  for (let at = 0; at < Math.min(section.total, LOOKED); at++) {
    const row = section.row(at) as IEndpointRow | undefined;
    drifting += row?.state === 'running' && row.drifting.length > 0 ? 1 : 0;
  }
  return drifting > 0
    ? { tone: 'warning', icon: 'warning', text: trans._n('%1 drifts', '%1 drift', drifting) }
    : null;
}

function texts(trans: ITranslation): ISectionTexts {
  return {
    title: trans.__('Endpoints'),
    filter: trans.__('Filter endpoints'),
    placeholder: trans.__('Filter: name, p95>20, tag=live'),
    states: trans.__('States of endpoints that are shown'),
    loading: trans.__('Loading endpoints'),
    noMatch: trans.__('No endpoint matches'),
    nothingArchived: trans.__('No endpoint is archived'),
    showAll: trans.__('Show all endpoints'),
    archived: trans.__('Archived endpoints'),
    refresh: trans.__('Read the endpoints again'),
    unreadable: trans.__('The endpoints cannot be read'),
    forbidden: trans.__('You may not list endpoints here'),
    hidden: count =>
      trans._n('%1 endpoint is hidden by', '%1 endpoints are hidden by', count, formatCount(count)),
    list: time => (time ? trans.__('Endpoints as of %1', time) : trans.__('Endpoints'))
  };
}
