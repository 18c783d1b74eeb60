/**
 * Where trials stand in the chart of their history.
 */

import type { Range } from '../../charts/plot';
import { labelsOf, ticks, wholeTicks } from '../../charts/ticks';
import type { IObjective, ITrialFact } from '../../wire';
import { numberOf } from './trial';

/** One trial in the chart. */
export interface IPoint {
  /** Id of its run. */
  readonly id: string;
  readonly trial: number;
  readonly result: ITrialFact['result'];
  /** What it reached; null if it reached nothing. */
  readonly value: number | null;
}

/** The best of all trials up to one. */
export interface IStep {
  readonly trial: number;
  readonly value: number;
}

/** What the chart shows. */
export interface IHistory {
  readonly points: readonly IPoint[];
  /** Where the best so far becomes better, in the order of the trials. */
  readonly best: readonly IStep[];
  /** The last trial that was asked for. */
  readonly last: number;
  /** How many are wanted in all. */
  readonly wanted: number;
}

/** What part of the plane it shows. */
export interface IView {
  readonly x: Range;
  readonly y: Range | null;
}

/** Where that stands, in pixels. */
export interface IFrame extends IView {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly yWords: readonly string[];
}

/** About how wide a character of a label is, in pixels. */
const CHARACTER = 6.2;
/** Of fewer values none is far out. */
const FEW = 8;
/** How many times the middle half of all values away something is far out. */
const FAR = 3;

/** Return the history of one objective. */
export function historyOf(
  trials: readonly ITrialFact[],
  place: number,
  objective: IObjective | undefined,
  wanted: number
): IHistory {
  const points = trials.map(({ run, trial, result, values }) => ({
    id: run,
    trial,
    result,
    value: numberOf(values[place])
  }));
  const best: IStep[] = [];
  for (const { trial, result, value } of points) {
    const before = best[best.length - 1]?.value;
    const isBetter =
      before === undefined ||
      (value !== null && (objective?.direction === 'minimize' ? value < before : value > before));
    if (result === 'complete' && value !== null && isBetter) {
      best.push({ trial, value });
    }
  }
  return { points, best, last: points[points.length - 1]?.trial ?? 0, wanted };
}

/** Return what of a history is worth showing: what is far out is not, unless it is the best. */
export function viewOf({ points, best, last, wanted }: IHistory): IView {
  const right = Math.max(wanted, last, 1);
  const values = points
    .flatMap(({ value, result }) => (value === null || result === '' ? [] : [value]))
    .sort((one, other) => one - other);
  return { x: [0, right + Math.max(right * 0.015, 0.5)], y: spanOf(values, best[best.length - 1]?.value) };
}

/** Return how a view fits into so many pixels; `label` is what stands at the end of the line. */
export function frameOf(
  view: IView,
  history: IHistory,
  width: number,
  height: number,
  label: string
): IFrame {
  const yTicks = view.y === null ? [] : ticks(view.y[0], view.y[1], Math.max(2, Math.floor(height / 44)));
  const yWords = labelsOf(yTicks);
  const left = 12 + CHARACTER * Math.max(...yWords.map(word => word.length), 2);
  const room = 14 + CHARACTER * label.length;
  const planned = (width - left - 40) * (1 - history.last / Math.max(view.x[1], 1));
  const right = Math.min(Math.max(34, room - planned), width / 2);
  const about = Math.max(2, Math.floor((width - left - right) / 70));
  return {
    ...view,
    width,
    height,
    left,
    right: width - right,
    top: 12,
    bottom: height - 20,
    xTicks: wholeTicks(view.x[0], view.x[1], about).filter(tick => tick > 0),
    yTicks,
    yWords
  };
}

/** Return where a trial stands from the left. */
export function xOf(frame: IFrame, trial: number): number {
  const [low, high] = frame.x;
  return frame.left + ((trial - low) / (high - low)) * (frame.right - frame.left);
}

/** Return where a value stands from above; what is far out, or nothing at all, stands at the edge. */
export function yOf(frame: IFrame, value: number | null): number {
  if (value === null || frame.y === null) {
    return frame.bottom - 6;
  }
  const [low, high] = frame.y;
  const share = Math.min(Math.max((value - low) / (high - low), 0), 1);
  return frame.bottom - share * (frame.bottom - frame.top);
}

/** Return how many trials have a value that the view leaves out. */
export function leftOut({ points }: IHistory, { y }: IView): number {
  return y === null
    ? 0
    : points.filter(({ value }) => value !== null && (value < y[0] || value > y[1])).length;
}

/** Return the trial nearest to a place; null if none is near. */
export function findPoint(history: IHistory, frame: IFrame, x: number, y: number, near = 12): IPoint | null {
  let found: IPoint | null = null;
  let least = near * near;
  for (const point of history.points) {
    const [dx, dy] = [xOf(frame, point.trial) - x, yOf(frame, point.value) - y];
    const distance = dx * dx + dy * dy;
    if (distance <= least) {
      found = point;
      least = distance;
    }
  }
  return found;
}

function spanOf(ascending: readonly number[], best: number | undefined): Range | null {
  let [low, high] = [ascending[0], ascending[ascending.length - 1]];
  if (low === undefined || high === undefined) {
    return null;
  }
  if (ascending.length >= FEW) {
    const [first, third] = [quantile(ascending, 0.25), quantile(ascending, 0.75)];
    const far = FAR * (third - first);
    if (far > 0) {
      low = Math.max(low, Math.min(first - far, best ?? Infinity));
      high = Math.min(high, Math.max(third + far, best ?? -Infinity));
    }
  }
  const span = high - low;
  const margin = span > 0 ? span * 0.06 : Math.abs(low) * 0.1 || 1;
  return [low - margin, high + margin];
}

function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.round(share * (ascending.length - 1))] ?? 0;
}
