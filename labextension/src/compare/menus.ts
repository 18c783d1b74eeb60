/**
 * What the menus of columns and of runs offer.
 */

import { CommandIDs } from '../commands';
import type { IMenuItem } from '../runs/page/menu';
import type { ITranslation } from '../translation';
import type { IComparedColumn } from '../wire';
import { conditionWords } from './filter';
import type { Marks } from './marks';
import type { Change, ISettings } from './settings';
import type { Value } from '../charts/dimensions';

/** Return what a column's menu offers; `example` is one of its values. */
export function columnMenu(
  column: IComparedColumn,
  example: Value,
  settings: ISettings,
  onChange: Change,
  onFilter: () => void,
  trans: ITranslation
): IMenuItem[] {
  const { key, name, part } = column;
  const isNumber = typeof example === 'number';
  const sort = (isDescending: boolean) => () => onChange({ sort: { key, isDescending } });
  return [
    { label: isNumber ? trans.__('Largest first') : trans.__('From Z to A'), run: sort(true) },
    { label: isNumber ? trans.__('Smallest first') : trans.__('From A to Z'), run: sort(false) },
    {
      label: trans.__('Filter by it…'),
      run: () => {
        const text = isNumber
          ? conditionWords(column, '>=', String(Number(example.toPrecision(3))))
          : conditionWords(column, '=', JSON.stringify(example ?? ''));
        onChange({ filter: [settings.filter, text].filter(Boolean).join(' ') });
        // When the menu is gone, which gives the keyboard back to what it was opened from.
        window.setTimeout(onFilter);
      }
    },
    { label: trans.__('Group by it'), run: () => onChange({ group: key, folded: new Set() }) },
    ...(part === 'metric'
      ? [{ label: trans.__('Draw its curves'), run: () => onChange({ metric: name }) }]
      : []),
    { label: trans.__('Colour by it'), run: () => onChange({ colour: key }) },
    {
      label: trans.__('Hide the column'),
      run: () => onChange({ choices: new Map([...settings.choices, [key, false]]) })
    }
  ];
}

/** Return what a run's menu offers. */
export function runMenu(
  id: string,
  marks: Marks,
  execute: (command: string, args: { readonly id: string }) => void,
  trans: ITranslation
): IMenuItem[] {
  return [
    { label: trans.__('Open'), run: () => execute(CommandIDs.openRun, { id }) },
    { label: trans.__('As A'), run: () => marks.set('a', id) },
    { label: trans.__('As B'), run: () => marks.set('b', id) },
    { label: trans.__('Show or hide in the charts'), run: () => marks.toggleHidden([id]) },
    { label: trans.__('Restore its code in a cell'), run: () => execute(CommandIDs.restoreCode, { id }) }
  ];
}
