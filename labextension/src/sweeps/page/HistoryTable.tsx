/**
 * The history of trials as a table.
 */

import type { JSX } from 'react';

import { formatCount, formatMetric } from '../../format';
import { useTranslation } from '../../translation';
import { StateMark } from '../../ui/StateMark';
import { trialTone } from '../words';
import type { IHistory } from './history';

const MOST = 500;

interface IHistoryTableProps {
  readonly history: IHistory;
  readonly metric: string;
  readonly height: number;
  /** Show the chart again. */
  readonly onChart: () => void;
}

/** Show trial, state, value and best so far, the latest first. */
export function HistoryTable({ history, metric, height, onChart }: IHistoryTableProps): JSX.Element {
  const trans = useTranslation();
  const label = trans.__('History');
  const shown = history.points.slice(-MOST).reverse();
  return (
    <div
      className="jm-Curve-table"
      style={{ height }}
      role="group"
      aria-label={label}
      tabIndex={0}
      onKeyDown={event => {
        if (event.key.toLowerCase() === 't' && !event.ctrlKey && !event.metaKey && !event.altKey) {
          event.preventDefault();
          event.stopPropagation();
          onChart();
        }
      }}
    >
      <table className="jm-Table jm-num">
        <caption className="jm-vh">{label}</caption>
        <thead>
          <tr>
            <th scope="col" className="r">
              {trans.__('Trial')}
            </th>
            <th scope="col">{trans.__('State')}</th>
            <th scope="col" className="r">
              {metric}
            </th>
            <th scope="col" className="r">
              {trans.__('best so far')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(point => (
            <tr key={point.id}>
              <td className="r">{point.trial}</td>
              <td>
                <StateMark tone={trialTone(point)} />
              </td>
              <td className="r">{formatMetric(point.value)}</td>
              <td className="r">{formatMetric(bestAt(history, point.trial))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {history.points.length > shown.length && (
        <p className="jm-muted jm-small">
          {trans.__('The last %1 of %2.', formatCount(shown.length), formatCount(history.points.length))}
        </p>
      )}
    </div>
  );
}

/** Return the best of all trials up to one. */
function bestAt({ best }: IHistory, trial: number): number | undefined {
  return best.filter(step => step.trial <= trial).at(-1)?.value;
}
