/**
 * Sweeps as a section of the panel lists them.
 */

import { ServerSays } from '../../client';
import { formatCount } from '../../format';
import type { Act, INoun, ISectionTexts } from '../../panel/nouns';
import { queryOf } from '../../panel/query';
import type { ITranslation } from '../../translation';
import type { ISweepRow, ISweepsQuery } from '../../wire';
import type { ISweepsModel } from '../tokens';
import { wordsOf } from './rows';

export const KEYS: Readonly<Record<string, Act>> = {
  Enter: 'open',
  s: 'stop',
  r: 'resume',
  n: 'cell',
  c: 'compare',
  Delete: 'delete',
  ContextMenu: 'menu'
};

/** Return sweeps as a section lists them. */
export function sweepsNoun(sweeps: ISweepsModel): INoun<ISweepRow, ISweepsQuery> {
  const { client, feed } = sweeps;
  return {
    name: 'sweeps',
    hasDays: false,
    isMulti: false,
    keys: KEYS,
    feed,
    changed: feed.sweepsChanged,
    queryOf,
    list: query => sweeps.list(query),
    read: async (query, offset, limit) => {
      const page = await client.sweeps({ ...query, offset, limit });
      return { rows: page.sweeps, total: page.total };
    },
    exists: async id => {
      try {
        await client.sweep(id, { trials: false });
        return true;
      } catch (error) {
        return !(error instanceof ServerSays && error.code === 'not_found');
      }
    },
    wordsOf,
    texts
  };
}

function texts(trans: ITranslation): ISectionTexts {
  return {
    title: trans.__('Sweeps'),
    filter: trans.__('Filter sweeps'),
    placeholder: trans.__('Filter: name, best>0.98, tag=final'),
    states: trans.__('States of sweeps that are shown'),
    loading: trans.__('Loading sweeps'),
    noMatch: trans.__('No sweep matches'),
    nothingArchived: trans.__('No sweep is archived'),
    showAll: trans.__('Show all sweeps'),
    archived: trans.__('Archived sweeps'),
    refresh: trans.__('Read the sweeps again'),
    unreadable: trans.__('The sweeps cannot be read'),
    forbidden: trans.__('You may not list sweeps here'),
    hidden: count => trans._n('%1 sweep is hidden by', '%1 sweeps are hidden by', count, formatCount(count)),
    list: time => (time ? trans.__('Sweeps as of %1', time) : trans.__('Sweeps'))
  };
}
