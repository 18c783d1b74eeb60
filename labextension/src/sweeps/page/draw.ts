/**
 * Draws the history of trials: finished ones as discs, pruned ones as scissors, failed ones as crosses.
 */

import { colourOf } from '../../charts/theme';
import type { IPalette } from '../../charts/theme';
import { xOf, yOf } from './history';
import type { IFrame, IHistory, IPoint } from './history';

const FONT_SIZE = 10.8;

/** What is written into a history. */
export interface IWords {
  /** At the end of the line: `0.983 trial 31`. */
  readonly end: string;
  /** In what is to come: `3 running, 21 to come`. */
  readonly plan: string;
  /** Beside the end of the axis: `trial`. */
  readonly axis: string;
}

type Context = CanvasRenderingContext2D;

/** Draw everything but what is chosen. */
export function drawHistory(
  context: Context,
  palette: IPalette,
  history: IHistory,
  frame: IFrame,
  words: IWords,
  isKept: (id: string) => boolean
): void {
  context.clearRect(0, 0, frame.width, frame.height);
  context.font = `${FONT_SIZE}px ${palette.font}`;
  drawPlan(context, palette, history, frame, words);
  drawAxes(context, palette, frame, words);
  drawBest(context, palette, history, frame, words);
  const style = getComputedStyle(context.canvas);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  const inks: IInks = {
    '': read('--jm-running'),
    complete: colourOf(palette, 1),
    pruned: read('--jm-pruned'),
    failed: read('--jm-failed'),
    stopped: read('--jm-stopped')
  };
  for (const point of history.points) {
    context.globalAlpha = isKept(point.id) ? 1 : 0.25;
    drawPoint(context, point, xOf(frame, point.trial), yOf(frame, point.value), inks, palette.background);
  }
  context.globalAlpha = 1;
  drawCrown(context, palette, history, frame);
}

/** Draw rings around what is chosen and what is pointed at. */
export function drawRings(
  context: Context,
  palette: IPalette,
  history: IHistory,
  frame: IFrame,
  selected: ReadonlySet<string>,
  hovered: string | null
): void {
  context.clearRect(0, 0, frame.width, frame.height);
  context.strokeStyle = palette.text;
  for (const point of history.points) {
    if (selected.has(point.id) || point.id === hovered) {
      context.lineWidth = point.id === hovered ? 2 : 1.5;
      ring(context, xOf(frame, point.trial), yOf(frame, point.value), 7);
    }
  }
}

function drawPlan(
  context: Context,
  palette: IPalette,
  { last, wanted }: IHistory,
  frame: IFrame,
  { plan }: IWords
): void {
  if (wanted <= last) {
    return;
  }
  const left = last === 0 ? frame.left : xOf(frame, last + 0.5);
  context.fillStyle = palette.plan;
  context.fillRect(left, frame.top - 4, frame.right - left, frame.bottom - frame.top + 4);
  if (frame.right - left > context.measureText(plan).width + 14) {
    context.fillStyle = palette.muted;
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
    context.fillText(plan, left + 7, frame.bottom - 8);
  }
}

function drawAxes(context: Context, palette: IPalette, frame: IFrame, { axis }: IWords): void {
  context.lineWidth = 1;
  context.fillStyle = palette.muted;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.strokeStyle = palette.grid;
  frame.yTicks.forEach((tick, at) => {
    const y = Math.round(yOf(frame, tick)) + 0.5;
    line(context, frame.left, y, frame.right, y);
    context.fillText(frame.yWords[at] ?? '', frame.left - 6, y);
  });
  context.strokeStyle = palette.axis;
  line(context, frame.left, frame.bottom + 0.5, frame.right, frame.bottom + 0.5);
  context.textBaseline = 'alphabetic';
  context.textAlign = 'center';
  for (const tick of frame.xTicks) {
    const x = Math.round(xOf(frame, tick)) + 0.5;
    line(context, x, frame.bottom, x, frame.bottom + 3);
    context.fillText(String(tick), x, frame.bottom + 15);
  }
  const last = frame.xTicks[frame.xTicks.length - 1];
  const end = last === undefined ? 0 : xOf(frame, last) + context.measureText(String(last)).width / 2 + 6;
  context.textAlign = 'left';
  context.fillText(axis, Math.max(frame.right + 4, end), frame.bottom + 15);
}

function drawBest(
  context: Context,
  palette: IPalette,
  { best, last }: IHistory,
  frame: IFrame,
  { end }: IWords
): void {
  const [first] = best;
  const final = best[best.length - 1];
  if (first === undefined || final === undefined) {
    return;
  }
  context.strokeStyle = colourOf(palette, 2);
  context.lineWidth = 1.75;
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(xOf(frame, first.trial), yOf(frame, first.value));
  for (const { trial, value } of best.slice(1)) {
    const previous = best[best.findIndex(step => step.trial === trial) - 1];
    context.lineTo(xOf(frame, trial), yOf(frame, previous?.value ?? value));
    context.lineTo(xOf(frame, trial), yOf(frame, value));
  }
  const [x, y] = [xOf(frame, last), yOf(frame, final.value)];
  context.lineTo(x, y);
  context.stroke();
  context.fillStyle = palette.text;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(end, x + 9, y);
}

/** The ring around the best trial. */
function drawCrown(context: Context, palette: IPalette, { best }: IHistory, frame: IFrame): void {
  const final = best[best.length - 1];
  if (final !== undefined) {
    context.strokeStyle = colourOf(palette, 2);
    context.lineWidth = 1.5;
    ring(context, xOf(frame, final.trial), yOf(frame, final.value), 6.5);
  }
}

type IInks = Readonly<Record<IPoint['result'], string>>;

function drawPoint(
  context: Context,
  { result }: IPoint,
  x: number,
  y: number,
  inks: IInks,
  background: string
): void {
  context.strokeStyle = inks[result];
  context.fillStyle = inks[result];
  context.lineWidth = 1.6;
  context.beginPath();
  switch (result) {
    case 'complete':
      context.arc(x, y, 3.5, 0, 2 * Math.PI);
      context.fill();
      context.strokeStyle = background;
      context.lineWidth = 1;
      context.stroke();
      break;
    case 'pruned':
      scissors(context, x, y);
      break;
    case 'failed':
      context.moveTo(x - 3, y - 3);
      context.lineTo(x + 3, y + 3);
      context.moveTo(x + 3, y - 3);
      context.lineTo(x - 3, y + 3);
      context.stroke();
      break;
    case 'stopped':
      context.fillRect(x - 3, y - 3, 6, 6);
      break;
    case '':
      context.arc(x, y, 3, 0, 2 * Math.PI);
      context.stroke();
  }
}

/** Two rings and two blades, as the icon has them. */
function scissors(context: Context, x: number, y: number): void {
  context.lineWidth = 1.1;
  for (const side of [-1, 1]) {
    context.moveTo(x - 1.2, y + side * 2.4);
    context.arc(x - 2.6, y + side * 2.4, 1.4, 0, 2 * Math.PI);
    context.moveTo(x - 1.5, y + side * 1.6);
    context.lineTo(x + 4.2, y - side * 2.2);
  }
  context.stroke();
}

function ring(context: Context, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

function line(context: Context, x: number, y: number, toX: number, toY: number): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
}
