/**
 * The axes of parallel coordinates: names, marks, and what of them is kept.
 */

import type { JSX } from 'react';

import { MISSING } from '../format';
import { keptShares, marksOf } from './dimensions';
import type { KeptRanges, ValueAxis } from './dimensions';
import type { IParallelFrame } from './parallel';

interface IAxesProps {
  readonly axes: readonly ValueAxis[];
  readonly frame: IParallelFrame;
  readonly kept: KeptRanges;
}

/** A line of text is so high. */
const LINE = 13;
/** About how wide a character is. */
const CHARACTER = 6.4;

/** Draw all axes. */
export function Axes({ axes, frame, kept }: IAxesProps): JSX.Element {
  return (
    <svg className="jm-Parallel-axes" width={frame.width} height={frame.height} aria-hidden="true">
      {axes.map((axis, at) => (
        <Axis key={axis.key} axis={axis} at={at} count={axes.length} frame={frame} kept={kept} />
      ))}
    </svg>
  );
}

interface IAxisProps extends Omit<IAxesProps, 'axes'> {
  readonly axis: ValueAxis;
  readonly at: number;
  readonly count: number;
}

function Axis({ axis, at, count, frame, kept }: IAxisProps): JSX.Element {
  const { xs, top, bottom, missing, gaps } = frame;
  const x = xs[at] ?? 0;
  const isFirst = at === 0 && count > 1;
  const isLast = at === count - 1 && count > 1;
  const step = count > 1 ? (xs[1] ?? 0) - (xs[0] ?? 0) : frame.width;
  const most = Math.floor((isFirst || isLast ? step * 0.6 + 14 : step - 10) / CHARACTER);
  const range = kept[axis.key];
  const hasGaps = gaps[at] ?? false;
  return (
    <g>
      <text
        className="jm-Parallel-name"
        x={isFirst ? 4 : isLast ? frame.width - 4 : x}
        y={13}
        textAnchor={isFirst ? 'start' : isLast ? 'end' : 'middle'}
      >
        {shortened(axis.name, most)}
      </text>
      <path className="jm-Parallel-axis" d={`M${x} ${top}V${bottom}`} />
      {range && <Brush x={x} shares={keptShares(axis, range)} frame={frame} />}
      {marksOf(axis, LINE / (bottom - top)).map(({ share, words }) => {
        const y = bottom - share * (bottom - top);
        return (
          <g key={words}>
            <path className="jm-Parallel-axis" d={`M${x - 4} ${y}h4`} />
            <text className="jm-Parallel-mark" x={x + 6} y={y + (share === 1 ? -4 : share === 0 ? 12 : 3.5)}>
              {shortened(words, Math.floor((isLast ? 46 : step - 14) / CHARACTER))}
            </text>
          </g>
        );
      })}
      {hasGaps && (
        <text className="jm-Parallel-mark" x={x - 3} y={missing + 10}>
          {MISSING}
        </text>
      )}
    </g>
  );
}

function Brush({
  x,
  shares: [low, high],
  frame: { top, bottom }
}: {
  x: number;
  shares: readonly [number, number];
  frame: IParallelFrame;
}): JSX.Element {
  const [upper, lower] = [bottom - high * (bottom - top), bottom - low * (bottom - top)];
  // One word of an axis is a place without a length.
  return (
    <rect className="jm-Parallel-kept" x={x - 5} y={upper - 2} width={10} height={lower - upper + 4} rx={1} />
  );
}

function shortened(text: string, most: number): string {
  return text.length <= Math.max(most, 3) ? text : `${text.slice(0, Math.max(most, 3) - 1)}…`;
}
