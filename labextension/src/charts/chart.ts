/**
 * A chart on screen: ECharts draws the curves, and this what moves above them.
 */

import type { IDisposable } from '@lumino/disposable';

import { formatMetric } from '../format';
import type { Cursor } from './cursor';
import type { ECharts } from './engine';
import { frameOf, lastShown, optionOf } from './option';
import type { IFrame } from './option';
import { scaled, within, yRange } from './plot';
import type { ILine, IPlot, Range } from './plot';
import { interpolated, nearest } from './smoothing';
import { inTurn, noMore } from './turns';
import { colourOf, onTheme, paletteOf } from './theme';
import type { IPalette } from './theme';

/** What a chart tells. */
export interface IChartHandlers {
  /** A range was dragged over. */
  onZoom?(range: Range): void;
  /** All is to be seen again. */
  onReset?(): void;
  /** A line was clicked, by its key; null: none. */
  onPick?(key: string | null, isMore: boolean): void;
  /** The pointer is over a line, by its key; null: none. */
  onHover?(key: string | null): void;
}

/** Less than that is a click, not a range, in pixels. */
const DRAG = 5;

/** A line is pointed at from that near, in pixels. */
const NEAR = 8;

/** So many lines at most are told of under the cursor. */
const TOLD = 10;

/** Draws a plot into an element, and follows its size and the theme. */
export class Chart implements IDisposable {
  constructor(
    private readonly _host: HTMLElement,
    private readonly _cursor: Cursor,
    private readonly _handlers: IChartHandlers
  ) {
    this._canvas = child(_host, 'jm-Chart-canvas');
    this._over = child(_host, 'jm-Chart-over');
    this._line = child(this._over, 'jm-Chart-cursor');
    this._brush = child(this._over, 'jm-Chart-brush');
    this._mark = child(this._over, 'jm-Chart-mark');
    this._tip = child(_host, 'jm-Tip');
    this._line.hidden = this._brush.hidden = this._tip.hidden = true;
    this._palette = paletteOf(_host);
    this._theme = onTheme(() => {
      this._palette = paletteOf(_host);
      inTurn(this._redraw);
    });
    this._sizes = new ResizeObserver(() => this._resize());
    this._sizes.observe(_host);
    this._cursor.changed.connect(this._point, this);
    this._listen();
    void this._load();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    noMore(this._redraw);
    cancelAnimationFrame(this._moving);
    this._cursor.leave(this);
    this._cursor.changed.disconnect(this._point, this);
    this._theme.dispose();
    this._sizes.disconnect();
    this._echarts?.dispose();
    this._host.replaceChildren();
  }

  /** Show a plot. While the pointer is over the chart its axes stay as they are. */
  show(plot: IPlot): void {
    this._plot = plot;
    inTurn(this._redraw);
  }

  /** Move the cursor by so many points of the first line, from where it is or from the end. */
  step(by: number): void {
    const line = this._longest();
    if (line === null) {
      return;
    }
    const x = this._cursor.x;
    const from = x === null ? (by > 0 ? -1 : line.x.length) : nearest(line.x, x);
    const at = Math.min(Math.max(from + by, 0), line.x.length - 1);
    this._cursor.point(line.x[at] ?? 0, this);
  }

  /** Let one line stand out, by its key. */
  highlight(key: string | null): void {
    this._key = key;
    this._showMark();
  }

  /** Point nowhere. */
  leave(): void {
    this._cursor.leave(this);
  }

  /** Show less, around the cursor, or more. */
  zoom(factor: number): void {
    if (this._frame === null) {
      return;
    }
    const [low, high] = this._frame.x;
    const middle = this._cursor.x ?? (low + high) / 2;
    this._handlers.onZoom?.([middle - (middle - low) * factor, middle + (high - middle) * factor]);
  }

  /** Return what is said of the place that the cursor is at. */
  words(): string {
    const x = this._cursor.x;
    if (x === null || this._plot === null) {
      return '';
    }
    const told = this._plot.lines.filter(line => !line.isQuiet).slice(0, TOLD);
    const values = told.map(line => `${line.name} ${formatMetric(valueAt(line, x))}`);
    return [this._plot.axis.place(x), ...values].join(', ');
  }

  /** Return the chart as a picture. */
  picture(): string | null {
    return this._echarts?.getDataURL({ pixelRatio: 2, backgroundColor: this._palette.background }) ?? null;
  }

