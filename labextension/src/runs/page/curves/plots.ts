/**
 * What is known of a metric as a chart.
 */

import { aligned, xRange } from '../../../charts/plot';
import type { IAxis, ILine, IPlot, Range } from '../../../charts/plot';
import { smoothed } from '../../../charts/smoothing';
import { tickWords, ticks, timeTicks, timeWords, wholeTicks } from '../../../charts/ticks';
import { formatDuration, formatMetric, formatStep } from '../../../format';
import type { ITranslation } from '../../../translation';
import type { IMetricSummary, IProgress } from '../../../wire';
import { oneLine } from '../../card/text';
import { best } from '../../metrics';
import type { ICurve } from './model';
import { placesOf, stepsWithin, TIME } from './series';
import type { IBandPoints, IPoints } from './series';
import type { ISettings } from './settings';

/** What charts of one page have in common; it stays the same object while nothing of it changes. */
export interface ICommon {
  /** When the run began, in seconds since the epoch. */
  readonly started: number;
  /** Whether more is to come. */
  readonly isUnfinished: boolean;
  readonly failedRank: number | null;
  readonly settings: ISettings;
  /** The axis at the bottom. */
  readonly axis: string;
  /** A metric that is reported by that count, which tells other metrics where they are; null if none is needed. */
  readonly clock: IPoints | null;
  /** Where the axis ends if all goes by plan; null if nobody knows. */
  readonly planned: number | null;
  /** From the first step to the last of all metrics that count by the axis; null where that is not known. */
  readonly span: Range | null;
}

/** Return what a chart of the metric shows. */
export function plotOf(name: string, curve: ICurve, common: ICommon, trans: ITranslation): IPlot {
  const { settings, axis, planned, isUnfinished } = common;
  const lines = linesOf(name, curve, common, trans);
  const own = xRange(lines, null);
  const all = lines.length > 0 ? aligned(own, common.span) : (common.span ?? own);
  const end = isUnfinished && planned !== null ? planned : all[1];
  const last = Math.max(...lines.map(line => line.x[line.x.length - 1] ?? -Infinity));
  return {
    key: [name, axis, settings.isLog, settings.ranks, settings.range?.join()].join('|'),
    lines,
    isLog: settings.isLog,
    axis: axisOf(axis, trans),
    x: settings.range ?? [all[0], Math.max(all[1], end)],
    plan: isUnfinished && planned !== null && Number.isFinite(last) ? last : null
  };
}

/** Return from where to where metrics go, as far as their sums tell. */
export function spanOf(metrics: Readonly<Record<string, IMetricSummary>>, axis: string): Range | null {
  const steps = Object.values(metrics)
    .filter(metric => metric.axis === axis)
    .flatMap(({ step, min_step: least, max_step: greatest }) => [step, least, greatest])
    .filter(Number.isFinite);
  return steps.length === 0 ? null : xRange([{ x: [Math.min(...steps), Math.max(...steps)] }], null);
}

/** Return an axis at the bottom by what it counts. */
export function axisOf(axis: string, trans: ITranslation): IAxis {
  if (axis === TIME) {
    return {
      name: '',
      ticks: timeTicks,
      words: timeWords,
      value: formatDuration,
      place: value => trans.__('after %1', formatDuration(value))
    };
  }
  return {
    name: axis,
    ticks: axis === 'step' || axis === 'epoch' ? wholeTicks : ticks,
    words: tickWords,
    value: countWords,
    place: value => `${axis} ${countWords(value)}`
  };
}

/** Return a count; between two of them, as where a metric of another count stands, to two decimals. */
function countWords(value: number): string {
  return Number.isInteger(value) ? formatStep(value) : value.toFixed(2);
}

/** Return where the axis ends by plan; null if nobody knows. */
export function plannedEnd(progress: IProgress | null, axis: string): number | null {
  if (!progress?.total) {
    return null;
  }
  const unit = progress.unit.replace(/s$/, '');
  return unit === axis || (unit === 'it' && axis === 'iteration') ? progress.total : null;
}

