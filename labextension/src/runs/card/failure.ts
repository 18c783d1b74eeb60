/**
 * What can be said of a failure; the twin of the kernel's `cards/failure.py`.
 */

import { formatDuration } from '../../format';
import type { ITranslation } from '../../translation';
import type { IRankStatus, IRunSnapshot } from '../../wire';
import { hasSeveral, nameOf, rankName, rankNames } from '../ranks';
import { exitWords } from '../words';
import type { Tone } from '../words';
import { expressionOf } from './telling';
import { oneLine, said } from './text';

const AROUND = 2;

/** What became of some ranks: who, and what of them. */
export interface IFate {
  readonly tone: Tone;
  readonly who: string;
  readonly what: string;
}

/** A line to paste, and what it does. */
export interface IRemedy {
  readonly code: string;
  readonly why: string;
}

/** A line of the cell. */
export interface ICodeLine {
  readonly number: number;
  readonly text: string;
  readonly isMarked: boolean;
}

/** Return rank, cell and line of the failure. */
export function placeOf(snapshot: IRunSnapshot, trans: ITranslation): string {
  const { row, prompt } = snapshot;
  const name = row.failed_rank === null ? '' : nameOf(row.failed_rank, snapshot.ranks, trans);
  const who =
    name && (hasSeveral(snapshot) ? trans.__('%1 failed first', name) : trans.__('%1 failed', name));
  const cell = prompt ? trans.__('in cell [%1]', prompt) : '';
  const at = failingLine(snapshot);
  const line = at ? trans.__('line %1', at) : '';
  const text = [who, cell, line].filter(Boolean).join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Return the line of the cell where it failed; 0 if nobody knows. */
export function failingLine({ error, line }: IRunSnapshot): number {
  return error?.line ?? line;
}

/** Return what became of the ranks, the one that failed first at the head. */
export function fates(snapshot: IRunSnapshot, trans: ITranslation): IFate[] {
  const { row, error, ranks } = snapshot;
  const first = ranks.find(rank => rank.rank === row.failed_rank);
  const others = ranks.filter(rank => rank !== first);
  const head =
    first !== undefined
      ? [firstFate(first, snapshot, trans)]
      : error !== null && row.why
        ? [{ tone: 'failed' as const, who: '', what: said(row.why) }]
        : [];
  const hasNone = ranks.every(rank => rank.started === null && rank.ended === null);
  const found = [...head, ...(hasNone ? [] : otherFates(others, first, trans))];
  return found.length > 0 ? found : [{ tone: 'failed', who: '', what: trans.__('No rank has started.') }];
}

/** Return lines to paste. */
export function remedies(snapshot: IRunSnapshot, trans: ITranslation): IRemedy[] {
  const { row, install } = snapshot;
  const me = expressionOf(snapshot);
  const rank = row.failed_rank !== null && hasSeveral(snapshot) ? `rank=${row.failed_rank}` : '';
  const logs = { code: `${me}.logs(${rank})`, why: trans.__('all it printed') };
  if (install) {
    return [{ code: `!${install}`, why: trans.__('then run the cell again') }, logs];
  }
  return [logs, { code: `${me}.retry()`, why: trans.__('same code, same data') }];
}

/** Return the lines of the cell around one. */
export function excerpt(source: string, line: number): ICodeLine[] {
  const lines = source.replace(/\n$/, '').split('\n');
  const first = Math.max(1, Math.min(line - AROUND, lines.length - 2 * AROUND));
  return lines.slice(first - 1, first + 2 * AROUND).map((text, at) => ({
    number: first + at,
    text,
    isMarked: first + at === line
  }));
}

function firstFate(rank: IRankStatus, snapshot: IRunSnapshot, trans: ITranslation): IFate {
  const end = endOf(rank, trans);
  return {
    tone: 'failed',
    who: rankName(rank, trans),
    what: snapshot.error === null ? end : trans.__('raised the error and %1', end)
  };
}

function endOf(rank: IRankStatus, trans: ITranslation): string {
  return `${oneLine(exitWords(rank, trans), 200).replace(/\.+$/, '')}.`;
}

/** Return the ends of the ranks that did not fail first, together where they ended alike. */
function otherFates(
  ranks: readonly IRankStatus[],
  first: IRankStatus | undefined,
  trans: ITranslation
): IFate[] {
  const well = ranks.filter(rank => rank.ended !== null && rank.code === 0);
  const badly = ranks.filter(rank => rank.ended !== null && rank.code !== 0);
  const unseen = ranks.filter(rank => rank.ended === null);
  const names = (of: readonly IRankStatus[]): string =>
    rankNames(
      of.map(rank => rank.rank),
      trans
    );
  return [
    ...(first === undefined
      ? badly.slice(0, 3).map(rank => ({
          tone: 'failed' as const,
          who: rankName(rank, trans),
          what: endOf(rank, trans)
        }))
      : badly.length > 0
        ? [{ tone: 'stopped' as const, who: names(badly), what: stoppedWords(badly, first, trans) }]
        : []),
    ...(well.length > 0
      ? [{ tone: 'succeeded' as const, who: names(well), what: trans.__('had ended well.') }]
      : []),
    ...(unseen.length > 0
      ? [
          {
            tone: 'stopped' as const,
            who: names(unseen),
            what: trans.__('never started, or the end was not seen.')
          }
        ]
      : [])
  ];
}

function stoppedWords(ranks: readonly IRankStatus[], first: IRankStatus, trans: ITranslation): string {
  const waited = Math.max(...ranks.map(rank => rank.ended ?? 0)) - (first.ended ?? Infinity);
  if (waited > 0.05) {
    return trans._n(
      'was stopped %2 later: it cannot go on without rank %3.',
      'were stopped %2 later: they cannot go on without rank %3.',
      ranks.length,
      formatDuration(waited),
      first.rank
    );
  }
  return trans._n(
    'was stopped: it cannot go on without rank %2.',
    'were stopped: they cannot go on without rank %2.',
    ranks.length,
    first.rank
  );
}
