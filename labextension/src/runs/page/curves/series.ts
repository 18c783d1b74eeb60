/**
 * The points of one metric as they come in: from the beginning, then only what is new.
 */

import { firstAtLeast, interpolated } from '../../../charts/smoothing';
import type { Range } from '../../../charts/plot';
import type { IBand, ISeries } from '../../../wire';

/** Points, column by column. */
export interface IPoints {
  /** What the steps count. */
  readonly axis: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  /** How many points there are on the server; the next question begins there. */
  readonly next: number;
  /** Whether they stand for more than they are. */
  readonly isThinned: boolean;
}

/** What all ranks say, column by column. */
export interface IBandPoints {
  readonly steps: readonly number[];
  readonly low: readonly number[];
  readonly mean: readonly number[];
  readonly high: readonly number[];
  readonly ranks: number;
}

/** Return an answer as points. */
export function pointsOf(series: ISeries): IPoints {
  return ascending({
    axis: series.axis,
    steps: series.steps,
    values: series.values.map(Number),
    times: series.times,
    next: series.next,
    isThinned: series.thinned
  });
}

/** Return points with what came after them. */
export function extended(points: IPoints, more: ISeries): IPoints {
  const added = pointsOf(more);
  return ascending({
    axis: added.axis,
    steps: [...points.steps, ...added.steps],
    values: [...points.values, ...added.values],
    times: [...points.times, ...added.times],
    next: more.next,
    isThinned: points.isThinned || added.isThinned
  });
}

export function bandOf(band: IBand): IBandPoints {
  return {
    steps: band.steps,
    low: band.low.map(Number),
    mean: band.mean.map(Number),
    high: band.high.map(Number),
    ranks: band.ranks
  };
}

/**
 * Return how steps of one metric become places on the axis at the bottom.
 *
 * Where that axis is the metric's own, a step is a place. Seconds are those since `started`. Steps of another count,
 * such as epochs, are found by time: where was `clock`, a metric of that count, when the point was reported?
 */
export function placesOf(
  points: IPoints,
  axis: string,
  started: number,
  clock: IPoints | null
): (steps: readonly number[]) => number[] {
  if (axis === points.axis) {
    return steps => [...steps];
  }
  const timeOf = (step: number): number => interpolated(points.steps, points.times, step);
  if (axis === TIME) {
    return steps => steps.map(step => timeOf(step) - started);
  }
  if (clock === null) {
    return steps => [...steps];
  }
  // The count was at nothing when the run began.
  const isFirstLater = (clock.times[0] ?? 0) > started && (clock.steps[0] ?? 0) > 0;
  const times = isFirstLater ? [started, ...clock.times] : clock.times;
  const counts = isFirstLater ? [0, ...clock.steps] : clock.steps;
  return steps => steps.map(step => interpolated(times, counts, timeOf(step)));
}

/** The axis of seconds. */
export const TIME = 'time';

/** Return the steps of a metric that lie within a range of places, and a neighbour on each side. */
export function stepsWithin(
  steps: readonly number[],
  places: readonly number[],
  [low, high]: Range
): Range | null {
  const begin = steps[Math.max(firstAtLeast(places, low) - 1, 0)];
  const end = steps[Math.min(firstAtLeast(places, high), steps.length - 1)];
  return begin === undefined || end === undefined ? null : [begin, end];
}

/** A cell may count from the beginning again: what is drawn goes from left to right. */
function ascending(points: IPoints): IPoints {
  const { steps } = points;
  if (steps.every((step, at) => at === 0 || step >= (steps[at - 1] ?? step))) {
    return points;
  }
  const order = steps.map((_, at) => at).sort((one, other) => (steps[one] ?? 0) - (steps[other] ?? 0));
  const sorted = (column: readonly number[]): number[] => order.map(at => column[at] ?? NaN);
  return { ...points, steps: sorted(steps), values: sorted(points.values), times: sorted(points.times) };
}
