/**
 * What a chart is to show, before anything is drawn.
 */

import { firstAtLeast } from './smoothing';

/** From the least to the greatest. */
export type Range = readonly [number, number];

/** What lies between two lines. */
export interface IBandOf {
  readonly x: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** One line of a chart; `x` ascends. */
export interface ILine {
  readonly key: string;
  /** What it is called under the cursor. */
  readonly name: string;
  /** What stands at its end; empty for nothing. */
  readonly label: string;
  /** The number of its colour, from 1; 0 is grey. */
  readonly colour: number;
  readonly isDashed?: boolean;
  /** Whether it is the one in question. */
  readonly isBold?: boolean;
  /** Whether it is but one of many: it is drawn behind the others, and told of only where it is pointed at. */
  readonly isQuiet?: boolean;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** What was smoothed, drawn behind it. */
  readonly raw?: readonly number[] | null;
  readonly band?: IBandOf | null;
}

/** The axis at the bottom. */
export interface IAxis {
  /** What it counts, beside its end. */
  readonly name: string;
  ticks(low: number, high: number, about: number): number[];
  /** Return a mark. */
  words(value: number): string;
  /** Return a place without what is counted: `2.62`. */
  value(value: number): string;
  /** Return a place in full: `epoch 2.62`. */
  place(value: number): string;
}

/** A chart. */
export interface IPlot {
  /** Another key is another view, whose axes begin anew. */
  readonly key: string;
  readonly lines: readonly ILine[];
  readonly isLog: boolean;
  readonly axis: IAxis;
  readonly x: Range;
  /** From where on there is but a plan; null if there is none. */
  readonly plan: number | null;
  /** Whether what is shown begins at zero, whatever the values. */
  readonly isFromZero?: boolean;
}

/** Return what of x is worth showing: from the first value to the last, or to the planned end. */
export function xRange(lines: readonly Pick<ILine, 'x'>[], plannedEnd: number | null): Range {
  let low = Infinity;
  let high = -Infinity;
  for (const { x } of lines) {
    low = Math.min(low, x[0] ?? Infinity);
    high = Math.max(high, x[x.length - 1] ?? -Infinity);
  }
  if (low > high) {
    return [0, plannedEnd !== null && plannedEnd > 0 ? plannedEnd : 1];
  }
  if (plannedEnd !== null && Number.isFinite(plannedEnd)) {
    high = Math.max(high, plannedEnd);
  }
  // A count that begins near zero is read from zero.
  if (low > 0 && low <= 0.2 * high) {
    low = 0;
  }
  return high > low ? [low, high] : [low, low + Math.max(1, Math.abs(low) * 0.1)];
}

/**
 * Return the range of a chart among others, so that the same place is above the same place.
 *
 * A metric that counts otherwise, or of which there was but little, keeps a range of its own.
 */
export function aligned(own: Range, all: Range | null): Range {
  const isAlike = all !== null && own[1] <= all[1] && own[1] - all[0] >= 0.5 * (all[1] - all[0]);
  return isAlike ? [Math.min(own[0], all[0]), all[1]] : own;
}

/**
 * Return what of y is worth showing of the lines within `x`; in powers of ten where the scale is logarithmic.
 *
 * Null if there is nothing to show.
 */
export function yRange(lines: readonly ILine[], x: Range, isLog: boolean, isFromZero = false): Range | null {
  let low = Infinity;
  let high = -Infinity;
  const see = (value: number | undefined): void => {
    if (value !== undefined && isShown(value, isLog)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  };
  for (const line of lines) {
    const [first, after] = within(line.x, x);
    for (let at = first; at < after; at++) {
      see(line.y[at]);
      see(line.raw?.[at]);
    }
    if (line.band) {
      const [bandFirst, bandAfter] = within(line.band.x, x);
      for (let at = bandFirst; at < bandAfter; at++) {
        see(line.band.low[at]);
        see(line.band.high[at]);
      }
    }
  }
  if (low > high) {
    return null;
  }
  if (isLog) {
    return padded(Math.log10(low), Math.log10(high), 0.1);
  }
  return isFromZero && low >= 0 ? [0, high > 0 ? high * 1.15 : 1] : linear(low, high);
}

/** Return the places from the first to after the last that are to be drawn: those within, and their neighbours. */
export function within(xs: readonly number[], [low, high]: Range): readonly [number, number] {
  const first = firstAtLeast(xs, low);
  let after = firstAtLeast(xs, high);
  while (after < xs.length && (xs[after] ?? Infinity) <= high) {
    after++;
  }
  return [Math.max(first - 1, 0), Math.min(after + 1, xs.length)];
}

/** Return where a value stands on its axis; NaN where it does not. */
export function scaled(value: number, isLog: boolean): number {
  return isShown(value, isLog) ? (isLog ? Math.log10(value) : value) : NaN;
}

function isShown(value: number, isLog: boolean): boolean {
  return Number.isFinite(value) && Math.abs(value) < 1e300 && (!isLog || value > 0);
}

function linear(low: number, high: number): Range {
  const span = high - low;
  const isNearZero = low >= 0 && low <= 0.25 * span;
  const [bottom, top] = padded(low, high, 0.05);
  return [isNearZero ? 0 : bottom, top];
}

function padded(low: number, high: number, least: number): Range {
  const span = high - low;
  const margin = span > 0 ? span * 0.05 : Math.abs(low) * least || 1;
  return [low - margin, high + margin];
}
