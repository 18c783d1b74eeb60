/**
 * Axes of values of any kind: numbers, numbers over many powers of ten, and words; and ranges of them that are kept.
 */

import { formatMetric } from '../format';
import type { ITranslation } from '../translation';
import type { Range } from './plot';
import { logTicks, tickWords, ticks } from './ticks';

/** What a run has for a parameter, a metric or a fact; null where it has none. */
export type Value = number | string | boolean | null;

interface IAxisBase {
  /** Unique among the axes of a chart. */
  readonly key: string;
  readonly name: string;
}

/** An axis of numbers. */
export interface INumberAxis extends IAxisBase {
  readonly kind: 'number' | 'log';
  readonly domain: Range;
  /** Where it has marks; else at round numbers. */
  readonly marks?: readonly number[];
  /** Whether there is nothing between whole numbers. */
  readonly isWhole?: boolean;
  readonly format?: (value: number) => string;
}

/** An axis of words, the first one at the bottom. */
export interface ICategoryAxis extends IAxisBase {
  readonly kind: 'category';
  readonly categories: readonly string[];
}

export type ValueAxis = INumberAxis | ICategoryAxis;

/** What is kept of an axis of numbers; null where it is open. */
export interface IKeptRange {
  readonly low: number | null;
  readonly high: number | null;
}

/** What is kept of an axis of words. */
export interface IKeptWords {
  readonly among: readonly string[];
}

export type Kept = IKeptRange | IKeptWords;

/** What is kept, by the axis' key; what has no entry is kept whole. */
export type KeptRanges = Readonly<Record<string, Kept>>;

/** A mark of an axis. */
export interface IMark {
  /** From 0, the bottom or the left, to 1. */
  readonly share: number;
  readonly words: string;
}

/** So few different numbers are marked each. */
const FEW = 6;

/** Over so many times the least, numbers are read by their powers of ten. */
const WIDE = 50;

/** Return an axis that fits the values. */
export function axisOf(key: string, name: string, values: readonly Value[]): ValueAxis {
  const present = values.filter(value => value !== null);
  const numbers = present.filter(value => typeof value === 'number').filter(Number.isFinite);
  const areNumbers = present.every(value => typeof value === 'number');
  if (!areNumbers || present.length === 0) {
    return { key, name, kind: 'category', categories: wordsOf(present) };
  }
  const distinct = [...new Set(numbers)].sort((one, other) => one - other);
  const [low = 0, high = 0] = [distinct[0], distinct[distinct.length - 1]];
  return {
    key,
    name,
    kind: isLogarithmic(distinct, median(numbers)) ? 'log' : 'number',
    domain: [low, high],
    isWhole: distinct.every(Number.isInteger),
    ...(distinct.length <= FEW ? { marks: distinct } : {})
  };
}

/** Return a value as a word: `True`, as Python writes it. */
export function wordOf(value: Exclude<Value, null>): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
}

/** Return how far up its axis a value stands, from 0 to 1; NaN if it does not stand there. */
export function shareOf(axis: ValueAxis, value: Value | undefined): number {
  if (value === null || value === undefined) {
    return NaN;
  }
  if (axis.kind === 'category') {
    const at = axis.categories.indexOf(wordOf(value));
    return at < 0 ? NaN : axis.categories.length < 2 ? 0.5 : at / (axis.categories.length - 1);
  }
  const scale = axis.kind === 'log' ? Math.log10 : Number;
  const place = typeof value === 'number' && Number.isFinite(value) ? scale(value) : NaN;
  const [low, high] = [scale(axis.domain[0]), scale(axis.domain[1])];
  if (!Number.isFinite(place)) {
    return NaN;
  }
  return high > low ? Math.min(Math.max((place - low) / (high - low), 0), 1) : 0.5;
}

/** Return the number that stands so far up an axis of numbers. */
export function numberAt(axis: INumberAxis, share: number): number {
  const [low, high] = axis.domain;
  const value = axis.kind === 'log' ? low * (high / low) ** share : low + share * (high - low);
  return axis.isWhole ? Math.round(value) : Number(value.toPrecision(3));
}

/** Return where an edge stands after so many steps: the next mark, where each value has one. */
export function stepped(axis: ValueAxis, share: number, steps: number): number {
  const marks = axis.kind === 'category' ? axis.categories : axis.marks;
  if (marks === undefined) {
    const isCounted = axis.kind === 'number' && axis.isWhole;
    const count = isCounted ? Math.min(axis.domain[1] - axis.domain[0], 100) : 100;
    return Math.min(Math.max(share + steps / count, 0), 1);
  }
  const shares = marks.map(mark => shareOf(axis, mark));
  const beyond = shares.filter(each => (steps > 0 ? each > share + 1e-6 : each < share - 1e-6));
  const at = steps > 0 ? Math.min(steps, beyond.length) - 1 : Math.max(beyond.length + steps, 0);
  return beyond[at] ?? (steps > 0 ? 1 : 0);
}

/** Return an axis' marks, none nearer to another than the least share of it. */
export function marksOf(axis: ValueAxis, least: number): IMark[] {
  const places =
    axis.kind === 'category'
      ? axis.categories.map(word => ({ share: shareOf(axis, word), words: word }))
      : numbersToMark(axis, least).map(value => ({
          share: shareOf(axis, value),
          words: markWords(axis, value)
        }));
  return spread(places, least);
}

