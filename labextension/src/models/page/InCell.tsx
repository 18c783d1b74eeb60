/**
 * What is done here by a click, as lines of code.
 */

import type { JSX } from 'react';

import { useTranslation } from '../../translation';
import { CodeLine } from '../../ui/parts';
import type { IVersionRow } from '../../wire';
import { idOf } from '../ids';
import type { IShownVersion } from '../tokens';
import { CHAMPION, deployLine, modelHandleOf, servedBy } from '../words';

/** So much of the traffic a version gets at first that replaces another one. */
const CANARY = 10;

/** Show the lines. */
export function InCell({ version, row }: { version: IShownVersion; row: IVersionRow }): JSX.Element {
  const trans = useTranslation();
  const { model } = version;
  const isChampion = row.aliases.includes(CHAMPION);
  const isOtherServed = (model?.recent ?? []).some(
    each => each.version !== row.version && servedBy(each.uses).length > 0
  );
  const lines: readonly (readonly [string, string])[] = [
    [
      deployLine(row.model, row.version, isOtherServed && servedBy(row.uses).length === 0 ? CANARY : null),
      trans.__('Copy the line that deploys it')
    ],
    [`${modelHandleOf(row.model, row.version)}.load()`, trans.__('Copy the line that loads it')],
    ...(isChampion
      ? []
      : [
          [
            `connect().models.point("${row.model}", "${CHAMPION}", ${row.version})`,
            trans.__('Copy the line that makes it the champion')
          ] as const
        ]),
    ...(version.spec.command
      ? [[version.spec.command, trans.__('Copy the line that registered it')] as const]
      : [[`%models ${idOf(row.model, row.version)}`, trans.__('Copy the line that shows it')] as const])
  ];
  return (
    <section className="jm-Section jm-Model-lines">
      <h3 className="jm-h2">{trans.__('In a cell')}</h3>
      {lines.map(([line, label]) => (
        <CodeLine key={line} code={line} copyLabel={label} />
      ))}
    </section>
  );
}