  private async _load(): Promise<void> {
    const { init } = await import('./engine');
    if (!this._isDisposed) {
      this._init = () => init(this._canvas, null, { renderer: 'canvas' });
      inTurn(this._redraw);
    }
  }

  private _resize(): void {
    const { clientWidth: width, clientHeight: height } = this._host;
    if (width > 0 && height > 0 && (width !== this._frame?.width || height !== this._frame.height)) {
      this._echarts?.resize({ width, height });
      inTurn(this._redraw);
    }
  }

  private _draw(): void {
    const { clientWidth: width, clientHeight: height } = this._host;
    if (this._plot === null || this._init === null || width === 0 || height === 0) {
      return;
    }
    this._echarts ??= this._init();
    const plot = this._plot;
    const isKept = this._isOver && plot.key === this._drawnKey && this._frame?.y != null;
    this._isKept = isKept;
    const x = isKept && this._frame ? this._frame.x : plot.x;
    const y = isKept && this._frame ? this._frame.y : yRange(plot.lines, x, plot.isLog, plot.isFromZero);
    this._drawnKey = plot.key;
    this._frame = frameOf(plot, x, y, width, height);
    this._echarts.setOption(optionOf(plot, this._frame, this._palette), { notMerge: true, silent: true });
    this._point();
    this._showMark();
  }

  private _listen(): void {
    const over = this._over;
    over.addEventListener('pointerenter', () => {
      this._isOver = true;
    });
    over.addEventListener('pointerleave', () => {
      this._isOver = false;
      cancelAnimationFrame(this._moving);
      this._near(null);
      this._cursor.leave(this);
      if (this._isKept) {
        inTurn(this._redraw);
      }
    });
    over.addEventListener('pointermove', event => {
      const { offsetX: x, offsetY: y } = event;
      cancelAnimationFrame(this._moving);
      this._moving = requestAnimationFrame(() => this._move(x, y));
    });
    over.addEventListener('pointerdown', event => {
      if (event.button === 0 && (this._handlers.onZoom || this._handlers.onPick)) {
        this._drag = { from: event.offsetX, to: event.offsetX };
        over.setPointerCapture(event.pointerId);
      }
    });
    over.addEventListener('pointerup', event => this._drop(event));
    over.addEventListener('pointercancel', () => this._endDrag());
    over.addEventListener('dblclick', () => this._handlers.onReset?.());
  }

  private _move(at: number, y: number): void {
    if (this._drag !== null) {
      this._drag.to = at;
      if (this._handlers.onZoom) {
        this._showBrush(this._drag.from, this._drag.to);
      }
      return;
    }
    if (this._handlers.onHover) {
      this._near(this._find(at, y)?.key ?? null);
    }
    const line = this._longest();
    const x = this._valueOf(at);
    const near = line === null ? -1 : nearest(line.x, x);
    this._cursor.point(line?.x[near] ?? x, this);
  }

  private _drop(event: PointerEvent): void {
    const drag = this._drag;
    this._endDrag();
    if (drag !== null && Math.abs(event.offsetX - drag.from) > DRAG) {
      const ends = [this._valueOf(drag.from), this._valueOf(event.offsetX)] as const;
      this._handlers.onZoom?.([Math.min(...ends), Math.max(...ends)]);
    } else if (drag !== null) {
      const isMore = event.ctrlKey || event.metaKey || event.shiftKey;
      this._handlers.onPick?.(this._find(event.offsetX, event.offsetY)?.key ?? null, isMore);
    }
  }

  private _near(key: string | null): void {
    if (key !== this._told) {
      this._told = key;
      this._handlers.onHover?.(key);
    }
  }

  /** Return the line at a place; null if none is near. */
  private _find(pixel: number, y: number): ILine | null {
    const frame = this._frame;
    if (this._plot === null || frame?.y == null) {
      return null;
    }
    const x = this._valueOf(pixel);
    let best: ILine | null = null;
    let least = NEAR;
    for (const line of this._plot.lines) {
      const [first = Infinity, last = -Infinity] = [line.x[0], line.x[line.x.length - 1]];
      const value = x < first || x > last ? NaN : interpolated(line.x, line.y, x);
      const distance =
        Math.abs(heightOf(scaled(value, this._plot.isLog), frame) - y) + (line.isQuiet ? 2 : 0);
      if (distance < least) {
        [best, least] = [line, distance];
      }
    }
    return best;
  }

