/**
 * What happened when.
 */

import { formatDuration } from '../../../format';
import type { ITranslation } from '../../../translation';
import type { IRankStatus, IRunDetail } from '../../../wire';
import { said } from '../../card/text';
import { nameOf, rankName, rankNames } from '../../ranks';
import { exitWords, toneWord, toneOf } from '../../words';

/** Something that happened. */
export interface IMoment {
  /** Seconds since the epoch. */
  readonly time: number;
  readonly what: string;
}

/** More ways to end than that are not told. */
const MOST_ENDS = 6;

/**
 * Return the story of a run, first things first.
 *
 * @param firstPoint - When the first value of a metric was reported; null if none was, or nobody knows.
 */
export function timelineOf(detail: IRunDetail, firstPoint: number | null, trans: ITranslation): IMoment[] {
  const { spec, status } = detail;
  const begins = status.ranks.flatMap(rank => (rank.started === null ? [] : [rank.started]));
  const hasBegun = status.started !== null;
  const moments: IMoment[] = [
    { time: spec.created, what: trans.__('submitted') },
    ...(begins.length > 0 && !hasBegun
      ? [
          {
            time: Math.min(...begins),
            what: trans._n('%1 process started', '%1 processes started', begins.length)
          }
        ]
      : []),
    ...(status.started === null
      ? []
      : [{ time: status.started, what: runningWords(detail, status.started, trans) }]),
    ...(firstPoint === null || status.started === null || firstPoint < status.started
      ? []
      : [
          {
            time: firstPoint,
            what: trans.__('first value after %1', formatDuration(firstPoint - status.started))
          }
        ]),
    ...trouble(detail, trans),
    ...ends(detail, trans),
    ...(status.ended === null ? [] : [{ time: status.ended, what: endWords(detail, trans) }])
  ];
  // The end is what comes last, even where clocks say otherwise.
  return moments
    .map((moment, at) => ({ moment, at }))
    .sort((one, other) => one.moment.time - other.moment.time || one.at - other.at)
    .map(({ moment }) => moment);
}

function runningWords({ spec, status }: IRunDetail, started: number, trans: ITranslation): string {
  if (status.attempt > 1) {
    return trans.__('attempt %1 of %2 running', status.attempt, spec.limits.retries + 1);
  }
  const begun = trans.__('running, first line after %1', formatDuration(started - spec.created));
  if (status.warm === true) {
    return trans.__('%1, warm', begun);
  }
  return status.warm === false && status.cold ? trans.__('%1, cold: %2', begun, status.cold) : begun;
}

function trouble({ status: { straggler, hung, ranks } }: IRunDetail, trans: ITranslation): IMoment[] {
  return [
    ...(straggler === null
      ? []
      : [{ time: straggler.time, what: trans.__('%1 became slow', nameOf(straggler.rank, ranks, trans)) }]),
    ...(hung === null
      ? []
      : [{ time: hung.time, what: trans.__('nothing had moved for %1', formatDuration(hung.seconds)) }])
  ];
}

/** Tell of ranks that did not end well; of those that ended alike, together. */
function ends({ status }: IRunDetail, trans: ITranslation): IMoment[] {
  const alike = new Map<string, IRankStatus[]>();
  for (const rank of status.ranks) {
    if (rank.ended !== null && rank.code !== 0) {
      const what = exitWords(rank, trans);
      alike.set(what, [...(alike.get(what) ?? []), rank]);
    }
  }
  return [...alike].slice(0, MOST_ENDS).map(([what, ranks]) => ({
    time: Math.min(...ranks.map(rank => rank.ended ?? Infinity)),
    what: `${namesOf(ranks, trans)}: ${what}`
  }));
}

function namesOf(ranks: readonly IRankStatus[], trans: ITranslation): string {
  const [only] = ranks;
  return ranks.length === 1 && only !== undefined
    ? rankName(only, trans)
    : rankNames(
        ranks.map(({ rank }) => rank),
        trans
      );
}

function endWords({ row, status }: IRunDetail, trans: ITranslation): string {
  const word = toneWord(toneOf(row), trans).toLowerCase();
  return row.state === 'succeeded' || !status.why ? word : `${word}. ${said(status.why)}`;
}
