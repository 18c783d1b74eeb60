/**
 * Where an axis has marks.
 */

import { MINUS, THIN } from '../format';
import { tickWords, ticks } from '../runs/card/scale';

export { tickWords, ticks, wholeTicks } from '../runs/card/scale';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const SPANS = [
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  15,
  30,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY
];

/** Return the words of all marks of an axis, with as many digits as it takes to tell them apart. */
export function labelsOf(marks: readonly number[]): string[] {
  const short = marks.map(tickWords);
  if (new Set(short).size === short.length) {
    return short;
  }
  for (let digits = 5; digits < 12; digits++) {
    const longer = marks.map(mark => String(Number(mark.toPrecision(digits))).replaceAll('-', MINUS));
    if (new Set(longer).size === longer.length) {
      return longer;
    }
  }
  return short;
}

/** Return marks of a logarithmic axis as powers of ten, between the two powers; a few of the values between them. */
export function logTicks(low: number, high: number, about: number): number[] {
  const decades = high - low;
  if (!(decades > 0) || !Number.isFinite(decades)) {
    return [];
  }
  if (decades < 0.7) {
    // So near that marks at even distances read better.
    return ticks(10 ** low, 10 ** high, about).map(Math.log10);
  }
  const within = decades < about / 2 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / about));
  const found: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    if (power % every === 0) {
      found.push(...within.map(value => power + Math.log10(value)));
    }
  }
  return found.filter(tick => tick >= low - 1e-9 && tick <= high + 1e-9);
}

/** Return marks of an axis of seconds at minutes and hours as people count them. */
export function timeTicks(low: number, high: number, about: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) {
    return [];
  }
  const step = SPANS.find(each => span / each <= about + 1) ?? Math.ceil(span / about / DAY) * DAY;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, at) => (first + at) * step);
}

/** Return a mark of an axis of seconds: `0`, `30 s`, `5 min`, `1 h 30`. */
export function timeWords(seconds: number): string {
  if (seconds === 0) {
    return '0';
  }
  if (seconds < MINUTE) {
    return `${Number(seconds.toPrecision(3))}${THIN}s`;
  }
  if (seconds < HOUR) {
    const rest = seconds % MINUTE;
    return rest
      ? `${Math.floor(seconds / MINUTE)}:${String(Math.round(rest)).padStart(2, '0')}`
      : `${seconds / MINUTE}${THIN}min`;
  }
  if (seconds < DAY) {
    const minutes = Math.round((seconds % HOUR) / MINUTE);
    const hours = `${Math.floor(seconds / HOUR)}${THIN}h`;
    return minutes ? `${hours}${THIN}${String(minutes).padStart(2, '0')}` : hours;
  }
  return `${Number((seconds / DAY).toPrecision(3))}${THIN}d`;
}
