/**
 * Where the aliases of a model pointed over time.
 */

import type { JSX } from 'react';

import { formatDate } from '../../format';
import { oneLine } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IAliasMoved, IModelSnapshot } from '../../wire';
import { useMost } from './More';

/** So many moves are shown at first. */
const MOST = 5;

/** Show the moves, the latest first; nothing where there were none. */
export function History({ snapshot: { history } }: { snapshot: IModelSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  const [shown, more] = useMost(history, MOST);
  return history.length === 0 ? null : (
    <section className="jm-Section">
      <h3 className="jm-h2">{trans.__('Aliases over time')}</h3>
      <table className="jm-Table jm-mod-kv jm-num">
        <tbody>
          {shown.map((moved, at) => (
            <tr key={at}>
              <th scope="row">{formatDate(moved.time).slice(0, 16)}</th>
              <td title={moved.who}>{moveWords(moved, trans)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more}
    </section>
  );
}

/** Return `@champion to v3, from v2`. */
export function moveWords({ alias, version, before }: IAliasMoved, trans: ITranslation): string {
  const name = `@${oneLine(alias, 40)}`;
  if (version === 0) {
    return trans.__('%1 removed from v%2', name, before);
  }
  return before === 0
    ? trans.__('%1 to v%2', name, version)
    : trans.__('%1 to v%2, from v%3', name, version, before);
}
