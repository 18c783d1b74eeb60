/**
 * The ranks of a run in words and numbers; the twin of the kernel's `cards/words.py` and `cards/ranks.py`.
 */

import { formatCount, formatShare } from '../format';
import type { ITranslation } from '../translation';
import type { IRankStatus, IRankUsage, IRunSnapshot } from '../wire';
import { oneLine } from './card/text';
import { ranksToCome, rankTone } from './words';
import type { Tone } from './words';

const DASH = '–';
/** From which ratio on two ranks differ. */
const ODD = 1.6;
/** Roles of which a run has one, so that their names need no number. */
const ALONE: ReadonlySet<string> = new Set(['chief', 'evaluator', 'launcher', 'scheduler']);
/** Which ranks are worth a look before others, where not all are shown. */
const MOST_TELLING: readonly Tone[] = ['failed', 'stopped', 'waiting', 'starting', 'running', 'succeeded'];

/** Return the ranks that are known; before they have started, those that are to come. */
export function ranksOf({ ranks, row }: Pick<IRunSnapshot, 'ranks' | 'row'>): readonly IRankStatus[] {
  return ranks.length > 0 || row.broken ? ranks : ranksToCome(row.workers);
}

/** Say whether a run has more than one rank, so that it must be said whose log or end it is. */
export function hasSeveral(snapshot: Pick<IRunSnapshot, 'ranks' | 'row'>): boolean {
  return Math.max(snapshot.ranks.length, snapshot.row.workers) > 1;
}

/** Return `worker 1`, `chief`, `ps 0`: the role of a rank, with its pod's number where there may be more. */
export function roleName({ role, index }: Pick<IRankStatus, 'role' | 'index'>): string {
  const name = oneLine(role, 20);
  const isAlone = ALONE.has(name) || (name === 'master' && index === 0);
  return isAlone || name === '' ? name : `${name} ${index}`;
}

/** Say whether a rank is one of workers that are all alike, whose number says everything. */
export function isPlain({ rank, role, index }: IRankStatus): boolean {
  return role === '' || (role === 'worker' && index === rank);
}

/** Return `rank 2`, with the role where the number alone does not say it: `rank 2 (ps 0)`. */
export function rankName(rank: IRankStatus, trans: ITranslation): string {
  const name = trans.__('rank %1', rank.rank);
  return isPlain(rank) ? name : `${name} (${roleName(rank)})`;
}

/** Return the name of a rank of which but the number is at hand. */
export function nameOf(number: number, ranks: readonly IRankStatus[], trans: ITranslation): string {
  const rank = ranks.find(one => one.rank === number);
  return rank === undefined ? trans.__('rank %1', number) : rankName(rank, trans);
}

/** Return `rank 2` or `ranks 0, 1 and 3`, runs of numbers by their ends. */
export function rankNames(ranks: readonly number[], trans: ITranslation): string {
  const words = spans([...ranks].sort((one, other) => one - other)).flatMap(([first, last]) =>
    last - first > 1 ? [`${first}${DASH}${last}`] : first === last ? [`${first}`] : [`${first}`, `${last}`]
  );
  const shown = words.length > 6 ? [...words.slice(0, 5), trans.__('%1 more', words.length - 5)] : words;
  const [end, ...before] = [...shown].reverse();
  const list =
    before.length > 0 ? trans.__('%1 and %2', before.reverse().join(', '), end ?? '') : (end ?? '');
  return ranks.length === 1 ? trans.__('rank %1', list) : trans.__('ranks %1', list);
}

/** A rank that stands out, and why. */
export interface IOdd {
  readonly rank: number;
  readonly sentence: string;
}

/** Return the rank that holds the others up, or works much less or more than they do; null if none does. */
export function standsOut(snapshot: IRunSnapshot, trans: ITranslation): IOdd | null {
  const { straggler, ranks, usage } = snapshot;
  if (straggler === null) {
    return oddRank(usage, trans);
  }
  const name = nameOf(straggler.rank, ranks, trans);
  const sentence = trans.__('%1 is %2 times slower than the others.', name, straggler.ratio.toFixed(1));
  return { rank: straggler.rank, sentence: sentence.charAt(0).toUpperCase() + sentence.slice(1) };
}

/** Return the rank whose processor time differs most from that of the others; null if none stands out. */
export function oddRank(usage: readonly IRankUsage[], trans: ITranslation): IOdd | null {
  const known = usage.flatMap(({ rank, cpu }) =>
    cpu === null || !Number.isFinite(cpu) ? [] : [{ rank, cpu }]
  );
  const [odd] = known
    .map(one => ({ ...one, others: agreed(known.filter(other => other !== one).map(other => other.cpu)) }))
    .filter((one): one is { rank: number; cpu: number; others: number } => one.others !== null)
    .filter(({ cpu, others }) => Math.max(cpu, others) >= 20 && ratio(cpu, others) > ODD)
    .sort((one, other) => ratio(other.cpu, other.others) - ratio(one.cpu, one.others));
  if (odd === undefined) {
    return null;
  }
  const [mine, theirs] = [formatShare(odd.cpu / 100), formatShare(odd.others / 100)];
  const sentence =
    odd.cpu < odd.others
      ? trans.__('Rank %1 is at %2 CPU, the others are at about %3.', odd.rank, mine, theirs)
      : trans.__(
          'Rank %1 is at %2 CPU, the others at about %3: they may wait for it.',
          odd.rank,
          mine,
          theirs
        );
  return { rank: odd.rank, sentence };
}

/** Return as many ranks as there is room for, in their order; trouble comes before good news. */
export function telling(
  known: readonly IRankStatus[],
  { row }: Pick<IRunSnapshot, 'row'>,
  most: number,
  odd: number | null = null
): readonly IRankStatus[] {
  const trouble = (rank: IRankStatus): number =>
    rank.rank === odd ? -1 : MOST_TELLING.indexOf(rankTone(rank, row));
  return known.length <= most
    ? known
    : [...known]
        .sort((one, other) => trouble(one) - trouble(other) || one.rank - other.rank)
        .slice(0, most)
        .sort((one, other) => one.rank - other.rank);
}

/** Return the colour that a rank has wherever it appears. */
export function colourOf(rank: number): string {
  return `var(--jm-c${(rank % 8) + 1})`;
}

/** Return how many ranks train, which are the first ones. */
export function trainersOf({ row, processes }: Pick<IRunSnapshot, 'row' | 'processes'>): number {
  return row.workers * processes.slots;
}

/** Return what writes paces below each other: all with as many digits as the slowest of them needs. */
export function paces(usage: readonly Pick<IRankUsage, 'rate'>[]): ((rate: number) => string) | null {
  const known = usage.flatMap(({ rate }) => (rate !== null && Number.isFinite(rate) ? [rate] : []));
  if (known.length === 0) {
    return null;
  }
  const least = Math.min(...known);
  const digits = least >= 100 ? 0 : least >= 10 ? 1 : least >= 0.1 ? 2 : 3;
  return rate => (digits === 0 ? formatCount(rate) : rate.toFixed(digits));
}

function spans(sorted: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const number of sorted) {
    const last = found[found.length - 1];
    if (last?.[1] === number - 1) {
      last[1] = number;
    } else {
      found.push([number, number]);
    }
  }
  return found;
}

/** Return the middle of values that differ little; null if they do not, or are less than two. */
function agreed(values: readonly number[]): number | null {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.length > 1 && ratio(low, high) <= ODD ? (low + high) / 2 : null;
}

function ratio(one: number, other: number): number {
  return Math.max(one, other) / Math.max(Math.min(one, other), 1);
}
