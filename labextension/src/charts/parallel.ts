/**
 * Lines through parallel axes, as they are drawn and found again under the pointer.
 */

import { isKept, shareOf } from './dimensions';
import type { KeptRanges, Value, ValueAxis } from './dimensions';
import { firstAtLeast } from './smoothing';
import { colourOf, mixed } from './theme';
import type { IPalette } from './theme';

/** One run, or one trial. */
export interface IParallelLine {
  readonly id: string;
  readonly name: string;
  /** In the order of the axes. */
  readonly values: readonly Value[];
  /** The number of its colour, from 1; 0 is grey. */
  readonly colour: number;
  /** How far from the lowest to the highest of what lines are coloured by; counts instead of `colour`. */
  readonly shade?: number | null;
  /** Whether it is the one in question: the best one. */
  readonly isStrong?: boolean;
  readonly isDashed?: boolean;
}

/** What is to be seen. */
export interface IParallelScene {
  readonly axes: readonly ValueAxis[];
  readonly lines: readonly IParallelLine[];
  readonly kept: KeptRanges;
  readonly selected: ReadonlySet<string>;
}

/** Where it stands, in pixels. */
export interface IParallelFrame {
  readonly width: number;
  readonly height: number;
  /** Of the axes, from the left. */
  readonly xs: readonly number[];
  readonly top: number;
  readonly bottom: number;
  /** Where lines go that have no value. */
  readonly missing: number;
  /** Of each axis, whether some have no value there. */
  readonly gaps: readonly boolean[];
}

/** Nearer axes could not be read; a chart with more of them is scrolled. */
const LEAST = 74;
const TOP = 36;
const BOTTOM = 18;
const MISSING = 18;
/** How far towards the next axis a line goes on as it left the last one. */
const PULL = 0.42;

/** Return where axes stand in so much room; a chart may be wider than that. */
export function frameOf(scene: IParallelScene, room: number, height: number): IParallelFrame {
  const count = scene.axes.length;
  const left = 14;
  const right = 54;
  const width = Math.max(room, left + right + (count - 1) * LEAST);
  const step = count > 1 ? (width - left - right) / (count - 1) : 0;
  const gaps = scene.axes.map((axis, at) =>
    scene.lines.some(line => Number.isNaN(shareOf(axis, line.values[at])))
  );
  const bottom = height - BOTTOM - (gaps.includes(true) ? MISSING : 0);
  return {
    width,
    height,
    xs: scene.axes.map((_, at) => (count > 1 ? left + at * step : width / 2)),
    top: TOP,
    bottom,
    missing: bottom + MISSING,
    gaps
  };
}

/** Return which lines lie in all that is kept. */
export function keptOf({ axes, lines, kept }: IParallelScene): Set<string> {
  const limits = axes.flatMap((axis, at) =>
    kept[axis.key] === undefined ? [] : [{ at, of: kept[axis.key] }]
  );
  const within = lines.filter(line => limits.every(({ at, of }) => isKept(of, line.values[at])));
  return new Set(within.map(line => line.id));
}

/** Return where a line crosses each axis, from above. */
export function placesOf(line: IParallelLine, axes: readonly ValueAxis[], frame: IParallelFrame): number[] {
  return axes.map((axis, at) => {
    const share = shareOf(axis, line.values[at]);
    return Number.isNaN(share) ? frame.missing : frame.bottom - share * (frame.bottom - frame.top);
  });
}

/** Draws lines, and knows where they are. */
export class ParallelDrawing {
  constructor(
    readonly scene: IParallelScene,
    readonly frame: IParallelFrame
  ) {
    this.kept = keptOf(scene);
    this._places = scene.lines.map(line => placesOf(line, scene.axes, frame));
  }

  /** Ids of the lines that lie in all that is kept. */
  readonly kept: ReadonlySet<string>;

  /** Draw all lines: those left out below the others, those in question above them. */
  draw(context: CanvasRenderingContext2D, palette: IPalette): void {
    context.clearRect(0, 0, this.frame.width, this.frame.height);
    const { lines, selected } = this.scene;
    const levels = lines.map(line => this._level(line));
    const order = lines
      .map((_, at) => at)
      .sort(
        (one, other) =>
          (levels[one] ?? 0) - (levels[other] ?? 0) || (lines[one]?.shade ?? 0) - (lines[other]?.shade ?? 0)
      );
    for (const at of order) {
      const line = lines[at];
      if (line !== undefined) {
        this._stroke(context, at, this._style(line, levels[at] ?? 0, palette, selected.size > 0));
      }
    }
  }

