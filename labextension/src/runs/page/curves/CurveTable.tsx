/**
 * A chart as a table.
 */

import type { JSX } from 'react';

import type { IPlot } from '../../../charts/plot';
import { formatCount, formatMetric } from '../../../format';
import { useTranslation } from '../../../translation';
import { Button } from '../../../ui/parts';
import { nearest } from '../../../charts/smoothing';

interface ICurveTableProps {
  readonly name: string;
  readonly plot: IPlot;
  readonly height: number;
  readonly onDownload: () => void;
  /** Show the chart again. */
  readonly onChart: () => void;
}

/** So many rows are shown; all of them are in the file. */
const MOST = 200;

/** Show the last values. */
export function CurveTable({ name, plot, height, onDownload, onChart }: ICurveTableProps): JSX.Element {
  const trans = useTranslation();
  const [first] = plot.lines;
  const places = (first?.x ?? []).filter(x => x >= plot.x[0] && x <= plot.x[1]);
  const shown = places.slice(-MOST).reverse();
  return (
    <div
      className="jm-Curve-table"
      style={{ height }}
      tabIndex={0}
      onKeyDown={event => {
        if (event.key.toLowerCase() === 't' && !event.ctrlKey && !event.metaKey && !event.altKey) {
          event.preventDefault();
          onChart();
        }
      }}
      role="group"
      aria-label={trans.__('Values of %1', name)}
    >
      <table className="jm-Table jm-num">
        <caption className="jm-vh">{trans.__('Values of %1', name)}</caption>
        <thead>
          <tr>
            <th scope="col">{plot.axis.name || trans.__('time')}</th>
            {plot.lines.map(line => (
              <th key={line.key} scope="col" className="r">
                {line.name}
              </th>
            ))}
            {first?.band && (
              <>
                <th scope="col" className="r">
                  {trans.__('least')}
                </th>
                <th scope="col" className="r">
                  {trans.__('greatest')}
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {shown.map((x, at) => (
            <tr key={at}>
              <td>{plot.axis.value(x)}</td>
              {plot.lines.map(line => (
                <td key={line.key} className="r">
                  {formatMetric(line.y[nearest(line.x, x)])}
                </td>
              ))}
              {first?.band && (
                <>
                  <td className="r">{formatMetric(first.band.low[nearest(first.band.x, x)])}</td>
                  <td className="r">{formatMetric(first.band.high[nearest(first.band.x, x)])}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="jm-row jm-Curve-rest">
        <span className="jm-muted jm-small">
          {places.length > shown.length
            ? trans.__(
                'The last %1 of the %2 values that are drawn.',
                formatCount(shown.length),
                formatCount(places.length)
              )
            : ''}
        </span>
        <Button icon="download" onClick={onDownload}>
          {trans.__('All as CSV')}
        </Button>
      </p>
    </div>
  );
}
