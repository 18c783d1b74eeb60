/**
 * Which parameters matter, who says so, and from how many trials.
 */

import type { JSX } from 'react';

import { isFinished } from '../../client';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IImportance, ISweepSnapshot } from '../../wire';
import { formatValue } from '../words';
import type { Value } from '../words';

/** So many bars find room. */
const MOST = 9;

/** Parameters with a larger share decide, those with a smaller one hardly count. */
const LARGE = 0.2;
const SMALL = 0.05;

/** Show the bars of the first objective, or of each. */
export function Matters({ snapshot }: { snapshot: ISweepSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { importance, row } = snapshot;
  return (
    <section className="jm-Sweep-matters" aria-label={trans.__('What matters')}>
      <div className="jm-ChartHead">
        <b>{trans.__('What matters')}</b>
        <span className="jm-muted jm-small jm-ellipsis">{trans.__('share of the variance explained')}</span>
      </div>
      {importance.map(each => (
        <Bars key={each.metric} importance={each} best={row.best_params} hasTitle={importance.length > 1} />
      ))}
      {importance.length === 0 && (
        <p className="jm-small jm-muted">
          {isFinished(row)
            ? trans.__('Too few trials have a result to tell.')
            : trans.__('It is told once enough trials have a result.')}
        </p>
      )}
    </section>
  );
}

interface IBarsProps {
  readonly importance: IImportance;
  readonly best: Readonly<Record<string, Value>>;
  readonly hasTitle: boolean;
}

function Bars({ importance, best, hasTitle }: IBarsProps): JSX.Element {
  const trans = useTranslation();
  const shares = Object.entries(importance.shares).sort(([, one], [, other]) => other - one);
  const shown = shares.slice(0, shares.length > MOST ? MOST - 1 : MOST);
  const largest = Math.max(...shares.map(([, share]) => share), 1e-9);
  return (
    <>
      {hasTitle && <p className="jm-small">{importance.metric}</p>}
      <table className="jm-Sweep-bars jm-num" aria-label={trans.__('What matters for %1', importance.metric)}>
        <colgroup>
          <col className="jm-Sweep-names" />
          <col />
          <col className="jm-Sweep-shares" />
        </colgroup>
        <tbody>
          {shown.map(([name, share]) => (
            <tr key={name}>
              <th scope="row" className="jm-ellipsis" title={name}>
                {name}
              </th>
              <td className="jm-Sweep-bar">
                <i style={{ width: `${((100 * share) / largest).toFixed(1)}%` }} />
              </td>
              <td className="r">{share.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shares.length > shown.length && (
        <p className="jm-small jm-muted">{trans.__('and %1 more', shares.length - shown.length)}</p>
      )}
      <p className="jm-small jm-muted jm-Sweep-says">
        {trans.__('%1 of %2 trials.', importance.evaluator, importance.trials)}{' '}
        {mattersWords(shares, best, trans)}
      </p>
    </>
  );
}

/** Return what the shares come to in one sentence: `lr and opt decide; batch could stay fixed at 64.` */
export function mattersWords(
  shares: readonly (readonly [string, number])[],
  best: Readonly<Record<string, Value>>,
  trans: ITranslation
): string {
  const large = shares.filter(([, share]) => share >= LARGE).map(([name]) => name);
  const small = shares.filter(([, share]) => share < SMALL).map(([name]) => name);
  const deciding =
    large.length === 0
      ? trans.__('No parameter stands out')
      : large.length === 1
        ? trans.__('%1 decides', large[0] ?? '')
        : trans.__('%1 decide', listed(large, trans));
  const [first] = small;
  if (first === undefined || small.length === shares.length) {
    return `${deciding}.`;
  }
  const value = best[first];
  const fixed =
    small.length > 1
      ? trans.__('%1 could stay fixed', listed(small.slice(0, 3), trans))
      : value === undefined
        ? trans.__('%1 could stay fixed', first)
        : trans.__('%1 could stay fixed at %2', first, formatValue(value));
  return `${deciding}; ${fixed}.`;
}

function listed(names: readonly string[], trans: ITranslation): string {
  const last = names[names.length - 1] ?? '';
  return names.length < 2 ? last : trans.__('%1 and %2', names.slice(0, -1).join(', '), last);
}
