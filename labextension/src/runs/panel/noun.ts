/**
 * Runs as a section of the panel lists them.
 */

import { ServerSays } from '../../client';
import { formatCount } from '../../format';
import type { Act, INoun, ISectionTexts } from '../../panel/nouns';
import { queryOf } from '../../panel/query';
import type { ITranslation } from '../../translation';
import type { IRunRow, IRunsQuery } from '../../wire';
import type { IRunsModel } from '../tokens';
import { wordsOf } from './rows';

export const KEYS: Readonly<Record<string, Act>> = {
  Enter: 'open',
  s: 'stop',
  r: 'retry',
  l: 'logs',
  n: 'cell',
  c: 'compare',
  Delete: 'delete',
  ContextMenu: 'menu'
};

/** Return runs as a section lists them: those of sweeps stand with their sweep. */
export function runsNoun(runs: IRunsModel): INoun<IRunRow, IRunsQuery> {
  const { client, feed } = runs;
  return {
    name: 'runs',
    hasDays: true,
    isMulti: true,
    keys: KEYS,
    feed,
    changed: feed.changed,
    queryOf,
    list: query => runs.list(query),
    read: async (query, offset, limit) => {
      const { runs, total } = await client.runs({ ...query, offset, limit });
      return { rows: runs, total };
    },
    exists: async id => {
      try {
        await client.run(id);
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
    title: trans.__('Runs'),
    filter: trans.__('Filter runs'),
    placeholder: trans.__('Filter: name, lr>0.01, tag=best'),
    states: trans.__('States that are shown'),
    loading: trans.__('Loading runs'),
    noMatch: trans.__('No run matches'),
    nothingArchived: trans.__('No run is archived'),
    showAll: trans.__('Show all runs'),
    archived: trans.__('Archived runs'),
    refresh: trans.__('Read the runs again'),
    unreadable: trans.__('The runs cannot be read'),
    forbidden: trans.__('You may not list runs here'),
    hidden: count => trans._n('%1 run is hidden by', '%1 runs are hidden by', count, formatCount(count)),
    list: time => (time ? trans.__('Runs as of %1', time) : trans.__('Runs'))
  };
}
