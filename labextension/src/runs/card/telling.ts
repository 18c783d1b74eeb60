/**
 * What a card tells of a run, in words and numbers; the twin of the kernel's `cards/words.py`.
 */

import { formatCount, formatDuration, formatMetric, formatSize, formatStep } from '../../format';
import type { ITranslation } from '../../translation';
import type { IMetricSummary, IRunRow, IRunSnapshot } from '../../wire';
import { best } from '../metrics';
import { handleOf } from '../words';
import { oneLine } from './text';

/** A name and what stands beside it. */
export type Pair = readonly [string, string];

const LABEL = /^[A-Za-z][A-Za-z0-9_-]*$/;

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
  const { row, resources, limits, processes } = snapshot;
  const rows: (Pair | null)[] = [
    [trans.__('kind'), oneLine(row.kind, 20)],
    [trans.__('workers'), formatCount(row.workers)],
    processes.slots > 1 ? [trans.__('processes in each'), formatCount(processes.slots)] : null,
    processes.chief ? [trans.__('chief'), trans.__('the first worker')] : null,
    processes.ps > 0 ? [trans.__('parameter servers'), formatCount(processes.ps)] : null,
    row.kind === 'mxnet' ? [trans.__('servers'), formatCount(processes.servers)] : null,
    processes.evaluator ? [trans.__('evaluator'), '1'] : null,
    resources.cpus === null ? null : [trans.__('CPUs each'), shortNumber(resources.cpus)],
    resources.memory === null ? null : [trans.__('memory each'), formatSize(resources.memory)],
    resources.gpus ? [trans.__('GPUs each'), formatCount(resources.gpus)] : null,
    limits.timeout === null ? null : [trans.__('ends itself after'), formatDuration(limits.timeout)],
    limits.retries ? [trans.__('retries'), formatCount(limits.retries)] : null,
    limits.restart === 'never' ? null : [trans.__('started again alone'), restartWords(limits.restart, trans)]
  ];
  return rows.filter(row => row !== null);
}

function restartWords(restart: string, trans: ITranslation): string {
  return restart === 'exit-code' ? trans.__('after a code from 128 on') : trans.__('after a failure');
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

function singular(unit: string): string {
  return unit.replace(/s+$/, '');
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