/** Return the part of a metric's own steps that the reader looks at; null for all. */
export function ownRange(points: IPoints | null, common: ICommon, range: Range | null): Range | null {
  if (points === null || range === null) {
    return null;
  }
  if (points.axis === common.axis) {
    return range;
  }
  const places = placesOf(points, common.axis, common.started, common.clock)(points.steps);
  return stepsWithin(points.steps, places, range);
}

/** Return a chart in one sentence. */
export function sentenceOf(
  name: string,
  summary: IMetricSummary | undefined,
  plot: IPlot,
  common: ICommon,
  trans: ITranslation
): string {
  const parts = [
    trans.__('%1 by %2', oneLine(name, 60), common.axis === TIME ? trans.__('time') : common.axis),
    ...(plot.isLog ? [trans.__('on a logarithmic scale')] : []),
    ...(plot.lines.some(line => line.band)
      ? [trans.__('rank 0 with a band from the least to the greatest of all ranks')]
      : []),
    ...(plot.lines.length > 1 ? [trans._n('%1 rank', '%1 ranks', plot.lines.length)] : [])
  ];
  if (summary === undefined || plot.lines.every(line => line.x.length === 0)) {
    return [...parts, trans.__('no values yet')].join(', ');
  }
  parts.push(
    trans.__('last %1 at %2 %3', formatMetric(summary.last), summary.axis, formatStep(summary.step))
  );
  const peak = best(name, summary);
  if (peak !== null) {
    parts.push(trans.__('best %1 at %2 %3', formatMetric(peak.value), summary.axis, formatStep(peak.step)));
  }
  return parts.join(', ');
}

function linesOf(name: string, curve: ICurve, common: ICommon, trans: ITranslation): ILine[] {
  const { points, band, ranks, detail } = curve;
  if (points === null) {
    return [];
  }
  const { settings } = common;
  const isZoomed = settings.range !== null && detail !== null;
  if (settings.ranks === 'each' && ranks.size > 0) {
    const each = [
      [0, isZoomed ? detail : points] as const,
      ...[...ranks].sort(([one], [other]) => one - other)
    ];
    return each.map(([rank, of], at) => ({
      ...lineOf(`rank ${rank}`, of, points, common),
      name: trans.__('rank %1', rank),
      label: each.length <= 8 ? trans.__('rank %1', rank) : '',
      colour: each.length > 8 && rank !== common.failedRank ? 0 : (at % 8) + 1,
      isDashed: at > 3,
      isBold: rank === common.failedRank
    }));
  }
  const line = lineOf(name, isZoomed ? detail : points, points, common);
  return [band === null ? line : { ...line, band: bandOf(band, points, common) }];
}

function lineOf(key: string, points: IPoints, whole: IPoints, common: ICommon): ILine {
  const { settings } = common;
  const places = placesOf(
    points.times.length > 0 ? points : whole,
    common.axis,
    common.started,
    common.clock
  );
  const isSmooth = settings.smoothing > 0 && points.values.length > 2;
  return {
    key,
    name: oneLine(key, 60),
    label: '',
    colour: 1,
    isBold: false,
    x: places(points.steps),
    y: isSmooth ? smoothed(points.values, settings.smoothing) : points.values,
    raw: isSmooth ? points.values : null,
    band: null
  };
}

function bandOf(band: IBandPoints, whole: IPoints, common: ICommon): ILine['band'] {
  const { smoothing } = common.settings;
  const isSmooth = smoothing > 0 && band.low.length > 2;
  const shown = (values: readonly number[]): readonly number[] =>
    isSmooth ? smoothed(values, smoothing) : values;
  return {
    x: placesOf(whole, common.axis, common.started, common.clock)(band.steps),
    low: shown(band.low),
    high: shown(band.high)
  };
}
