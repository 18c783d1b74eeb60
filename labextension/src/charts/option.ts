/**
 * A plot in the words of ECharts.
 */

import type { EChartsCoreOption } from 'echarts/core';

import { scaled, within } from './plot';
import type { IBandOf, ILine, IPlot, Range } from './plot';
import { nearest } from './smoothing';
import { colourOf } from './theme';
import type { IPalette } from './theme';
import { labelsOf, logTicks, ticks } from './ticks';

/** The room around what is drawn, in pixels. */
export interface IMargins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What is drawn, and how large. */
export interface IFrame {
  readonly width: number;
  readonly height: number;
  readonly x: Range;
  /** In powers of ten where the scale is logarithmic; null while there is nothing. */
  readonly y: Range | null;
  readonly margins: IMargins;
}

type Serie = Record<string, unknown>;

const FONT_SIZE = 10.8;
/** About how wide a character of that size is. */
const CHARACTER = 6.2;
const TOP = 10;
const BOTTOM = 22;

/** Return how a plot fits into so many pixels. */
export function frameOf(plot: IPlot, x: Range, y: Range | null, width: number, height: number): IFrame {
  const left =
    y === null ? 28 : 12 + CHARACTER * Math.max(...yLabels(plot, yTicks(plot, y, height)).map(length), 2);
  const axisName = 26 + (CHARACTER + 0.4) * plot.axis.name.length;
  const labels = plot.lines.map(line => labelRoom(line, x, width - left));
  const right = Math.min(Math.max(axisName, ...labels, 16), width / 2);
  return { width, height, x, y, margins: { left, right, top: TOP, bottom: BOTTOM } };
}

/** Return what ECharts is to draw. */
export function optionOf(plot: IPlot, frame: IFrame, palette: IPalette): EChartsCoreOption {
  const { margins, x, y, width, height } = frame;
  const xTicks = plot.axis.ticks(
    x[0],
    x[1],
    Math.max(2, Math.floor((width - margins.left - margins.right) / 70))
  );
  const label = { color: palette.muted, fontSize: FONT_SIZE, fontFamily: palette.font };
  return {
    animation: false,
    grid: { ...margins, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      min: x[0],
      max: x[1],
      name: plot.axis.name,
      nameLocation: 'end',
      nameGap: 6,
      nameTextStyle: { ...label, align: 'left', verticalAlign: 'top', padding: [7, 0, 0, 0] },
      axisLine: { show: true, onZero: false, lineStyle: { color: palette.axis } },
      axisTick: { show: true, length: 3, customValues: xTicks, lineStyle: { color: palette.axis } },
      axisLabel: {
        ...label,
        customValues: xTicks,
        formatter: (value: number) => plot.axis.words(value),
        hideOverlap: true,
        margin: 6
      },
      splitLine: { show: false }
    },
    yAxis: yAxis(plot, y, height, palette, label),
    series: y === null ? planOnly(plot, x, palette) : seriesOf(plot, frame, palette)
  };
}

function yAxis(plot: IPlot, y: Range | null, height: number, palette: IPalette, label: object): object {
  const marks = y === null ? [0, 0.25, 0.5, 0.75, 1] : yTicks(plot, y, height);
  const labels = yLabels(plot, marks);
  return {
    type: 'value',
    min: y?.[0] ?? 0,
    max: y?.[1] ?? 1,
    axisLine: { show: false },
    axisTick: { show: false, customValues: marks },
    axisLabel: {
      ...label,
      show: y !== null,
      customValues: marks,
      formatter: (value: number) => labels[nearest(marks, value)] ?? '',
      margin: 6
    },
    splitLine: { show: true, lineStyle: { color: palette.grid, width: 1 } }
  };
}

