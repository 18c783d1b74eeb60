/**
 * A curve as small as a word.
 */

import type { JSX } from 'react';

interface ISparklineProps {
  readonly values: readonly number[];
  readonly width?: number;
  readonly height?: number;
}

/** Draw the values from first to last; nothing where there are fewer than two. */
export function Sparkline({ values, width = 60, height = 16 }: ISparklineProps): JSX.Element {
  const points = coordinates(values, width, height);
  const end = points[points.length - 1];
  return (
    <svg
      className="jm-Spark"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      focusable="false"
    >
      {points.length > 1 && end && (
        <>
          <polyline
            fill="none"
            stroke="currentColor"
            strokeWidth={1.25}
            strokeLinejoin="round"
            points={points.map(point => point.join(',')).join(' ')}
          />
          <circle cx={end[0]} cy={end[1]} r={1.75} fill="currentColor" />
        </>
      )}
    </svg>
  );
}

function coordinates(
  values: readonly number[],
  width: number,
  height: number
): (readonly [number, number])[] {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low || 1;
  const margin = 2;
  const step = (width - 2 * margin) / Math.max(finite.length - 1, 1);
  return finite.map((value, at) => [
    rounded(margin + at * step),
    rounded(margin + (1 - (value - low) / span) * (height - 2 * margin))
  ]);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
