/**
 * A metric from version to version.
 */

import type { JSX } from 'react';

import { formatMetric } from '../../format';
import { scaleOf, ticks, tickWords, wholeTicks } from '../../runs/card/scale';
import type { Point } from '../../runs/card/scale';
import { oneLine } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import type { IVersionRow } from '../../wire';
import { bestAt, numberOf } from '../words';
import { usePage } from './context';

const SIDE = 1000;

interface IMetricByVersionProps {
  readonly versions: readonly IVersionRow[];
  readonly metric: string;
}

/** Draw the metric; the table beside it has the same in numbers. */
export function MetricByVersion({ versions, metric }: IMetricByVersionProps): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const points = pointsOf(versions, metric);
  const scale = scaleOf(points, null);
  const at = ([x, y]: Point): string => `${round(scale.x(x))} ${round(scale.y(y))}`;
  const last = points[points.length - 1];
  const [best] = bestAt(versions, metric);
  const chosen = points.find(([version]) => version === page.selected);
  const name = oneLine(metric, 60);
  const sentence =
    last === undefined
      ? trans.__('%1 by version: no version has it.', name)
      : best === undefined
        ? trans.__('%1 by version: v%2 has %3.', name, last[0], formatMetric(last[1]))
        : trans.__('%1 by version: v%2 has %3; v%4 is the best.', name, last[0], formatMetric(last[1]), best);
  return (
    <figure className="jm-Model-figure">
      <figcaption className="jm-ChartHead">
        <b className="jm-ellipsis" title={name}>
          {name}
        </b>
        <span className="jm-muted jm-small">{trans.__('by version')}</span>
      </figcaption>
      <div className="jm-Plot jm-Model-plot" role="img" aria-label={sentence}>
        <svg viewBox={`0 0 ${SIDE} ${SIDE}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
          <path
            className="jm-grid"
            d={ticks(scale.low, scale.high, 4)
              .map(tick => `M0 ${round(scale.y(tick))}H${SIDE}`)
              .join('')}
          />
          <path className="jm-axis" d={`M0 ${SIDE}H${SIDE}`} />
          <g data-c={1}>
            <path
              className="jm-series"
              d={points.map((point, place) => `${place === 0 ? 'M' : 'L'}${at(point)}`).join('')}
            />
            <path
              className="jm-spot"
              d={points.length <= 40 ? points.map(point => `M${at(point)}h0`).join('') : ''}
            />
            {chosen && <path className="jm-spot jm-mod-chosen" d={`M${at(chosen)}h0`} />}
          </g>
        </svg>
        {points.length > 0 &&
          ticks(scale.low, scale.high, 4).map(tick => (
            <span key={tick} className="jm-y" style={{ top: percent(scale.y(tick)) }} aria-hidden="true">
              {tickWords(tick)}
            </span>
          ))}
        {wholeTicks(scale.left, scale.right, 5)
          .filter(tick => tick >= 1 && Number.isInteger(tick))
          .map(tick => (
            <span key={tick} className="jm-x" style={{ left: percent(scale.x(tick)) }} aria-hidden="true">
              {trans.__('v%1', tick)}
            </span>
          ))}
        {last && (
          <span
            className="jm-end jm-mod-plain"
            style={{ left: percent(scale.x(last[0])), top: percent(scale.y(last[1])) }}
            aria-hidden="true"
          >
            {formatMetric(last[1])}
          </span>
        )}
      </div>
    </figure>
  );
}

/** Return the version numbers and values that can be drawn, the first version first. */
export function pointsOf(versions: readonly IVersionRow[], metric: string): Point[] {
  return versions
    .flatMap(({ version, metrics }): Point[] => {
      const value = numberOf(metrics[metric]);
      return value === null || Math.abs(value) > 1e300 ? [] : [[version, value]];
    })
    .sort(([one], [other]) => one - other);
}

function round(share: number): number {
  return Math.round(SIDE * share);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
