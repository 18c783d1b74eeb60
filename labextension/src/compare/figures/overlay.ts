/**
 * One metric of many runs as a chart.
 */

import type { ILine, IPlot } from '../../charts/plot';
import { xRange } from '../../charts/plot';
import { smoothed } from '../../charts/smoothing';
import { formatMetric } from '../../format';
import { oneLine } from '../../runs/card/text';
import { axisOf } from '../../runs/page/curves/plots';
import { pointsOf, TIME } from '../../runs/page/curves/series';
import type { ITranslation } from '../../translation';
import type { ICompared } from '../../wire';
import { isDashed } from '../colours';
import type { CompareCurves, IRunCurve } from '../curves';

/** What is drawn, and how. */
export interface IOverlayOf {
  readonly metric: string;
  readonly runs: readonly ICompared[];
  readonly curves: CompareCurves;
  readonly colours: ReadonlyMap<string, number>;
  readonly a: string;
  readonly b: string;
  readonly selected: ReadonlySet<string>;
  readonly isByTime: boolean;
  readonly isLog: boolean;
  readonly smoothing: number;
}

/** So many lines may be smoothed with what they were behind them: more could not be told apart. */
const FEW = 8;

/** Return the chart. */
export function overlayPlot(of: IOverlayOf, trans: ITranslation): IPlot {
  const { metric, runs, curves, colours, isByTime, isLog } = of;
  const found = runs.flatMap(run => {
    const curve = curves.of(metric, run.row.id);
    return curve === undefined || curve.series.steps.length === 0 ? [] : [{ run, curve }];
  });
  const axis = isByTime ? TIME : (found[0]?.curve.series.axis ?? 'step');
  const isMany = colours.size < runs.length;
  const lines = found.map(({ run, curve }) => lineOf(run, curve, of, isMany));
  return {
    key: [metric, axis, isLog, of.smoothing].join('|'),
    lines,
    isLog,
    axis: axisOf(axis, trans),
    x: xRange(lines, null),
    plan: null
  };
}

/** Return the chart in one sentence. */
export function overlaySentence(plot: IPlot, { metric, isByTime }: IOverlayOf, trans: ITranslation): string {
  const head = trans.__(
    '%1 by %2 of %3',
    oneLine(metric, 60),
    isByTime ? trans.__('time') : plot.axis.name,
    trans._n('%1 run', '%1 runs', plot.lines.length)
  );
  const told = plot.lines.filter(line => !line.isQuiet).slice(0, 8);
  const ends = told.map(line =>
    trans.__('%1 ends at %2', line.name, formatMetric((line.raw ?? line.y)[line.y.length - 1]))
  );
  return [head, ...ends].join('; ');
}

/** Return what a run is called in charts: its name, and which of the two it is. */
export function runName({ row }: ICompared, a: string, b: string): string {
  const name = oneLine(row.name, 40) + (row.trial === null ? '' : `/${row.trial}`);
  return row.id === a ? `${name} A` : row.id === b ? `${name} B` : name;
}

function lineOf(run: ICompared, curve: IRunCurve, of: IOverlayOf, isMany: boolean): ILine {
  const { colours, a, b, selected, smoothing, isByTime, metric } = of;
  const { id } = run.row;
  const points = pointsOf(curve.series);
  const colour = colours.get(id) ?? 0;
  const isQuiet = isMany && colour === 0;
  const isSmooth = smoothing > 0 && points.values.length > 2;
  const name = runName(run, a, b);
  return {
    key: id,
    name,
    label: isQuiet ? '' : `${name} ${formatMetric(run.row.metrics[metric]?.last)}`,
    colour,
    isDashed: isDashed(colour),
    isBold: selected.size > 0 ? selected.has(id) : id === a,
    isQuiet,
    x: isByTime ? points.times.map(time => time - curve.start) : points.steps,
    y: isSmooth ? smoothed(points.values, smoothing) : points.values,
    raw: isSmooth && !isQuiet && colours.size <= FEW ? points.values : null
  };
}