function seriesOf(plot: IPlot, frame: IFrame, palette: IPalette): Serie[] {
  const { lines, isLog } = plot;
  const bands = lines.flatMap(line => (line.band ? [bandOf(line.band, line, plot, frame, palette)] : []));
  const raws = lines.flatMap(line =>
    line.raw ? [curve(line, line.raw, plot, frame, palette, { width: 1, opacity: 0.26 })] : []
  );
  const quiet = lines.filter(line => line.isQuiet);
  const loud = lines.filter(line => !line.isQuiet);
  const smooth = [...quiet, ...loud].map(line =>
    curve(line, line.y, plot, frame, palette, {
      width: line.isBold ? 2.25 : line.isQuiet ? 1 : 1.5,
      type: line.isDashed ? [4, 2] : 'solid',
      ...(line.isQuiet ? { opacity: 0.6 } : {})
    })
  );
  const ends = endsOf(loud, frame, isLog, palette);
  return [...planOnly(plot, frame.x, palette), ...bands, ...raws, ...smooth, ...ends];
}

/** Shade what is but planned. */
function planOnly(plot: IPlot, x: Range, palette: IPalette): Serie[] {
  if (plot.plan === null || plot.plan >= x[1]) {
    return [];
  }
  const from = Math.max(plot.plan, x[0]);
  return [
    {
      type: 'line',
      data: [],
      silent: true,
      markArea: {
        silent: true,
        itemStyle: { color: palette.plan, opacity: 0.65 },
        data: [[{ xAxis: from }, { xAxis: x[1] }]]
      }
    }
  ];
}

function curve(
  line: ILine,
  values: readonly number[],
  plot: IPlot,
  frame: IFrame,
  palette: IPalette,
  style: object
): Serie {
  const color = colourOf(palette, line.colour);
  const [first, after] = within(line.x, frame.x);
  const points: [number, number][] = [];
  for (let at = first; at < after; at++) {
    points.push([line.x[at] ?? NaN, scaled(values[at] ?? NaN, plot.isLog)]);
  }
  // A lone point would be no line at all.
  const lone = points.map((_, at) => isLone(points, at));
  const data = points.map((value, at) => (lone[at] ? { value, symbol: 'circle' } : value));
  return {
    type: 'line',
    data,
    silent: true,
    showSymbol: lone.includes(true),
    symbol: 'none',
    symbolSize: 4,
    clip: true,
    color,
    lineStyle: { color, join: 'round', ...style },
    emphasis: { disabled: true }
  };
}

/** Say whether nothing stands on either side of a point. */
function isLone(points: readonly (readonly [number, number])[], at: number): boolean {
  const stands = (place: number): boolean => Number.isFinite(points[place]?.[1]);
  return stands(at) && !stands(at - 1) && !stands(at + 1);
}

/** Mark where lines end, and say there what they are. */
function endsOf(lines: readonly ILine[], frame: IFrame, isLog: boolean, palette: IPalette): Serie[] {
  const ends = lines.flatMap(line => endOf(line, frame, isLog));
  const labelled = ends.filter(({ line }) => line.label !== '');
  const moved = new Map<IEnd, number>();
  for (const beside of besideEachOther(labelled, frame)) {
    const places = apart(
      beside.map(({ pixel }) => pixel),
      frame.margins.top,
      frame.height - frame.margins.bottom
    );
    beside.forEach((end, at) => moved.set(end, (places[at] ?? end.pixel) - end.pixel));
  }
  return ends.map(end => endSerie(end, moved.get(end) ?? 0, palette));
}

/** Ends that are nearer than that have labels which would touch, in pixels. */
const BESIDE = 90;

/** Return ends in groups whose labels would touch if they were at one height: a line that stops early stands alone. */
function besideEachOther(ends: readonly IEnd[], { x, width, margins }: IFrame): IEnd[][] {
  const scale = (width - margins.left - margins.right) / (x[1] - x[0]);
  const groups: IEnd[][] = [];
  for (const end of [...ends].sort((one, other) => one.place[0] - other.place[0])) {
    const last = groups[groups.length - 1];
    const before = last?.[last.length - 1];
    if (last !== undefined && before !== undefined && (end.place[0] - before.place[0]) * scale < BESIDE) {
      last.push(end);
    } else {
      groups.push([end]);
    }
  }
  return groups;
}

interface IEnd {
  readonly line: ILine;
  readonly place: readonly [number, number];
  /** From above. */
  readonly pixel: number;
}

