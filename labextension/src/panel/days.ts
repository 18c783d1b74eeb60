/**
 * Under which day a row stands.
 */

import { isoDay } from '../format';
import type { ITranslation } from '../translation';

/** Return the heading of a day: `Today`, `Yesterday`, else the date. */
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
export function dayStarts(
  total: number,
  rowAt: (at: number) => { readonly created: number } | undefined
): number[] {
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