  /** Draw one line so that it stands out. */
  point(context: CanvasRenderingContext2D, palette: IPalette, id: string | null): void {
    context.clearRect(0, 0, this.frame.width, this.frame.height);
    const at = this.scene.lines.findIndex(line => line.id === id);
    const line = this.scene.lines[at];
    if (line !== undefined) {
      const colour = inkOf(line, palette);
      this._stroke(context, at, { colour: palette.background, width: 6, opacity: 0.8, dash: [] });
      this._stroke(context, at, { colour, width: 3, opacity: 1, dash: [] });
    }
  }

  /** Return the line at a place, which is one of those kept if there is one; null if there is none near. */
  find(x: number, y: number, near = 8): string | null {
    const segment = Math.min(Math.max(firstAtLeast(this.frame.xs, x), 1), this.frame.xs.length - 1) - 1;
    const [from, to] = [this.frame.xs[segment] ?? 0, this.frame.xs[segment + 1] ?? 0];
    const along = parameterAt((x - from) / (to - from || 1));
    let best: string | null = null;
    let least = Infinity;
    this.scene.lines.forEach(({ id }, at) => {
      const places = this._places[at] ?? [];
      const place = between(places[segment] ?? 0, places[segment + 1] ?? places[segment] ?? 0, along);
      // What is left out is found only where nothing else is.
      const distance = Math.abs(place - y) + (this.kept.has(id) ? 0 : near / 2);
      if (distance < least) {
        least = distance;
        best = id;
      }
    });
    return least <= near ? best : null;
  }

  private _level({ id, isStrong }: IParallelLine): number {
    if (this.scene.selected.has(id)) {
      return 3;
    }
    return this.kept.has(id) ? (isStrong ? 2 : 1) : 0;
  }

  private _style(line: IParallelLine, level: number, palette: IPalette, hasSelection: boolean): IStyle {
    if (level === 0) {
      return { colour: palette.axis, width: 1, opacity: 0.4, dash: [] };
    }
    const isMany = this.kept.size > 150;
    return {
      colour: inkOf(line, palette),
      width: level > 1 ? 2.25 : isMany ? 1 : 1.4,
      opacity: level > 1 ? 1 : (isMany ? 0.4 : 0.9) * (hasSelection ? 0.45 : 1),
      dash: line.isDashed ? [5, 3] : []
    };
  }

  private _stroke(context: CanvasRenderingContext2D, at: number, style: IStyle): void {
    const { xs } = this.frame;
    const places = this._places[at] ?? [];
    context.strokeStyle = style.colour;
    context.lineWidth = style.width;
    context.globalAlpha = style.opacity;
    context.setLineDash(style.dash);
    context.beginPath();
    context.moveTo(xs[0] ?? 0, places[0] ?? 0);
    for (let next = 1; next < xs.length; next++) {
      const [from, to] = [xs[next - 1] ?? 0, xs[next] ?? 0];
      const pull = (to - from) * PULL;
      const [left, right] = [places[next - 1] ?? 0, places[next] ?? 0];
      context.bezierCurveTo(from + pull, left, to - pull, right, to, right);
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  private readonly _places: readonly (readonly number[])[];
}

interface IStyle {
  readonly colour: string;
  readonly width: number;
  readonly opacity: number;
  readonly dash: number[];
}

/** Return a line's colour. */
export function inkOf(line: Pick<IParallelLine, 'colour' | 'shade'>, palette: IPalette): string {
  return typeof line.shade === 'number' ? mixed(palette, line.shade) : colourOf(palette, line.colour);
}

/** Return how far along its curve a line is at a share of the way to the next axis. */
function parameterAt(share: number): number {
  let [low, high] = [0, 1];
  for (let turn = 0; turn < 20; turn++) {
    const middle = (low + high) / 2;
    const rest = 1 - middle;
    const x = 3 * rest * rest * middle * PULL + 3 * rest * middle * middle * (1 - PULL) + middle ** 3;
    if (x < share) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

function between(left: number, right: number, along: number): number {
  const eased = 3 * along * along - 2 * along ** 3;
  return left + (right - left) * eased;
}
