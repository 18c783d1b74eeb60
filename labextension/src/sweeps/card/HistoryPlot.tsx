/**
 * The history of a sweep as small as a card's chart: it stretches with the card, with labels as text.
 */

import type { JSX } from 'react';

import { isFinished } from '../../client';
import { formatMetric } from '../../format';
import { scaleOf, ticks, tickWords, wholeTicks } from '../../runs/card/scale';
import type { Point } from '../../runs/card/scale';
import { oneLine } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import type { ISweepSnapshot } from '../../wire';
import { historyOf } from '../page/history';

const SIDE = 1000;

/** Draw trials and the best so far, or the empty frame while there is none. */
export function HistoryPlot({ snapshot }: { snapshot: ISweepSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { row, trials } = snapshot;
  const [objective] = row.objectives;
  const metric = oneLine(objective?.metric ?? '', 40);
  const plan = isFinished(row) ? null : row.wanted;
  const history = historyOf(trials, 0, objective, plan ?? 0);
  const { best, last } = history;
  const drawn = history.points.flatMap(({ trial, value, result }) =>
    value === null || Math.abs(value) > 1e300 || result === ''
      ? []
      : [{ result, point: [trial, value] as Point }]
  );
  const scale = scaleOf(
    drawn.map(({ point }) => point),
    plan
  );
  const at = ([x, y]: Point): string => `${round(scale.x(x))} ${round(scale.y(y))}`;
  const spots = (result: string): string =>
    drawn
      .filter(each => each.result === result)
      .map(({ point }) => `M${at(point)}h0`)
      .join('');
  const final = best[best.length - 1];
  const path = best
    .map(({ trial, value }, place) =>
      place === 0 ? `M${at([trial, value])}` : `H${round(scale.x(trial))}V${round(scale.y(value))}`
    )
    .join('');
  const now = round(scale.x(last));
  const sentence =
    final === undefined
      ? trans.__('%1 of each trial: no value yet.', metric)
      : trans.__(
          '%1 of each trial, and the best so far: %2 by trial %3.',
          metric,
          formatMetric(final.value),
          final.trial
        );
  return (
    <figure>
      <div className="jm-ChartHead">
        <span className="jm-muted jm-ellipsis">
          <bdi>{metric}</bdi>
        </span>
        <span className="jm-muted jm-small">
          {trials.some(({ result }) => result === 'pruned')
            ? trans.__('by trial; brown were pruned')
            : trans.__('by trial')}
        </span>
      </div>
      <div className="jm-Plot jm-Sweep-plot" role="img" aria-label={sentence}>
        <svg viewBox={`0 0 ${SIDE} ${SIDE}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
          {plan !== null && now < SIDE && (
            <path className="jm-future" d={`M${now} 0H${SIDE}V${SIDE}H${now}Z`} />
          )}
          <path
            className="jm-grid"
            d={ticks(scale.low, scale.high, 4)
              .map(tick => `M0 ${round(scale.y(tick))}H${SIDE}`)
              .join('')}
          />
          <path className="jm-axis" d={`M0 ${SIDE}H${SIDE}`} />
          <path className="jm-Sweep-spots" data-c={1} d={spots('complete')} />
          <path className="jm-Sweep-spots jm-mod-pruned" d={spots('pruned')} />
          {path && (
            <g data-c={2}>
              <path className="jm-series" d={`${path}H${now}`} />
            </g>
          )}
        </svg>
        {drawn.length > 0 &&
          ticks(scale.low, scale.high, 4).map(tick => (
            <span key={tick} className="jm-y" style={{ top: percent(scale.y(tick)) }} aria-hidden="true">
              {tickWords(tick)}
            </span>
          ))}
        {wholeTicks(scale.left, scale.right, 5).map(tick => (
          <span key={tick} className="jm-x" style={{ left: percent(scale.x(tick)) }} aria-hidden="true">
            {tickWords(tick)}
          </span>
        ))}
        <span className="jm-axisname" aria-hidden="true">
          {trans.__('trial')}
        </span>
        {final && (
          <span
            className="jm-end jm-mod-plain"
            data-c={2}
            style={{ left: percent(now / SIDE), top: percent(scale.y(final.value)) }}
            aria-hidden="true"
          >
            {formatMetric(final.value)}
          </span>
        )}
      </div>
    </figure>
  );
}

function round(share: number): number {
  return Math.round(SIDE * share);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
