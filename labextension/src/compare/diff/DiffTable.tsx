/**
 * Values of two runs side by side: tinted, and told in words.
 */

import { Fragment } from 'react';
import type { JSX } from 'react';

import { MISSING } from '../../format';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import type { IDifferences } from '../../wire';
import { groupsOf, metricRows, sameWords } from './rows';
import type { DiffTab, IDiffRow, IPart } from './rows';

interface IDiffTableProps {
  readonly found: IDifferences;
  readonly tab: DiffTab;
  readonly isOnly: boolean;
}

/** Letters, which are the same in every language. */
const SIDES = { a: 'A', b: 'B' } as const;

/** Show the table. */
export function DiffTable({ found, tab, isOnly }: IDiffTableProps): JSX.Element {
  const trans = useTranslation();
  const groups = groupsOf(found, tab, isOnly, trans);
  const metrics = tab === 'all' ? metricRows(found, isOnly, trans) : [];
  const same = sameWords(found, trans);
  const title =
    tab === 'all'
      ? trans.__('Parameters, environment, data')
      : {
          parameters: trans.__('Parameters'),
          environment: trans.__('Environment'),
          data: trans.__('Data'),
          code: ''
        }[tab];
  return (
    <section aria-label={title}>
      <h2 className="jm-h2">{title}</h2>
      <table className="jm-Table jm-num jm-DiffTable">
        <caption className="jm-vh">{trans.__('What is not the same in A and B')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('What')}</th>
            <th scope="col">{SIDES.a}</th>
            <th scope="col">{SIDES.b}</th>
            <th scope="col">
              <span className="jm-vh">{trans.__('Change')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map(group => (
            <Fragment key={group.title}>
              {groups.length > 1 && (
                <tr className="jm-DiffTable-group">
                  <th scope="colgroup" colSpan={4}>
                    {group.title}
                  </th>
                </tr>
              )}
              {group.rows.map(row => (
                <Row key={row.key} row={row} />
              ))}
            </Fragment>
          ))}
          {groups.length === 0 && (
            <tr>
              <td colSpan={4} className="jm-muted">
                <Icon name="check" /> {trans.__('Nothing differs here.')}
              </td>
            </tr>
          )}
          {same && (
            <tr className="jm-muted">
              <td>{trans.__('same')}</td>
              <td colSpan={3}>{same}</td>
            </tr>
          )}
          {metrics.length > 0 && groups.length > 0 && (
            <tr className="jm-DiffTable-group">
              <th scope="colgroup" colSpan={4}>
                {trans.__('Metrics')}
              </th>
            </tr>
          )}
          {metrics.map(row => (
            <Row key={row.key} row={row} isMetric={true} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ row, isMetric = false }: { row: IDiffRow; isMetric?: boolean }): JSX.Element {
  const trans = useTranslation();
  const tint = (side: 'a' | 'b'): string | undefined =>
    row.isSame || isMetric ? undefined : side === 'a' ? 'jm-mod-a' : 'jm-mod-b';
  return (
    <tr>
      <th scope="row" title={row.name}>
        {row.name}
      </th>
      <td className={tint('a')}>
        <Parts parts={row.a} />
        {row.better === 'a' && <Better />}
      </td>
      <td className={tint('b')}>
        <Parts parts={row.b} />
        {row.better === 'b' && <Better />}
      </td>
      <td className="jm-muted jm-small">{row.note || (row.isSame ? trans.__('same') : '')}</td>
    </tr>
  );
}

function Better(): JSX.Element {
  const trans = useTranslation();
  return (
    <>
      {' '}
      <Icon name="star" size={10} />
      <span className="jm-vh">{trans.__('better')}</span>
    </>
  );
}

function Parts({ parts }: { parts: readonly IPart[] }): JSX.Element {
  if (parts.length === 0) {
    return <span className="jm-muted">{MISSING}</span>;
  }
  return (
    <>
      {parts.map(({ text, isChanged }, at) =>
        isChanged ? <b key={at}>{text}</b> : <span key={at}>{text}</span>
      )}
    </>
  );
}
