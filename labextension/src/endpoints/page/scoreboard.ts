/**
 * What a scoreboard's rows say.
 */

import { formatCount, formatMetric, formatTime, isoDay, MINUS, MISSING, THIN } from '../../format';
import type { ITranslation } from '../../translation';
import type { IMeasure, IScoreboard, IRevisionStats, WireNumber } from '../../wire';
import { formatMilliseconds, formatPercent } from '../words';

/** A row of the scoreboard. */
export interface IMeasureWords {
  readonly name: string;
  readonly stable: string;
  readonly canary: string;
  readonly change: string;
  /** Whether the change is for the better; null where that makes no sense, or nothing has changed. */
  readonly isBetter: boolean | null;
}

/** Return what a measure says. */
export function measureWords(measure: IMeasure, board: IScoreboard, trans: ITranslation): IMeasureWords {
  const { name, stable, canary, unit } = measure;
  const isDiffering = name === 'answers that differ';
  const [before, after] = [numberOf(stable), numberOf(canary)];
  return {
    name: name === board.metric ? trans.__('%1, held out', name) : name,
    stable: isDiffering ? '' : valueWords(before, unit),
    canary: board.canary > 0 ? valueWords(after, unit) : '',
    change: isDiffering
      ? trans._n('%2 of %1 row', '%2 of %1 rows', board.rows, formatCount(board.differing))
      : changeWords(before, after, unit),
    isBetter: isDiffering ? null : betterment(measure, before, after)
  };
}

/** Return what a scoreboard was made from: `2 418 live requests, 360 held-out rows replayed at 14:31`. */
export function sourceWords(
  board: IScoreboard,
  stats: readonly IRevisionStats[],
  trans: ITranslation
): string {
  const live = stats.find(({ revision }) => revision === board.canary)?.requests ?? 0;
  return [
    live > 0 ? trans._n('%2 live request', '%2 live requests', live, formatCount(live)) : '',
    trans._n(
      '%2 held-out row replayed at %3',
      '%2 held-out rows replayed at %3',
      board.rows,
      formatCount(board.rows),
      whenWords(board.time)
    )
  ]
    .filter(Boolean)
    .join(', ');
}

/** Return an answer, which is any JSON, on one line. */
export function answerWords(answer: unknown): string {
  if (typeof answer === 'number') {
    return formatMetric(answer);
  }
  return typeof answer === 'string' ? answer : shortJson(answer);
}

/** Return a time of today as such, else its day. */
export function whenWords(seconds: number): string {
  const isToday = isoDay(seconds) === isoDay(Date.now() / 1000);
  return isToday ? formatTime(seconds).slice(0, 5) : dayWords(seconds);
}

/** Return `15 Nov`. */
export function dayWords(seconds: number): string {
  return new Date(seconds * 1000).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}

function shortJson(answer: unknown): string {
  return answer === undefined ? MISSING : JSON.stringify(answer);
}

function numberOf(value: WireNumber | null): number | null {
  return value === null ? null : Number(value);
}

function valueWords(value: number | null, unit: string): string {
  if (value === null) {
    return MISSING;
  }
  return unit === 'ms'
    ? formatMilliseconds(value)
    : unit === 'share'
      ? formatPercent(value)
      : formatMetric(value);
}

function changeWords(before: number | null, after: number | null, unit: string): string {
  if (before === null || after === null || !Number.isFinite(before) || !Number.isFinite(after)) {
    return '';
  }
  const change = after - before;
  if (unit === 'ms') {
    const share = before > 0 ? (change / before) * 100 : 0;
    return Math.abs(share) < 0.5 ? `±0${THIN}%` : signed(share, `${Math.abs(share).toFixed(0)}${THIN}%`);
  }
  if (unit === 'share') {
    return change === 0 ? `±0${THIN}%` : signed(change, formatPercent(Math.abs(change)));
  }
  const size = Math.abs(change);
  return change === 0
    ? '±0'
    : signed(change, size >= 0.0005 && size < 1 ? size.toFixed(3) : formatMetric(size));
}

function signed(change: number, words: string): string {
  return `${change < 0 ? MINUS : '+'}${words}`;
}

/** Whether a change is for the better; one for the worse that its gate lets pass is none. */
function betterment(
  { better, passed }: IMeasure,
  before: number | null,
  after: number | null
): boolean | null {
  if (before === null || after === null || better === '' || before === after) {
    return null;
  }
  const isBetter = better === 'high' ? after > before : after < before;
  return isBetter || passed === false ? isBetter : null;
}
