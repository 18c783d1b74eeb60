/**
 * Models as a section of the panel lists them: a tree of two levels.
 */

import { ServerSays } from '../../client';
import { formatCount } from '../../format';
import type { Act, INoun, ISectionTexts } from '../../panel/nouns';
import { queryOf } from '../../panel/query';
import type { ITranslation } from '../../translation';
import type { IModelsQuery } from '../../wire';
import { namedBy } from '../ids';
import { modelItem } from '../items';
import type { IModelItem } from '../items';
import type { IModelsModel } from '../tokens';
import { wordsOf } from './rows';
import { ModelTree, Opened } from './tree';

export const KEYS: Readonly<Record<string, Act>> = {
  Enter: 'open',
  d: 'deploy',
  l: 'load',
  n: 'cell',
  c: 'compare',
  Delete: 'delete',
  ContextMenu: 'menu'
};

/** Return models as a section lists them. */
export function modelsNoun(models: IModelsModel): INoun<IModelItem, IModelsQuery> {
  const { client, feed } = models;
  const opened = new Opened();
  return {
    name: 'models',
    hasDays: false,
    isMulti: false,
    // Nothing goes on in a model.
    mainStates: [],
    keys: KEYS,
    feed,
    changed: feed.modelsChanged,
    queryOf: ({ text, archived }) => queryOf({ text, archived, state: null }),
    list: query => new ModelTree(models.list(query), opened),
    read: async (query, offset, limit) => {
      const page = await client.models({ ...query, offset, limit });
      return { rows: page.models.map(modelItem), total: page.total };
    },
    exists: async id => {
      try {
        await client.model(namedBy(id).name);
        return true;
      } catch (error) {
        return !(error instanceof ServerSays && error.code === 'not_found');
      }
    },
    tree: {
      levelOf: item => (item.version === null ? 1 : 2),
      isOpen: item =>
        item.version !== null || item.model.recent.length === 0 ? null : opened.names.has(item.name),
      open: (item, isOpen) => opened.set(item.model.name, isOpen),
      parentOf: item => (item.version === null ? null : item.model.id)
    },
    wordsOf,
    noteOf: () => null,
    texts
  };
}

function texts(trans: ITranslation): ISectionTexts {
  return {
    title: trans.__('Models'),
    filter: trans.__('Filter models'),
    placeholder: trans.__('Filter: name, accuracy>0.97, tag=final'),
    states: trans.__('Which models are shown'),
    loading: trans.__('Loading models'),
    noMatch: trans.__('No model matches'),
    nothingArchived: trans.__('No model is archived'),
    showAll: trans.__('Show all models'),
    archived: trans.__('Archived models'),
    refresh: trans.__('Read the models again'),
    unreadable: trans.__('The models cannot be read'),
    forbidden: trans.__('You may not list models here'),
    hidden: count => trans._n('%1 model is hidden by', '%1 models are hidden by', count, formatCount(count)),
    list: time => (time ? trans.__('Models as of %1', time) : trans.__('Models'))
  };
}
