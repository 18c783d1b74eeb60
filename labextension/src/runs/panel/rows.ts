/**
 * What a row of the panel says, and under which day it stands.
 */

import { formatAge, formatLeft, formatMetric, isoDay, THIN } from '../../format';
import type { ITranslation } from '../../translation';
import type { IRunRow } from '../../wire';
import { keyNames } from '../metrics';
import { kindOf, progressWords, secondsLeft, shareOf, toneOf, toneWord } from '../words';
import type { Tone } from '../words';

/** Height of a row, in every state, and of the day above the first row of a day. */
export const ROW_HEIGHT = 44;
export const DAY_HEIGHT = 20;

/** A row in words. */
export interface IRowWords {
  readonly tone: Tone;
  readonly age: string;
  /** Name and value of the metric that tells most; empty where there is none. */
  readonly metric: string;
  readonly value: string;
  readonly curve: readonly number[];
  /** What progress counts, such as `epoch`; a narrow row leaves it out. */
  readonly unit: string;
  /** How far, how long still. */
  readonly facts: readonly string[];
  /** Why it stands as it does; takes the place of the rest. */
  readonly why: string;
  /** From 0 to 1; null where no end is known. */
  readonly share: number | null;
  /** The whole row, for who does not see it. */
  readonly label: string;
}

const known = new WeakMap<IRunRow, { now: number; words: IRowWords }>();

/** Return what a row says at a time, in seconds since the epoch; while one scrolls, time stands still. */
export function wordsOf(row: IRunRow, now: number, trans: ITranslation): IRowWords {
  const before = known.get(row);
  if (before?.now === now) {
    return before.words;
  }
  const words = freshWords(row, now, trans);
  known.set(row, { now, words });
  return words;
}

function freshWords(row: IRunRow, now: number, trans: ITranslation): IRowWords {
  const tone = toneOf(row);
  const why = whyOf(row, tone, trans);
  const metric = keyNames(row.metrics, 1)[0] ?? '';
  const summary = row.metrics[metric];
  const value = summary === undefined ? '' : formatMetric(summary.last);
  const facts = factsOf(row, tone, now, trans);
  const age = row.created > 0 ? formatAge(now - row.created) : '';
  const said = why ? [why] : [metric && `${metric} ${value}`, ...facts];
  return {
    tone,
    age,
    metric,
    value,
    curve: summary?.recent ?? [],
    unit: row.progress?.unit ?? '',
    facts,
    why,
    share: shareOf(row.progress),
    label: [row.name || row.id, toneWord(tone, trans).toLocaleLowerCase(), kindOf(row), age, ...said]
      .filter(Boolean)
      .join(', ')
  };
}

/** Return the heading of a run's day: `Today`, `Yesterday`, else the date. */
export function dayOf(created: number, now: number, trans: ITranslation): string {
  const day = isoDay(created);
  if (day === isoDay(now)) {
    return trans.__('Today');
  }
  // Noon of today less a day is yesterday, also where a clock is put forward or back in between.
  const noon = new Date(now * 1000).setHours(12, 0, 0, 0) / 1000;
  return day === isoDay(noon - 86_400) ? trans.__('Yesterday') : day;
}

/**
 * Return the places, in order, of rows that are the first of their day.
 *
 * A row whose forerunner is not read yet is not known to be one.
 */
export function dayStarts(total: number, rowAt: (at: number) => IRunRow | undefined): number[] {
  const starts: number[] = [];
  let before: number | undefined;
  let begin = 0;
  let end = 0;
  for (let at = 0; at < total; at++) {
    const created = rowAt(at)?.created;
    if (created !== undefined && (at === 0 || before !== undefined) && !(begin <= created && created < end)) {
      starts.push(at);
    }
    if (created !== undefined && !(begin <= created && created < end)) {
      [begin, end] = boundsOf(created);
    }
    before = created;
  }
  return starts;
}

function boundsOf(created: number): [number, number] {
  const day = new Date(created * 1000);
  const begin = day.setHours(0, 0, 0, 0) / 1000;
  return [begin, new Date(begin * 1000).setHours(24, 0, 0, 0) / 1000];
}

function whyOf(row: IRunRow, tone: Tone, trans: ITranslation): string {
  if (tone === 'broken') {
    return row.broken;
  }
  if (tone === 'waiting') {
    return row.why || trans.__('Waits for its turn');
  }
  return tone === 'failed' || tone === 'starting' ? row.why : '';
}

function factsOf(row: IRunRow, tone: Tone, now: number, trans: ITranslation): string[] {
  const done = progressWords(row.progress);
  if (tone === 'running') {
    const left = secondsLeft(row, now);
    return [...(done ? [done] : []), ...(left === null ? [] : [trans.__('≈%1 left', THIN + roughly(left))])];
  }
  if (tone === 'stopped') {
    return done ? [trans.__('at %1', done)] : row.why ? [row.why] : [];
  }
  return tone === 'starting' && done ? [done] : [];
}

/** Return what is left in one unit; in seconds under two minutes. */
function roughly(seconds: number): string {
  return seconds < 120 ? formatLeft(seconds) : formatAge(seconds);
}
