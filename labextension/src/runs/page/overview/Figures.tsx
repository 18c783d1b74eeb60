/**
 * The few numbers that tell most.
 */

import type { JSX } from 'react';

import { formatMetric, formatShare, formatSize } from '../../../format';
import { useTranslation } from '../../../translation';
import type { ITranslation } from '../../../translation';
import type { IRunSnapshot, ISamples } from '../../../wire';
import { bestWords } from '../../card/telling';
import { oneLine } from '../../card/text';
import { keyNames } from '../../metrics';
import { nameOf, paces } from '../../ranks';

interface IFigure {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

/** Show the key metrics, and what the processes use. */
export function Figures({
  snapshot,
  samples
}: {
  snapshot: IRunSnapshot;
  samples: ISamples | null;
}): JSX.Element | null {
  const trans = useTranslation();
  const figures = [...metricFigures(snapshot, trans), ...useFigures(snapshot, samples, trans)];
  return figures.length === 0 ? null : (
    <dl className="jm-Figures">
      {figures.map(({ name, value, note }) => (
        <div key={name}>
          <dt className="jm-ellipsis" title={name}>
            {name}
          </dt>
          <dd className="jm-Figures-value jm-num">{value}</dd>
          <dd className="jm-small jm-muted jm-num jm-ellipsis">{note || '\u00a0'}</dd>
        </div>
      ))}
    </dl>
  );
}

function metricFigures({ row }: IRunSnapshot, trans: ITranslation): IFigure[] {
  return keyNames(row.metrics, 3).flatMap(name => {
    const summary = row.metrics[name];
    return summary === undefined
      ? []
      : [
          {
            name: oneLine(name, 60),
            value: formatMetric(summary.last),
            note: bestWords(name, summary, trans)
          }
        ];
  });
}

function useFigures(snapshot: IRunSnapshot, samples: ISamples | null, trans: ITranslation): IFigure[] {
  const { usage, ranks, row } = snapshot;
  const pace = row.ended === null ? paceFigure(snapshot, trans) : [];
  const now = usage.flatMap(({ cpu }) => (cpu === null || !Number.isFinite(cpu) ? [] : [cpu]));
  if (row.ended === null && now.length > 0) {
    const memory = Math.max(...usage.map(used => used.memory ?? 0));
    return [
      ...pace,
      {
        name: trans.__('CPU use'),
        value: formatShare(mean(now) / 100),
        note: trans._n('of a core, %2', 'of a core each, up to %2', now.length, formatSize(memory))
      }
    ];
  }
  if (pace.length > 0) {
    return pace;
  }
  const peak = Math.max(0, ...ranks.map(rank => rank.peak));
  if (peak === 0) {
    return [];
  }
  const cpu = (samples?.ranks ?? []).flatMap(rank => rank.cpu);
  const busy = cpu.length > 0 ? trans.__('%1 of a core on average', formatShare(mean(cpu))) : '';
  return [{ name: trans.__('Peak memory'), value: formatSize(peak), note: busy }];
}

function paceFigure({ usage, ranks }: IRunSnapshot, trans: ITranslation): IFigure[] {
  const known = usage.filter(used => used.rate !== null);
  const write = paces(known);
  const [first] = known;
  if (write === null || first === undefined) {
    return [];
  }
  const rates = known.map(({ rate }) => rate ?? 0);
  const slowest = known[rates.indexOf(Math.min(...rates))] ?? first;
  const who = nameOf(slowest.rank, ranks, trans);
  const isSlower = (slowest.rate ?? 0) < 0.95 * (first.rate ?? 0);
  const note = isSlower ? trans.__('slowest %1, %2', write(slowest.rate ?? 0), who) : '';
  return [{ name: trans.__('Steps/s'), value: write(first.rate ?? 0), note }];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
