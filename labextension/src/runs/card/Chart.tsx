/**
 * A line chart as SVG that stretches with the card, with labels as text so that they keep their size.
 */

import type { JSX } from 'react';

import { apart, drawable, scaleOf, thinned, ticks, tickWords, wholeTicks } from './scale';
import type { ISeries, Point, Scale } from './scale';

const SIDE = 1000;

interface IChartProps {
  /** The lines, the one in question first. */
  readonly series: readonly ISeries[];
  /** What the chart says, for those who do not see it. */
  readonly sentence: string;
  /** What the steps count. */
  readonly axis: string;
  /** The last step that is planned; what is to come is shaded. */
  readonly plan: number | null;
  /** Step, least and greatest value over all ranks, of the line in question. */
  readonly band?: readonly BandCell[];
}

type BandCell = readonly [number, number, number];

/** Draw the lines, or the empty frame where there is nothing to draw yet. */
export function Chart({ series, sentence, axis, plan, band = [] }: IChartProps): JSX.Element {
  const lines = series.map(line => ({ ...line, points: drawable(line.points) }));
  const points = lines.flatMap(line => line.points);
  const cells = band.filter(cell => cell.every(Number.isFinite));
  const extremes = cells.flatMap(([step, low, high]): Point[] => [
    [step, low],
    [step, high]
  ]);
  const scale = scaleOf([...points, ...extremes], plan);
  return (
    <div className="jm-Plot" role="img" aria-label={sentence}>
      <svg viewBox={`0 0 ${SIDE} ${SIDE}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {plan !== null && points.length > 0 && <Future points={points} scale={scale} />}
        <Grid scale={scale} />
        {cells.length > 1 && <Band cells={cells} colour={series[0]?.colour ?? 1} scale={scale} />}
        {[...lines]
          .reverse()
          .map(line => line.points.length > 0 && <Line key={line.colour} line={line} scale={scale} />)}
      </svg>
      {points.length > 0 && <ValueLabels scale={scale} />}
      {(points.length > 0 || plan !== null) && <StepLabels scale={scale} axis={axis} />}
      <Ends lines={lines} scale={scale} />
    </div>
  );
}

/** What is planned and still to come. */
function Future({ points, scale }: { points: readonly Point[]; scale: Scale }): JSX.Element | null {
  const now = at(scale.x(points.reduce((latest, point) => Math.max(latest, point[0]), -Infinity)));
  return now < SIDE ? <path className="jm-future" d={`M${now} 0H${SIDE}V${SIDE}H${now}Z`} /> : null;
}

function Grid({ scale }: { scale: Scale }): JSX.Element {
  const lines = ticks(scale.low, scale.high, 4).map(tick => `M0 ${at(scale.y(tick))}H${SIDE}`);
  return (
    <>
      <path className="jm-grid" d={lines.join('')} />
      <path className="jm-axis" d={`M0 ${SIDE}H${SIDE}`} />
    </>
  );
}

/** What all ranks say. */
function Band({ cells, colour, scale }: IBandProps): JSX.Element {
  const spot = (step: number, value: number): string => `${at(scale.x(step))} ${at(scale.y(value))}`;
  const highs = cells.map(([step, , high]) => spot(step, high));
  const lows = cells.map(([step, low]) => spot(step, low)).reverse();
  return <path className="jm-band" data-c={colour} d={`M${[...highs, ...lows].join('L')}Z`} />;
}

interface IBandProps {
  readonly cells: readonly BandCell[];
  readonly colour: number;
  readonly scale: Scale;
}

function Line({ line, scale }: { line: ISeries; scale: Scale }): JSX.Element {
  const spots = thinned(line.points).map(point => `${at(scale.x(point[0]))} ${at(scale.y(point[1]))}`);
  return (
    <g data-c={line.colour}>
      <path className={`jm-series${line.isDashed ? ' jm-dash' : ''}`} d={`M${spots.join('L')}`} />
      {/* A stroke without length and with round ends stays a circle however the chart is stretched. */}
      <path className="jm-spot" d={`M${spots[spots.length - 1] ?? '0 0'}h0`} />
    </g>
  );
}

function ValueLabels({ scale }: { scale: Scale }): JSX.Element {
  return (
    <>
      {ticks(scale.low, scale.high, 4).map(tick => (
        <span key={tick} className="jm-y" style={{ top: percent(scale.y(tick)) }} aria-hidden="true">
          {tickWords(tick)}
        </span>
      ))}
    </>
  );
}

function StepLabels({ scale, axis }: { scale: Scale; axis: string }): JSX.Element {
  return (
    <>
      {wholeTicks(scale.left, scale.right, 5).map(tick => (
        <span key={tick} className="jm-x" style={{ left: percent(scale.x(tick)) }} aria-hidden="true">
          {tickWords(tick)}
        </span>
      ))}
      <span className="jm-axisname" aria-hidden="true">
        {axis}
      </span>
    </>
  );
}

/** The names of the lines, where they end. */
function Ends({ lines, scale }: { lines: readonly ISeries[]; scale: Scale }): JSX.Element {
  const named = lines.flatMap(line => {
    const end = line.points[line.points.length - 1];
    return line.name && end ? [{ line, end }] : [];
  });
  const places = apart(named.map(({ end }) => scale.y(end[1])));
  return (
    <>
      {named.map(({ line, end }, index) => (
        <span
          key={line.colour}
          className="jm-end"
          data-c={line.colour}
          style={{ left: percent(scale.x(end[0])), top: percent(places[index] ?? 0) }}
          aria-hidden="true"
        >
          <i className={line.isDashed ? 'jm-dash' : undefined} />
          {line.name}
        </span>
      ))}
    </>
  );
}

function at(share: number): number {
  return Math.round(SIDE * share);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