function endOf(line: ILine, { x: range, y: values, margins, height }: IFrame, isLog: boolean): IEnd[] {
  const at = lastShown(line, isLog);
  const x = line.x[at];
  const y = scaled(line.y[at] ?? NaN, isLog);
  if (x === undefined || values === null || x < range[0] || x > range[1] || y > values[1] || y < values[0]) {
    return [];
  }
  const share = (values[1] - y) / (values[1] - values[0]);
  const pixel = margins.top + share * (height - margins.top - margins.bottom);
  return [{ line, place: [x, y], pixel }];
}

function endSerie({ line, place }: IEnd, shift: number, palette: IPalette): Serie {
  const color = colourOf(palette, line.colour);
  return {
    type: 'line',
    data: [place],
    silent: true,
    clip: false,
    symbol: 'circle',
    symbolSize: 5,
    itemStyle: { color },
    emphasis: { disabled: true },
    label: {
      show: line.label !== '',
      position: 'right',
      distance: 5,
      offset: [0, shift],
      formatter: `{key|${line.isDashed ? '╌' : '━'}} {name|${line.label.replace(/[{}|]/g, '')}}`,
      rich: {
        key: { color, fontSize: 9 },
        name: { color: palette.text, fontSize: FONT_SIZE, fontFamily: palette.font }
      }
    }
  };
}

/** Return places, in the same order, moved so that no two are nearer than a line of text is high. */
export function apart(places: readonly number[], top: number, bottom: number, gap = 13): number[] {
  const order = places.map((_, at) => at).sort((one, other) => (places[one] ?? 0) - (places[other] ?? 0));
  const moved = [...places];
  // Down from the top, then up from the bottom where there is no room left.
  let least = top;
  for (const at of order) {
    moved[at] = Math.max(moved[at] ?? 0, least);
    least = (moved[at] ?? 0) + gap;
  }
  let most = bottom;
  for (const at of order.reverse()) {
    moved[at] = Math.min(moved[at] ?? 0, most);
    most = (moved[at] ?? 0) - gap;
  }
  return moved;
}

function bandOf(band: IBandOf, line: ILine, plot: IPlot, frame: IFrame, palette: IPalette): Serie {
  const [first, after] = within(band.x, frame.x);
  const outline: [number, number][] = [];
  const add = (at: number, values: readonly number[]): void => {
    const y = scaled(values[at] ?? NaN, plot.isLog);
    if (Number.isFinite(y)) {
      outline.push([band.x[at] ?? NaN, y]);
    }
  };
  for (let at = first; at < after; at++) {
    add(at, band.high);
  }
  for (let at = after - 1; at >= first; at--) {
    add(at, band.low);
  }
  return {
    type: 'custom',
    data: [[frame.x[0], frame.y?.[0] ?? 0]],
    silent: true,
    clip: true,
    renderItem: (_: unknown, api: { coord(place: [number, number]): [number, number] }) => ({
      type: 'polygon',
      shape: { points: outline.map(place => api.coord(place)) },
      style: { fill: colourOf(palette, line.colour), opacity: 0.18 }
    })
  };
}

/** Return the place of the last value that can be shown; -1 if there is none. */
export function lastShown(line: ILine, isLog: boolean): number {
  let at = line.y.length - 1;
  while (at >= 0 && Number.isNaN(scaled(line.y[at] ?? NaN, isLog))) {
    at--;
  }
  return at;
}

function yTicks(plot: IPlot, [low, high]: Range, height: number): number[] {
  const about = Math.max(2, Math.floor((height - TOP - BOTTOM) / 36));
  return plot.isLog ? logTicks(low, high, about) : ticks(low, high, about);
}

function yLabels(plot: IPlot, marks: readonly number[]): string[] {
  return labelsOf(plot.isLog ? marks.map(mark => rounded(10 ** mark)) : marks);
}

/** Return how much room a label needs to the right of the axis. */
function labelRoom(line: ILine, [low, high]: Range, plotWidth: number): number {
  if (!line.label) {
    return 0;
  }
  const last = line.x[line.x.length - 1] ?? low;
  const rest = (1 - Math.min(Math.max((last - low) / (high - low), 0), 1)) * plotWidth * 0.8;
  return Math.max(26 + CHARACTER * line.label.length - rest, 0);
}

function length(text: string): number {
  return text.length;
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
