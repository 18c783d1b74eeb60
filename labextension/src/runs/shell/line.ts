/**
 * The line on top of a cell that made a run, as one would write it.
 */

import type { IRunSpec } from '../../wire';

type Value = boolean | number | string | null;

/** What is left out because it is so anyway. */
const LOG_LIMIT = 2 ** 30;
/** Seconds after which a run is said to hang. */
const USUAL_HANG = 300;

const UNITS: readonly (readonly [string, number])[] = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['kB', 1e3]
];

/** Return a run's code as a cell that makes it a run once more. */
export function cellOf(spec: IRunSpec, code: string): string {
  // The line is kept as a comment, so that the lines of the code are those of the cell.
  const kept = code.replace(/^# (?=%%train\b)/, '').trimEnd();
  return kept.startsWith('%%train') ? kept : `${trainLine(spec)}\n${kept}`;
}

/** Return `%%train digits epochs=5 --workers 2`. */
export function trainLine(spec: IRunSpec): string {
  const { resources, limits } = spec;
  const options: [string, string | number | null, unknown?][] = [
    ['workers', spec.workers, 1],
    ['slots', spec.slots, 1],
    ['ps', spec.ps, 0],
    ['servers', spec.servers, 1],
    ['keep', spec.keep.join(','), ''],
    ['timeout', limits.timeout === null ? null : `${limits.timeout}s`],
    ['retries', limits.retries, 0],
    ['restart', limits.restart, 'never'],
    ['hang', limits.hang === USUAL_HANG ? null : `${limits.hang}s`],
    ['cpus', resources.cpus],
    ['memory', resources.memory === null ? null : sizeOf(resources.memory)],
    ['gpus', resources.gpus, 0],
    ['kind', spec.kind, 'python'],
    ['on', spec.platform, 'local'],
    ['log-limit', limits.log === LOG_LIMIT ? null : sizeOf(limits.log)],
    ['log-full', limits.full, 'cut']
  ];
  const flags = [spec.evaluator && '--evaluator', spec.chief && '--chief', spec.cold && '--cold'];
  return [
    '%%train',
    spec.name,
    ...Object.entries(spec.params).map(([name, value]) => `${name}=${valueOf(value)}`),
    ...options
      .filter(([, value, usual]) => value !== null && value !== usual)
      .map(([name, value]) => `--${name} ${value ?? ''}`),
    ...flags.filter(Boolean)
  ].join(' ');
}

function valueOf(value: Value): string {
  if (typeof value === 'string') {
    return JSON.stringify(value);
  }
  return value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : String(value);
}

function sizeOf(bytes: number): string {
  const unit = UNITS.find(([, size]) => bytes >= size && bytes % size === 0);
  return unit === undefined ? `${bytes}B` : `${bytes / unit[1]}${unit[0]}`;
}
