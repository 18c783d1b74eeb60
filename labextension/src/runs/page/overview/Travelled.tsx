/**
 * What went with the cell from the notebook, and what did not.
 */

import type { JSX } from 'react';

import { formatSize } from '../../../format';
import { Icon } from '../../../icons';
import { useTranslation } from '../../../translation';
import type { ITranslation } from '../../../translation';
import type { IItem } from '../../../wire';
import { Sentence } from '../../card/pieces';
import { oneLine } from '../../card/text';
import { usePage } from '../context';
import { useAnswer } from '../details';

/** Show the receipt. */
export function Travelled({ isShown }: { isShown: boolean }): JSX.Element | null {
  const trans = useTranslation();
  const { page } = usePage();
  const { value: receipt } = useAnswer(
    signal => page.runs.client.receipt(page.id, signal),
    page.id,
    '',
    isShown
  );
  if (receipt === null) {
    return null;
  }
  const { items, left, stale, secrets, notes } = receipt;
  return (
    <section className="jm-Section">
      <h2>
        {trans.__('What travelled')}
        {items.length > 0 && <span className="jm-end jm-muted">{formatSize(receipt.size)}</span>}
      </h2>
      {items.length === 0 && (
        <p className="jm-muted">{trans.__('Nothing: the cell uses no name of the notebook.')}</p>
      )}
      {items.length > 0 && (
        <table className="jm-Table jm-mod-kv jm-num jm-Travelled">
          <caption className="jm-vh">{trans.__('What travelled')}</caption>
          <tbody>
            {items.map(item => (
              <tr key={item.name}>
                <th scope="row">
                  <code className="jm-code">{item.name}</code>
                </th>
                <td>
                  {oneLine(item.what, 120)}{' '}
                  <span className="jm-muted">
                    {[how(item, trans), size(item)].filter(Boolean).join(', ')}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ul className="jm-Travelled-notes">
        {left.map(({ name, why }) => (
          <li key={name}>
            <code className="jm-code">{name}</code> {trans.__('stayed behind:')} <Sentence text={why} />
          </li>
        ))}
        {secrets.length > 0 && (
          <li data-s="warning">
            <Icon name="warning" />{' '}
            {trans._n(
              'Looks like a secret: %2.',
              'Look like secrets: %2.',
              secrets.length,
              secrets.join(', ')
            )}
          </li>
        )}
        {[...stale, ...notes].map(note => (
          <li key={note}>
            <Sentence text={note} longest={500} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function how({ travels, user }: IItem, trans: ITranslation): string {
  const way =
    travels === 'value'
      ? trans.__('by value')
      : travels === 'name'
        ? trans.__('imported there')
        : trans.__('as source');
  return user ? trans.__('%1, for %2', way, user) : way;
}

function size(item: IItem): string {
  return item.travels === 'value' && item.size > 0 ? formatSize(item.size) : '';
}
