/**
 * Where the points of a curve stand in its chart; the twin of the kernel's `cards/charts.py`.
 */

import { MINUS } from '../../format';

/** A step and its value. */
export type Point = readonly [number, number];

/** One line of a chart. */
export interface ISeries {
  /** What stands at the line's end; empty for none. */
  readonly name: string;
  readonly points: readonly Point[];
  /** Number of its colour, from 1. */
  readonly colour: number;
  readonly isDashed: boolean;
}

const BUCKETS = 120;

/** Return the points that can be drawn. */
export function drawable(curve: readonly (readonly (number | null)[])[]): Point[] {
  return curve.filter((point): point is Point => point.length === 2 && point.every(isDrawable));
}

/** What part of the plane a chart shows. */
export class Scale {
  constructor(
    readonly left: number,
    readonly right: number,
    readonly low: number,
    readonly high: number
  ) {}

  /** Return how far to the right, from 0 to 1. */
  x(step: number): number {
    return within((step - this.left) / (this.right - this.left));
  }

  /** Return how far down, from 0 to 1. */
  y(value: number): number {
    return within(1 - (value - this.low) / (this.high - this.low));
  }
}

/** Return what a chart of the points shows, up to the last planned step. */
export function scaleOf(points: readonly Point[], plan: number | null): Scale {
  const xs = extent(
    points.map(point => point[0]),
    [0, plan ?? 1]
  );
  const ys = extent(
    points.map(point => point[1]),
    [0, 1]
  );
  const [left, right] = horizontal(xs, plan);
  const [low, high] = vertical(ys);
  return new Scale(left, right, low, high);
}

/** Return round numbers within the range, about so many. */
export function ticks(low: number, high: number, about: number): number[] {
  if (!(high > low) || !Number.isFinite(high - low)) {
    return [];
  }
  const raw = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = STEPS.find(([, below]) => raw < below * power)?.[0] ?? 10;
  const step = factor * power;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: 2 * about + 2 }, (_, at) => (first + at) * step).filter(
    tick => tick <= high + step * 1e-6
  );
}

const STEPS: readonly (readonly [number, number])[] = [
  [1, 1.5],
  [2, 3],
  [5, 7],
  [10, 11]
];

/** Return ticks of a count: no halves of an epoch. */
export function wholeTicks(left: number, right: number, about: number): number[] {
  const marks = ticks(left, right, about);
  const whole = marks.filter(mark => Math.abs(mark - Math.round(mark)) < 1e-9);
  return whole.length > 1 ? whole : marks;
}

/** Return a tick's label. */
export function tickWords(value: number): string {
  const size = Math.abs(value);
  if (value === 0) {
    return '0';
  }
  if (size >= 1e6 || size < 1e-3) {
    const [mantissa, exponent] = value.toExponential(0).split('e');
    return `${mantissa}e${Number(exponent)}`.replaceAll('-', MINUS);
  }
  const text =
    size >= 1e4 ? `${Number((value / 1e3).toPrecision(6))}k` : String(Number(value.toPrecision(4)));
  return text.replaceAll('-', MINUS);
}

/** Return at most three points a bucket, its extremes among them, so that no spike is lost. */
export function thinned(points: readonly Point[]): readonly Point[] {
  const last = points[points.length - 1];
  if (points.length <= 2 * BUCKETS || last === undefined) {
    return points;
  }
  const chosen = Array.from({ length: BUCKETS }, (_, at) => {
    const begin = Math.floor((at * points.length) / BUCKETS);
    return extremes(points.slice(begin, Math.floor(((at + 1) * points.length) / BUCKETS)));
  }).flat();
  return chosen[chosen.length - 1] === last ? chosen : [...chosen, last];
}

/** Return the places of labels moved apart where two would touch. */
export function apart(places: readonly number[], gap = 0.13): readonly number[] {
  const [one, other] = places;
  if (places.length !== 2 || one === undefined || other === undefined || Math.abs(one - other) >= gap) {
    return places;
  }
  const middle = Math.min(Math.max((one + other) / 2, gap / 2), 1 - gap / 2);
  const [upper, lower] = [middle - gap / 2, middle + gap / 2];
  return one <= other ? [upper, lower] : [lower, upper];
}

function isDrawable(value: number | null): boolean {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e300;
}

function within(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}

function extent(values: readonly number[], none: Point): Point {
  return values.length === 0
    ? none
    : [
        values.reduce((one, other) => Math.min(one, other)),
        values.reduce((one, other) => Math.max(one, other))
      ];
}

function horizontal([begin, end]: Point, plan: number | null): Point {
  const left = begin > 0 && begin <= 0.2 * Math.max(end, plan ?? 0) ? 0 : begin;
  const right = plan !== null && Number.isFinite(plan) ? Math.max(end, plan) : end;
  return [left, right > left ? right : left + Math.max(1, Math.abs(left) * 0.1)];
}

function vertical([smallest, largest]: Point): Point {
  const spread = largest === smallest ? Math.abs(largest) * 0.1 || 1 : 0;
  const [low, high] = [smallest - spread, largest + spread];
  const margin = (high - low) * 0.06;
  // A curve that comes near zero from above is read against zero.
  const isNearZero = low >= 0 && low <= (high - low) * 0.25;
  return [isNearZero ? 0 : low - margin, high + margin];
}

function extremes(part: readonly Point[]): Point[] {
  let [lowest, highest] = [0, 0];
  part.forEach((point, at) => {
    lowest = point[1] < (part[lowest]?.[1] ?? 0) ? at : lowest;
    highest = point[1] > (part[highest]?.[1] ?? 0) ? at : highest;
  });
  const places = lowest === highest ? [lowest] : [Math.min(lowest, highest), Math.max(lowest, highest)];
  return places.map(at => part[at]).filter(point => point !== undefined);
}
