/**
 * Slices of time as lines of charts: what each revision's requests were like.
 */

import type { IAxis, ILine, IPlot } from '../../charts/plot';
import { timeTicks } from '../../charts/ticks';
import { formatDate, formatTime } from '../../format';
import type { IEndpointRow, IStatPoint } from '../../wire';
import { colourOf, revisionName } from '../words';
import { dayWords } from './scoreboard';

/** What is drawn. */
export type Kind = 'rate' | 'p95' | 'errors';

/** How far back charts go, in seconds. */
export const SPANS = [900, 3600, 21_600, 86_400, 604_800] as const;
export type Span = (typeof SPANS)[number];

/** So many times a slice's length without one, and the line is broken. */
const GAP = 2.5;

/** Return a chart of one kind, up to a time. */
export function plotOf(
  points: readonly IStatPoint[],
  kind: Kind,
  row: IEndpointRow,
  span: Span,
  now: number
): IPlot {
  return {
    key: `${kind}:${span}`,
    lines: linesOf(points, kind, row),
    isLog: false,
    axis: axisOf(span),
    // The latest slice may not be over yet.
    x: [now - span, Math.max(now, points[points.length - 1]?.time ?? now)],
    plan: null,
    isFromZero: true
  };
}

/** Return a line for each revision, those that have traffic last so that they lie above the others. */
export function linesOf(points: readonly IStatPoint[], kind: Kind, row: IEndpointRow): ILine[] {
  const byRevision = new Map<number, IStatPoint[]>();
  for (const point of points) {
    const known = byRevision.get(point.revision) ?? [];
    known.push(point);
    byRevision.set(point.revision, known);
  }
  const order = (revision: number): number => (colourOf(revision, row) > 0 ? 1 : 0);
  return [...byRevision.entries()]
    .sort(([one], [other]) => order(one) - order(other) || one - other)
    .map(([revision, own]) => lineOf(revision, own, kind, row))
    .filter(line => line.y.some(Number.isFinite));
}

function lineOf(revision: number, points: readonly IStatPoint[], kind: Kind, row: IEndpointRow): ILine {
  const x: number[] = [];
  const y: number[] = [];
  for (const point of points) {
    const before = x[x.length - 1];
    if (before !== undefined && point.time - before > GAP * Math.max(point.seconds, 1)) {
      // Nothing was seen in between, which is not the same as a straight line.
      x.push(before + 1e-3);
      y.push(kind === 'rate' ? 0 : NaN);
      if (kind === 'rate') {
        x.push(point.time - point.seconds);
        y.push(0);
      }
    }
    x.push(point.time);
    y.push(valueOf(point, kind));
  }
  const name = revisionName(revision);
  const colour = colourOf(revision, row);
  return { key: name, name, label: name, colour, isBold: colour === 2, isQuiet: colour === 0, x, y };
}

function valueOf({ requests, errors, seconds, p95 }: IStatPoint, kind: Kind): number {
  switch (kind) {
    case 'rate':
      return seconds > 0 ? requests / seconds : NaN;
    case 'p95':
      return p95 ?? NaN;
    case 'errors':
      return requests > 0 ? (errors / requests) * 100 : NaN;
  }
}

function axisOf(span: Span): IAxis {
  const isDays = span > 86_400;
  return {
    name: '',
    ticks: timeTicks,
    words: seconds => (isDays ? dayWords(seconds) : formatTime(seconds).slice(0, 5)),
    value: seconds => (isDays ? formatDate(seconds) : formatTime(seconds)),
    place: seconds => (isDays ? formatDate(seconds) : formatTime(seconds))
  };
}
