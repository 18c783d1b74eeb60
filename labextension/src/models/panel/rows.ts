/**
 * What the line of a model or a version says.
 */

import { formatAge, formatSize } from '../../format';
import type { IRowWords } from '../../panel/nouns';
import type { ITranslation } from '../../translation';
import type { IVersionRow } from '../../wire';
import type { IModelItem } from '../items';
import { countWords, mainMetric, servedBy, roleWords, valueWords } from '../words';

/** What no line of a model has. */
const NOTHING = { curve: [], minor: [], facts: [], share: null } as const;

/** Return what a line says at a time, in seconds since the epoch. */
export function wordsOf(item: IModelItem, now: number, trans: ITranslation): IRowWords {
  return item.version === null ? ofModel(item, trans) : ofVersion(item, item.version, now, trans);
}

function ofModel(item: IModelItem, trans: ITranslation): IRowWords {
  const { model } = item;
  const count = countWords(model, trans);
  const about = [model.flavor, formatSize(model.size), model.tags.join(', '), model.note];
  return {
    ...NOTHING,
    tone: item.broken ? 'broken' : 'succeeded',
    icon: item.broken ? 'warning' : 'model',
    colour: item.broken ? 'warning' : undefined,
    word: item.broken || trans.__('Model'),
    name: item.name,
    title: [item.name, ...about].filter(Boolean).join('\n'),
    chip: '',
    age: count,
    metric: '',
    value: '',
    why: item.broken,
    label: [item.name, trans.__('model'), count, item.broken].filter(Boolean).join(', '),
    acts: item.broken ? [] : [{ act: 'deploy', icon: 'deploy', label: trans.__('Deploy…') }]
  };
}

function ofVersion(item: IModelItem, row: IVersionRow, now: number, trans: ITranslation): IRowWords {
  const metric = mainMetric(item.model.recent);
  const value = valueWords(row.metrics, metric);
  const name = trans.__('v%1', row.version);
  const uses = servedBy(row.uses).map(use => roleWords(use, trans));
  const age = row.created > 0 ? trans.__('%1 ago', formatAge(now - row.created)) : '';
  return {
    ...NOTHING,
    tone: row.broken ? 'broken' : 'succeeded',
    icon: row.broken ? 'warning' : undefined,
    colour: row.broken ? 'warning' : undefined,
    word: row.broken,
    name,
    title: [
      `${row.model} v${row.version}`,
      value && `${metric} ${value}`,
      ...uses,
      age,
      row.tags.join(', '),
      row.note,
      row.broken
    ]
      .filter(Boolean)
      .join('\n'),
    chip: row.aliases.join(', '),
    age: '',
    metric,
    value,
    why: row.broken,
    label: [`${row.model} ${name}`, ...row.aliases, value && `${metric} ${value}`, row.broken]
      .filter(Boolean)
      .join(', '),
    acts: row.broken
      ? []
      : [
          { act: 'deploy', icon: 'deploy', label: trans.__('Deploy…') },
          { act: 'load', icon: 'notebook', label: trans.__('Load in a cell') }
        ]
  };
}
