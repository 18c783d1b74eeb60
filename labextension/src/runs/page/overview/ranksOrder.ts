/**
 * What the table of ranks shows of each, and in which order.
 */

import type { ITranslation } from '../../../translation';
import type { IRankStatus, IRunSnapshot, ISamples } from '../../../wire';
import { isPlain } from '../../ranks';
import { rankTone } from '../../words';
import type { Tone } from '../../words';

/** One rank, and all that is known of it. */
export interface ILine {
  readonly rank: IRankStatus;
  readonly tone: Tone;
  /** Steps a second; null where it reports none. */
  readonly rate: number | null;
  /** Percent of a core; null where it has ended or was not sampled. */
  readonly cpu: number | null;
  readonly memory: number | null;
  /** Bytes at most; 0 if nobody knows. */
  readonly peak: number;
  /** How busy it was, first things first. */
  readonly history: readonly number[];
}

export type ColumnKey = 'rank' | 'role' | 'state' | 'rate' | 'cpu' | 'memory' | 'peak' | 'restarts' | 'pid';

export interface IColumn {
  readonly key: ColumnKey;
  readonly title: string;
  readonly isNumber: boolean;
}

export interface IOrder {
  readonly key: ColumnKey;
  readonly isDescending: boolean;
}

/** Return a line for each rank. */
export function linesOf(
  ranks: readonly IRankStatus[],
  snapshot: IRunSnapshot,
  samples: ISamples | null
): ILine[] {
  return ranks.map(rank => {
    const used = rank.ended === null ? snapshot.usage.find(of => of.rank === rank.rank) : undefined;
    const sampled = samples?.ranks.find(of => of.rank === rank.rank);
    return {
      rank,
      tone: rankTone(rank, snapshot.row),
      rate: used?.rate ?? null,
      cpu: used?.cpu ?? null,
      memory: used?.memory ?? null,
      peak: Math.max(rank.peak, 0, ...(sampled?.memory ?? [])),
      history: sampled?.cpu ?? []
    };
  });
}

/** Return the columns; what would be the same, or empty, in all lines has none. */
export function columnsOf(lines: readonly ILine[], trans: ITranslation): IColumn[] {
  const has = (says: (line: ILine) => boolean): boolean => lines.some(says);
  const all: (IColumn | false)[] = [
    { key: 'rank', title: trans.__('Rank'), isNumber: false },
    has(({ rank }) => !isPlain(rank)) && { key: 'role', title: trans.__('Role'), isNumber: false },
    { key: 'state', title: trans.__('State'), isNumber: false },
    has(({ rate }) => rate !== null) && { key: 'rate', title: trans.__('Steps/s'), isNumber: true },
    { key: 'cpu', title: trans.__('CPU use'), isNumber: true },
    { key: 'memory', title: trans.__('Memory'), isNumber: true },
    { key: 'peak', title: trans.__('Peak'), isNumber: true },
    has(({ rank }) => rank.restarts > 0) && { key: 'restarts', title: trans.__('Restarts'), isNumber: true },
    { key: 'pid', title: trans.__('Process'), isNumber: true }
  ];
  return all.filter(column => column !== false);
}

/** Return the lines by a column; those that have nothing there come last, whichever way round. */
export function sorted(lines: readonly ILine[], { key, isDescending }: IOrder): ILine[] {
  const sign = isDescending ? -1 : 1;
  return [...lines].sort((one, other) => {
    const [left, right] = [valueOf(one, key), valueOf(other, key)];
    if (left === null || right === null) {
      return Number(left === null) - Number(right === null) || one.rank.rank - other.rank.rank;
    }
    return sign * compare(left, right) || one.rank.rank - other.rank.rank;
  });
}

function valueOf({ rank, tone, rate, cpu, memory, peak }: ILine, key: ColumnKey): number | string | null {
  switch (key) {
    case 'rank':
      return rank.rank;
    case 'role':
      return `${rank.role} ${String(rank.index).padStart(6, '0')}`;
    case 'state':
      return tone;
    case 'rate':
      return rate;
    case 'cpu':
      return cpu;
    case 'memory':
      return memory;
    case 'peak':
      return peak || null;
    case 'restarts':
      return rank.restarts;
    case 'pid':
      return rank.pid || null;
  }
}

function compare(one: number | string, other: number | string): number {
  return typeof one === 'number' && typeof other === 'number'
    ? one - other
    : String(one).localeCompare(String(other));
}
