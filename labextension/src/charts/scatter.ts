/**
 * Points between two axes, as they are drawn and found again under the pointer.
 */

import { shareOf } from './dimensions';
import type { Value, ValueAxis } from './dimensions';
import { inkOf } from './parallel';
import type { IPalette } from './theme';

/** One run. */
export interface IPoint {
  readonly id: string;
  readonly name: string;
  readonly x: Value;
  readonly y: Value;
  /** The number of its colour, from 1; 0 is grey. */
  readonly colour: number;
  /** How far from the lowest to the highest of what points are coloured by; counts instead of `colour`. */
  readonly shade?: number | null;
  /** Whether it is the one in question: the best one. */
  readonly isStrong?: boolean;
  /** Whether it is left out elsewhere. */
  readonly isQuiet?: boolean;
}

export interface IScatterScene {
  readonly x: ValueAxis;
  readonly y: ValueAxis;
  readonly points: readonly IPoint[];
  readonly selected: ReadonlySet<string>;
}

export interface IScatterFrame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A box in pixels. */
export interface IArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Points do not stand on the axes. */
const INSET = 8;
const RADIUS = 3.5;

/** Return where axes stand; labels of the one at the left take so many characters. */
export function scatterFrame(width: number, height: number, characters: number): IScatterFrame {
  const left = Math.min(14 + 6.4 * characters, width / 3);
  return { width, height, left, right: Math.max(width - 14, left + 1), top: 22, bottom: height - 34 };
}

/** Return where a share of the axis at the bottom stands. */
export function xOf(share: number, { left, right }: IScatterFrame): number {
  return left + INSET + share * (right - left - 2 * INSET);
}

/** Return where a share of the axis at the left stands, from above. */
export function yOf(share: number, { top, bottom }: IScatterFrame): number {
  return bottom - INSET - share * (bottom - top - 2 * INSET);
}

/** Draws points, and knows where they are. */
export class ScatterDrawing {
  constructor(
    readonly scene: IScatterScene,
    readonly frame: IScatterFrame
  ) {
    this.places = scene.points.map(point => {
      const [x, y] = [shareOf(scene.x, point.x), shareOf(scene.y, point.y)];
      return Number.isNaN(x) || Number.isNaN(y) ? null : ([xOf(x, frame), yOf(y, frame)] as const);
    });
  }

  /** Where each point stands; null if it has no value on one of the axes. */
  readonly places: readonly (readonly [number, number] | null)[];

  /** Draw all points: the quiet ones below, those in question above. */
  draw(context: CanvasRenderingContext2D, palette: IPalette): void {
    const { points, selected } = this.scene;
    context.clearRect(0, 0, this.frame.width, this.frame.height);
    const level = (point: IPoint): number =>
      selected.has(point.id) ? 3 : point.isStrong ? 2 : point.isQuiet ? 0 : 1;
    const order = points.map((_, at) => at).sort((one, other) => levelAt(one) - levelAt(other));
    function levelAt(at: number): number {
      const point = points[at];
      return point === undefined ? 0 : level(point);
    }
    for (const at of order) {
      const point = points[at];
      if (point !== undefined) {
        this._mark(context, at, palette, levelAt(at), selected.size > 0);
      }
    }
  }

  /** Draw a ring around one point. */
  point(context: CanvasRenderingContext2D, palette: IPalette, id: string | null): void {
    context.clearRect(0, 0, this.frame.width, this.frame.height);
    const place = this.places[this.scene.points.findIndex(point => point.id === id)];
    if (place) {
      context.beginPath();
      context.arc(place[0], place[1], RADIUS + 4, 0, 2 * Math.PI);
      context.strokeStyle = palette.text;
      context.lineWidth = 1.5;
      context.stroke();
    }
  }

  /** Return the point at a place; null if none is near. */
  find(x: number, y: number, near = 12): string | null {
    let best: string | null = null;
    let least = near;
    this.places.forEach((place, at) => {
      const distance = place === null ? Infinity : Math.hypot(place[0] - x, place[1] - y);
      if (distance < least) {
        least = distance;
        best = this.scene.points[at]?.id ?? null;
      }
    });
    return best;
  }

  /** Return the points within a box. */
  within({ left, right, top, bottom }: IArea): string[] {
    return this.scene.points
      .filter((_, at) => {
        const place = this.places[at];
        return place && place[0] >= left && place[0] <= right && place[1] >= top && place[1] <= bottom;
      })
      .map(point => point.id);
  }

  private _mark(
    context: CanvasRenderingContext2D,
    at: number,
    palette: IPalette,
    level: number,
    hasSelection: boolean
  ): void {
    const [point, place] = [this.scene.points[at], this.places[at]];
    if (point === undefined || !place) {
      return;
    }
    context.globalAlpha = level > 1 ? 1 : level === 0 ? 0.4 : hasSelection ? 0.5 : 0.85;
    context.fillStyle = level === 0 ? palette.axis : inkOf(point, palette);
    context.beginPath();
    context.arc(place[0], place[1], level > 1 ? RADIUS + 1.5 : RADIUS, 0, 2 * Math.PI);
    context.fill();
    if (level > 1) {
      context.lineWidth = 1.5;
      context.strokeStyle = palette.background;
      context.stroke();
    }
    context.globalAlpha = 1;
  }
}
