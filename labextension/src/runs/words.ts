/**
 * A run in words and tones: what card, panel and page all say; the twin of the kernel's `cards/words.py`.
 */

import { formatCount, formatDuration, formatLeft, formatShare, MISSING, THIN } from '../format';
import type { IconName } from '../icons';
import type { ITranslation } from '../translation';
import type { IProgress, IRankStatus, IRunRow, IRunSnapshot } from '../wire';

/** What a view shows of a state: its shape and colour, by name. */
export type Tone =
  'waiting' | 'starting' | 'running' | 'succeeded' | 'failed' | 'stopped' | 'pruned' | 'detached' | 'broken';

type Row = Pick<IRunRow, 'state' | 'broken'> & Partial<Pick<IRunRow, 'trial' | 'why'>>;

/** Return the name of a state's shape and colour. */
export function toneOf(row: Row, isDetached = false): Tone {
  if (row.broken) {
    return 'broken';
  }
  if (row.state === 'queued') {
    return 'waiting';
  }
  if (row.state === 'stopped' && typeof row.trial === 'number' && row.why?.startsWith('pruned ')) {
    return 'pruned';
  }
  const isUnfinished = row.state === 'starting' || row.state === 'running';
  return isDetached && isUnfinished ? 'detached' : row.state;
}

/** Return the word for a tone. */
export function toneWord(tone: Tone, trans: ITranslation): string {
  switch (tone) {
    case 'waiting':
      return trans.__('Waiting');
    case 'starting':
      return trans.__('Starting');
    case 'running':
      return trans.__('Running');
    case 'succeeded':
      return trans.__('Succeeded');
    case 'failed':
      return trans.__('Failed');
    case 'stopped':
      return trans.__('Stopped');
    case 'pruned':
      return trans.__('Pruned');
    case 'detached':
      return trans.__('Detached');
    case 'broken':
      return trans.__('Broken');
  }
}

export function toneIcon(tone: Tone): IconName {
  return tone === 'broken' ? 'warning' : tone;
}

/** Return kind and number of processes: `python ×4`. */
export function kindOf(row: Pick<IRunRow, 'kind' | 'workers'>): string {
  return `${row.kind} ×${row.workers}`;
}

/** Return how much is done, from 0 to 1; null if no end is known. */
export function shareOf(progress: IProgress | null): number | null {
  if (!progress?.total || !(progress.done >= 0)) {
    return null;
  }
  return Math.min(progress.done / progress.total, 1);
}

/** Return for how many seconds a run ran, has been running, or has been waiting. */
export function durationOf(row: IRunRow, now: number): number {
  return Math.max((row.ended ?? now) - (row.started ?? row.created), 0);
}

/** Return an estimate of the seconds that remain, once there is enough to judge by. */
export function secondsLeft(row: IRunRow, now: number): number | null {
  const done = shareOf(row.progress);
  const passed = durationOf(row, now);
  if (row.started === null || !done || done >= 1 || passed < 2) {
    return null;
  }
  return (passed * (1 - done)) / done;
}

/** Return `epoch 4/6`; empty if nothing is known. */
export function progressWords(progress: IProgress | null): string {
  if (progress === null || !Number.isFinite(progress.done)) {
    return '';
  }
  const unit = progress.unit && `${progress.unit} `;
  const total = progress.total === null ? '' : `/${formatCount(progress.total)}`;
  return `${unit}${formatCount(progress.done)}${total}`;
}

/** Return what stands in a head: how far, how long, how long still. */
export function facts(row: IRunRow, now: number, trans: ITranslation): string[] {
  if (row.broken) {
    return [];
  }
  const elapsed = formatDuration(durationOf(row, now));
  if (row.state === 'queued') {
    return [trans.__('for %1', elapsed)];
  }
  const attempt = row.attempt > 1 ? [trans.__('attempt %1', row.attempt)] : [];
  if (row.state === 'succeeded' || row.progress === null) {
    return [...attempt, elapsed];
  }
  const done = progressWords(row.progress);
  if (row.state !== 'running') {
    return [...attempt, ...(done ? [done] : []), elapsed];
  }
  const share = shareOf(row.progress);
  const left = secondsLeft(row, now);
  return [
    ...attempt,
    ...(done ? [done] : []),
    ...(share === null ? [] : [formatShare(share)]),
    elapsed,
    ...(left === null ? [] : [trans.__('≈%1 left', THIN + formatLeft(left))])
  ];
}

/** Return the line of code that gives the run, in any notebook of its home. */
export function handleOf(row: Pick<IRunRow, 'id'>): string {
  return `connect().runs.get("${row.id}")`;
}

/** Return how a rank ended, to be read after its name; empty if it has not. */
export function exitWords(rank: IRankStatus, trans: ITranslation): string {
  if (rank.why) {
    return rank.why;
  }
  if (rank.signal !== null) {
    return trans.__('killed by signal %1', rank.signal);
  }
  return rank.code === null ? '' : trans.__('exit code %1', rank.code);
}

/** Return the ranks that a run will have, none of which has started. */
export function ranksToCome(count: number): IRankStatus[] {
  return Array.from({ length: count }, (_, rank) => ({
    rank,
    role: 'worker',
    index: rank,
    restarts: 0,
    pid: 0,
    started: null,
    ended: null,
    code: null,
    signal: null,
    why: '',
    peak: 0
  }));
}

/** Return the shape and colour of one rank. */
export function rankTone(rank: IRankStatus, row: IRunRow): Tone {
  if (rank.ended === null) {
    if (rank.started === null) {
      return 'waiting';
    }
    return row.state === 'running' ? 'running' : 'starting';
  }
  if (rank.rank === row.failed_rank) {
    return 'failed';
  }
  if (rank.code === 0) {
    return 'succeeded';
  }
  return row.failed_rank === null && row.state === 'failed' ? 'failed' : 'stopped';
}

/** Return `cell 4 · 3f9a1c`: where the code comes from and which code it is. */
export function originOf(snapshot: Pick<IRunSnapshot, 'prompt' | 'code_hash'>, trans: ITranslation): string {
  const cell = snapshot.prompt ? trans.__('cell %1', snapshot.prompt) : '';
  return [cell, snapshot.code_hash.slice(0, 6)].filter(Boolean).join(' · ') || MISSING;
}