  private _showMark(): void {
    const frame = this._frame;
    const line = this._plot?.lines.find(each => each.key === this._key);
    this._mark.replaceChildren();
    if (this._plot === null || line === undefined || frame?.y == null) {
      return;
    }
    const [first, after] = within(line.x, frame.x);
    const points: string[] = [];
    for (let at = first; at < after; at++) {
      const y = heightOf(scaled(line.y[at] ?? NaN, this._plot.isLog), frame);
      if (Number.isFinite(y)) {
        points.push(`${this._pixelOf(line.x[at] ?? 0).toFixed(1)},${y.toFixed(1)}`);
      }
    }
    const colour = line.isQuiet ? this._palette.text : colourOf(this._palette, line.colour);
    this._mark.append(polyline(points, colour, this._palette.background));
  }

  private _endDrag(): void {
    this._drag = null;
    this._brush.hidden = true;
  }

  private _showBrush(from: number, to: number): void {
    const [left, right] = [Math.min(from, to), Math.max(from, to)];
    place(this._brush, { left, width: right - left, ...this._vertical() });
    this._brush.hidden = right - left <= DRAG;
  }

  /** Show the cursor, wherever it was put. */
  private _point(): void {
    const { x } = this._cursor;
    const frame = this._frame;
    this._dots.forEach(dot => dot.remove());
    this._dots = [];
    const isIn = x !== null && frame?.y != null && x >= frame.x[0] && x <= frame.x[1];
    this._line.hidden = !isIn;
    if (!isIn || this._plot === null) {
      this._tip.hidden = true;
      return;
    }
    place(this._line, { left: this._pixelOf(x), ...this._vertical() });
    for (const line of toldOf(this._plot.lines, this._told)) {
      this._addDot(line, x, frame);
    }
    this._tell(x, this._plot);
  }

  private _addDot(line: ILine, x: number, frame: IFrame): void {
    const { y } = frame;
    const value = scaled(valueAt(line, x), this._plot?.isLog ?? false);
    if (y === null || !(value >= y[0] && value <= y[1])) {
      return;
    }
    const dot = child(this._over, 'jm-Chart-dot');
    dot.style.background = colourOf(this._palette, line.colour);
    place(dot, { left: this._pixelOf(x), top: heightOf(value, frame) });
    this._dots.push(dot);
  }

  private _tell(x: number, plot: IPlot): void {
    const isOwn = this._cursor.owner === this;
    this._tip.hidden = !isOwn;
    if (!isOwn || this._frame === null) {
      return;
    }
    this._tip.replaceChildren(tableOf(plot, x, this._palette, this._told));
    const { width, margins } = this._frame;
    const at = this._pixelOf(x);
    // On the side where there is more room, so that it never hides what it tells of.
    const isLeft = at > margins.left + (width - margins.left - margins.right) / 2;
    this._tip.style.top = `${margins.top}px`;
    this._tip.style.left = isLeft ? '' : `${at + 12}px`;
    this._tip.style.right = isLeft ? `${width - at + 12}px` : '';
  }

  private _longest(): ILine | null {
    const lines = this._plot?.lines ?? [];
    return lines.reduce<ILine | null>(
      (best, line) => (line.x.length > (best?.x.length ?? 0) ? line : best),
      null
    );
  }

  private _pixelOf(x: number): number {
    const { x: range, width, margins } = this._frame ?? NOWHERE;
    return margins.left + ((x - range[0]) / (range[1] - range[0])) * (width - margins.left - margins.right);
  }

  private _valueOf(pixel: number): number {
    const { x: range, width, margins } = this._frame ?? NOWHERE;
    const share = (pixel - margins.left) / (width - margins.left - margins.right);
    return range[0] + Math.min(Math.max(share, 0), 1) * (range[1] - range[0]);
  }

  private _vertical(): { top: number; height: number } {
    const { height, margins } = this._frame ?? NOWHERE;
    return { top: margins.top, height: height - margins.top - margins.bottom };
  }

