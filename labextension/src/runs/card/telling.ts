/**
 * What a card tells of a run, in words and numbers; the twin of the kernel's `cards/words.py` and `cards/ranks.py`.
 */

import { formatCount, formatDuration, formatMetric, formatShare, formatSize, formatStep } from '../../format';
import type { ITranslation } from '../../translation';
import type { IMetricSummary, IRankStatus, IRankUsage, IRunRow, IRunSnapshot } from '../../wire';
import { best } from '../metrics';
import { handleOf } from '../words';
import { oneLine } from './text';

/** A name and what stands beside it. */
export type Pair = readonly [string, string];

const LABEL = /^[A-Za-z][A-Za-z0-9_-]*$/;
const DASH = '–';
/** From which ratio on two ranks differ. */
const ODD = 1.6;

/** Return the expression by which a notebook reaches the run. */
export function expressionOf(snapshot: IRunSnapshot): string {
  const { name } = snapshot.row;
  return snapshot.variable || (LABEL.test(name) ? name.replaceAll('-', '_') : handleOf(snapshot.row));
}

/** Return `1st`, `2nd`, `3rd`, … */
export function ordinal(number: number): string {
  const isTeen = number % 100 >= 11 && number % 100 <= 13;
  const ending = isTeen ? undefined : ['th', 'st', 'nd', 'rd'][number % 10];
  return `${number}${ending ?? 'th'}`;
}

/** Return the parameters to show. */
export function parameters(row: IRunRow, longest = 24): Pair[] {
  return Object.entries(row.params).map(([name, value]) => [
    oneLine(name, longest),
    oneLine(typeof value === 'number' ? shortNumber(value) : String(value), longest)
  ]);
}

/** Return what the run asked for. */
export function asked(snapshot: IRunSnapshot, trans: ITranslation): Pair[] {
  const { resources, limits } = snapshot;
  const rows: (Pair | null)[] = [
    [trans.__('processes'), formatCount(snapshot.row.workers)],
    resources.cpus === null ? null : [trans.__('CPUs each'), shortNumber(resources.cpus)],
    resources.memory === null ? null : [trans.__('memory each'), formatSize(resources.memory)],
    resources.gpus ? [trans.__('GPUs each'), formatCount(resources.gpus)] : null,
    limits.timeout === null ? null : [trans.__('ends itself after'), formatDuration(limits.timeout)],
    limits.retries ? [trans.__('retries'), formatCount(limits.retries)] : null
  ];
  return rows.filter(row => row !== null);
}

/** Return `best 0.964 at epoch 3`; empty where no way is better or the last point is the only one. */
export function bestWords(name: string, summary: IMetricSummary, trans: ITranslation): string {
  const found = best(name, summary);
  return found === null
    ? ''
    : trans.__(
        'best %1 at %2 %3',
        formatMetric(found.value),
        oneLine(summary.axis, 20),
        formatStep(found.step)
      );
}

/** Return what a chart shows, as a sentence for each metric. */
export function chartSentence(names: readonly string[], row: IRunRow, trans: ITranslation): string {
  return names.map(name => metricSentence(name, row.metrics[name], trans)).join(' ');
}

function metricSentence(name: string, summary: IMetricSummary | undefined, trans: ITranslation): string {
  const shown = oneLine(name, 60);
  if (summary === undefined) {
    return trans.__('%1: no value yet.', shown);
  }
  const note = bestWords(name, summary, trans);
  const now = trans.__(
    '%1 by %2: now %3 at %4',
    shown,
    oneLine(summary.axis, 20),
    formatMetric(summary.last),
    formatStep(summary.step)
  );
  return `${now}${note && ', '}${note}.`;
}

/** Return the last planned step on an axis, if the progress counts that axis; null if nothing is planned. */
export function plannedStep(row: IRunRow, axis: string): number | null {
  const { progress } = row;
  if (!progress?.total || row.state === 'succeeded') {
    return null;
  }
  return singular(progress.unit) === singular(axis) ? progress.total : null;
}

/** Return `rank 2`, with the role where it is not the usual one. */
export function rankName(rank: IRankStatus, trans: ITranslation): string {
  const role = oneLine(rank.role, 20);
  const name = trans.__('rank %1', rank.rank);
  return role === '' || role === 'worker' ? name : `${name} (${role})`;
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

/** Which rank does much less, or much more, than the others. */
export interface IOdd {
  readonly rank: number;
  readonly sentence: string;
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

/** Return the last lines of a log; where it stands rank by rank, each rank has its share. */
export function lastLines(log: readonly (readonly [number, string])[], most: number): [number, string][] {
  const ranks = [...new Set(log.map(([rank]) => rank))];
  const isInOrder = log.every(([rank], at) => at === 0 || rank >= (log[at - 1]?.[0] ?? 0));
  if (ranks.length < 2 || !isInOrder) {
    return log.slice(-most).map(([rank, text]) => [rank, text]);
  }
  return ranks.flatMap((rank, at) => {
    const room = Math.floor(most / ranks.length) + (at < most % ranks.length ? 1 : 0);
    const lines = log.filter(([of]) => of === rank);
    return lines
      .slice(lines.length - Math.min(room, lines.length))
      .map(([of, text]): [number, string] => [of, text]);
  });
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

function singular(unit: string): string {
  return unit.replace(/s+$/, '');
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

/** Return the middle of values that differ little; null if they do not, or are less than two. */
function agreed(values: readonly number[]): number | null {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.length > 1 && ratio(low, high) <= ODD ? (low + high) / 2 : null;
}

function ratio(one: number, other: number): number {
  return Math.max(one, other) / Math.max(Math.min(one, other), 1);
}
