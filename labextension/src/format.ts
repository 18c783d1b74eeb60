/**
 * Numbers, sizes, durations and ages as they are shown; the twin of the kernel's `domain/units.py`.
 */

/** Narrow no-break space: in thousands, and between a number and its unit. */
export const THIN = '\u202f';
export const MINUS = '\u2212';
export const MISSING = '\u2013';

const STEPS: readonly (readonly [string, number])[] = [
  ['d', 86400],
  ['h', 3600],
  ['min', 60],
  ['s', 1]
];

/** Return a whole number with its thousands set apart: `85 760`. */
export function formatCount(value: number): string {
  return grouped(value.toFixed(0)).replace('-', MINUS);
}

/** Return bytes in powers of 1000 with two or three significant digits: `1.2 MB`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 'B';
  for (const larger of ['kB', 'MB', 'GB', 'TB', 'PB']) {
    if (value < 999.5) {
      break;
    }
    value /= 1000;
    unit = larger;
  }
  return `${value.toFixed(unit !== 'B' && value < 9.95 ? 1 : 0)}${THIN}${unit}`;
}

/** Return the two largest units: `2 h 04 min`, `1 min 48 s`, `9.4 s`, `31 ms`. */
export function formatDuration(seconds: number): string {
  const passed = Math.max(seconds, 0);
  if (passed < 0.9995) {
    return `${(passed * 1000).toFixed(0)}${THIN}ms`;
  }
  if (passed < 9.95) {
    return `${passed.toFixed(1)}${THIN}s`;
  }
  let whole = Math.round(passed);
  if (whole >= 3600) {
    const grain = whole >= 86400 ? 3600 : 60;
    whole = Math.round(passed / grain) * grain;
  }
  return largestTwo(whole);
}

/** Return what is left: in seconds under two minutes, then in the two largest units. */
export function formatLeft(seconds: number): string {
  return seconds < 120 ? `${Math.max(Math.round(seconds), 0)}${THIN}s` : formatDuration(seconds);
}

/** Return an age in one unit, rounded down: `34 min`, `1 d`. */
export function formatAge(seconds: number): string {
  const whole = Math.max(Math.trunc(seconds), 0);
  const [unit, size] = STEPS.find(step => whole >= step[1]) ?? ['s', 1];
  return `${Math.floor(whole / size)}${THIN}${unit}`;
}

/**
 * Return a metric: 3 decimals, 3 digits that count under 0.01, a power of ten below 0.001; a dash if it is missing.
 */
export function formatMetric(value: number | string | null | undefined): string {
  if (value === null || value === undefined) {
    return MISSING;
  }
  const number = Number(value);
  if (Number.isNaN(number)) {
    return 'nan';
  }
  if (!Number.isFinite(number)) {
    return number > 0 ? '∞' : `${MINUS}∞`;
  }
  return finiteMetric(number).replaceAll('-', MINUS);
}

/** Return a step as people count: no decimals where it has none. */
export function formatStep(step: number): string {
  if (!Number.isFinite(step)) {
    return formatMetric(step);
  }
  return Number.isInteger(step) ? formatCount(step) : step.toFixed(1);
}

/** Return the share of a whole, from 0 to 1: `62 %`. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(0)}${THIN}%`;
}

/** Return a time of day on a 24 hour clock, of where the reader is: `14:39:21`. */
export function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour12: false });
}

/** Return day and time: `2026-11-24 14:39:21`. */
export function formatDate(seconds: number): string {
  return `${isoDay(seconds)} ${formatTime(seconds)}`;
}

/** Return the reader's own day: `2026-11-24`. */
export function isoDay(seconds: number): string {
  const when = new Date(seconds * 1000);
  const parts = [when.getFullYear(), when.getMonth() + 1, when.getDate()];
  return parts.map(part => String(part).padStart(2, '0')).join('-');
}

function finiteMetric(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) {
    return exponential(value, 2);
  }
  if (Number.isInteger(value)) {
    return grouped(String(value));
  }
  if (size < 0.001) {
    return exponential(value, 1);
  }
  // What would be rounded up to 0.01 is shown as 0.01 is.
  if (size < 0.009995) {
    return value.toFixed(2 - Math.floor(Math.log10(size)));
  }
  return grouped(value.toFixed(3));
}

/** Return a power of ten as Python writes it: at least two digits behind the `e`. */
function exponential(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const apart = whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}

function largestTwo(whole: number): string {
  const at = STEPS.findIndex(step => whole >= step[1]);
  const [unit, size] = STEPS[at] ?? ['s', 1];
  const text = `${Math.floor(whole / size)}${THIN}${unit}`;
  const smaller = STEPS[at + 1];
  const rest = whole % size;
  if (!rest || smaller === undefined || rest < smaller[1]) {
    return text;
  }
  return `${text} ${String(Math.floor(rest / smaller[1])).padStart(2, '0')}${THIN}${smaller[0]}`;
}