  private readonly _redraw = (): void => this._draw();
  private readonly _canvas: HTMLElement;
  private readonly _over: HTMLElement;
  private readonly _line: HTMLElement;
  private readonly _brush: HTMLElement;
  /** What stands out. */
  private readonly _mark: HTMLElement;
  private readonly _tip: HTMLElement;
  private readonly _theme: IDisposable;
  private readonly _sizes: ResizeObserver;
  private _palette: IPalette;
  private _init: (() => ECharts) | null = null;
  private _echarts: ECharts | null = null;
  private _plot: IPlot | null = null;
  private _frame: IFrame | null = null;
  private _drawnKey = '';
  private _dots: HTMLElement[] = [];
  private _drag: { from: number; to: number } | null = null;
  private _isOver = false;
  /** The line that stands out, and the one that the pointer is over. */
  private _key: string | null = null;
  private _told: string | null = null;
  /** Whether the axes are not those that the values ask for. */
  private _isKept = false;
  private _moving = 0;
  private _isDisposed = false;
}

const NOWHERE: IFrame = {
  width: 1,
  height: 1,
  x: [0, 1],
  y: null,
  margins: { left: 0, right: 0, top: 0, bottom: 0 }
};

/** Return a line's value at a place: its nearest one; NaN before it begins and after it has ended. */
export function valueAt(line: ILine, x: number): number {
  const [first, last] = [line.x[0], line.x[line.x.length - 1]];
  if (first === undefined || last === undefined || x < first || x > last) {
    return NaN;
  }
  return line.y[nearest(line.x, x)] ?? NaN;
}

/** Return a line's last value that can be shown. */
export function lastValue(line: ILine, isLog: boolean): number | null {
  return line.y[lastShown(line, isLog)] ?? null;
}

function tableOf(plot: IPlot, x: number, palette: IPalette, pointed: string | null): HTMLElement {
  const table = document.createElement('table');
  const head = table.insertRow();
  head.insertCell().append(strong(plot.axis.place(x)));
  head.insertCell();
  for (const line of toldOf(plot.lines, pointed)) {
    const value = valueAt(line, x);
    if (Number.isNaN(value)) {
      continue;
    }
    const row = table.insertRow();
    const key = document.createElement('span');
    key.className = line.isDashed ? 'jm-Key jm-dash' : 'jm-Key';
    key.style.setProperty('--k', colourOf(palette, line.colour));
    row.insertCell().append(key, ' ', line.key === pointed ? strong(line.name) : line.name);
    row.insertCell().append(strong(formatMetric(value)));
    const beside = besides(line, x);
    if (beside) {
      row.insertCell().append(beside);
    }
  }
  return table;
}

/** Return the lines that are told of: those that are not but some of many, and the one that is pointed at. */
function toldOf(lines: readonly ILine[], pointed: string | null): readonly ILine[] {
  const told = lines.filter(line => !line.isQuiet).slice(0, TOLD);
  const one = lines.find(line => line.key === pointed);
  return one === undefined || told.includes(one) ? told : [one, ...told];
}

/** Return how far from above a value stands; NaN if it does not. */
function heightOf(value: number, { y, margins, height }: IFrame): number {
  if (y === null) {
    return NaN;
  }
  const share = (value - y[0]) / (y[1] - y[0]);
  return height - margins.bottom - share * (height - margins.top - margins.bottom);
}

function polyline(points: readonly string[], colour: string, background: string): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [stroke, width] of [
    [background, '5'],
    [colour, '2.75']
  ] as const) {
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
    line.setAttribute('points', points.join(' '));
    line.setAttribute('fill', 'none');
    line.setAttribute('stroke', stroke);
    line.setAttribute('stroke-width', width);
    line.setAttribute('stroke-linejoin', 'round');
    svg.append(line);
  }
  return svg;
}

/** Return what else is known of a line at a place: what was smoothed, and the ranks' least and greatest value. */
function besides(line: ILine, x: number): string {
  if (line.band) {
    const { x: xs, low, high } = line.band;
    return `${formatMetric(interpolated(xs, low, x))}…${formatMetric(interpolated(xs, high, x))}`;
  }
  return line.raw ? `(${formatMetric(line.raw[nearest(line.x, x)])})` : '';
}

function strong(text: string): HTMLElement {
  const element = document.createElement('b');
  element.textContent = text;
  return element;
}

function child(parent: HTMLElement, className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  parent.append(element);
  return element;
}

function place(
  element: HTMLElement,
  box: { left?: number; top?: number; width?: number; height?: number }
): void {
  for (const [side, pixels] of Object.entries(box)) {
    element.style.setProperty(side, `${pixels}px`);
  }
}