/** Return a value as it is told in words of its axis. */
export function valueWords(axis: ValueAxis, value: Value | undefined): string {
  if (value === null || value === undefined) {
    return formatMetric(null);
  }
  if (typeof value !== 'number') {
    return wordOf(value);
  }
  return axis.kind !== 'category' && axis.format ? axis.format(value) : formatMetric(value);
}

/** Say whether a value lies in what is kept of its axis; what is missing never does. */
export function isKept(kept: Kept | undefined, value: Value | undefined): boolean {
  if (kept === undefined) {
    return true;
  }
  if (value === null || value === undefined) {
    return false;
  }
  if ('among' in kept) {
    return kept.among.includes(wordOf(value));
  }
  return typeof value === 'number' && value >= (kept.low ?? -Infinity) && value <= (kept.high ?? Infinity);
}

/** Return the share of an axis that is kept, from its lower to its upper edge. */
export function keptShares(axis: ValueAxis, kept: Kept): Range {
  if ('among' in kept) {
    const shares = kept.among.map(word => shareOf(axis, word)).filter(Number.isFinite);
    return shares.length === 0 ? [0, 0] : [Math.min(...shares), Math.max(...shares)];
  }
  return [kept.low === null ? 0 : shareOf(axis, kept.low), kept.high === null ? 1 : shareOf(axis, kept.high)];
}

/** Return what is kept between two shares of an axis; null if that is all of it. */
export function keptBetween(axis: ValueAxis, from: number, to: number): Kept | null {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  if (axis.kind === 'category') {
    const among = axis.categories.filter(word => {
      const share = shareOf(axis, word);
      return share >= low - 1e-9 && share <= high + 1e-9;
    });
    return among.length === axis.categories.length ? null : { among };
  }
  const kept = {
    low: low <= 0 ? null : numberAt(axis, low),
    high: high >= 1 ? null : numberAt(axis, high)
  };
  return kept.low === null && kept.high === null ? null : kept;
}

/** Return what is kept with one axis' part of it changed; null to keep that one whole. */
export function withKept(ranges: KeptRanges, key: string, kept: Kept | null): KeptRanges {
  const rest = Object.entries(ranges).filter(([other]) => other !== key);
  return Object.fromEntries(kept === null ? rest : [...rest, [key, kept] as const]);
}

/** Return what is kept of an axis: `lr from 0.001 to 0.01`. */
export function keptWords(axis: ValueAxis, kept: Kept, trans: ITranslation): string {
  if ('among' in kept) {
    return trans.__('%1 %2', axis.name, kept.among.join(trans.__(' or ')) || trans.__('nothing'));
  }
  const [low, high] = [valueWords(axis, kept.low), valueWords(axis, kept.high)];
  if (kept.low === null) {
    return trans.__('%1 up to %2', axis.name, high);
  }
  return kept.high === null
    ? trans.__('%1 from %2', axis.name, low)
    : trans.__('%1 from %2 to %3', axis.name, low, high);
}

function wordsOf(values: readonly Exclude<Value, null>[]): string[] {
  const numbers = values.filter(value => typeof value === 'number').sort((one, other) => one - other);
  const words = values.filter(value => typeof value !== 'number').map(wordOf);
  return [...new Set([...numbers.map(wordOf), ...words.sort((one, other) => one.localeCompare(other))])];
}

function median(numbers: readonly number[]): number {
  const ascending = [...numbers].sort((one, other) => one - other);
  return ascending[ascending.length >> 1] ?? 0;
}

function isLogarithmic(ascending: readonly number[], middle: number): boolean {
  const [low = 0, high = 0] = [ascending[0], ascending[ascending.length - 1]];
  if (low <= 0) {
    return false;
  }
  const areDoubled = ascending.every(value => Number.isInteger(Math.log2(value)));
  // Values that are even over their range are not told better by powers of ten, however small the least of them is.
  const isUneven = middle - low < 0.25 * (high - low);
  return (high / low >= WIDE && isUneven) || (areDoubled && high / low >= 4);
}

function numbersToMark(axis: INumberAxis, least: number): readonly number[] {
  const [low, high] = axis.domain;
  if (axis.marks !== undefined || high <= low) {
    return axis.marks ?? [low];
  }
  const about = Math.max(2, Math.min(4, Math.floor(0.6 / Math.max(least, 1e-3))));
  const between =
    axis.kind === 'log'
      ? logTicks(Math.log10(low), Math.log10(high), about).map(power => Number((10 ** power).toPrecision(6)))
      : ticks(low, high, about);
  // The ends first: they are what the axis goes from and to.
  return [low, high, ...between.filter(value => !axis.isWhole || Number.isInteger(value))];
}

function markWords(axis: INumberAxis, value: number): string {
  return axis.format?.(value) ?? tickWords(Number(value.toPrecision(3)));
}

/** Leave out marks that stand too near to one that comes before them; the ends come first. */
function spread(marks: readonly IMark[], least: number): IMark[] {
  const ends = marks.filter(({ share }) => share === 0 || share === 1);
  const between = marks.filter(({ share }) => share > 0 && share < 1);
  const chosen: IMark[] = [];
  for (const mark of [...ends, ...between]) {
    if (chosen.every(other => Math.abs(other.share - mark.share) >= least)) {
      chosen.push(mark);
    }
  }
  return chosen;
}
