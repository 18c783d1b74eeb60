/**
 * Many runs as lines through parallel axes, from parameters to what came of them.
 *
 * A range of an axis is kept by dragging along it, or by its two sliders; a line is chosen by a click, or by Up, Down
 * and Enter.
 */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { JSX, KeyboardEvent, MouseEvent, PointerEvent } from 'react';

import { useTranslation } from '../translation';
import { Axes } from './ParallelAxes';
import { Edges, Strips } from './ParallelBrush';
import { valueWords } from './dimensions';
import type { KeptRanges, ValueAxis } from './dimensions';
import { frameOf, ParallelDrawing } from './parallel';
import type { IParallelLine } from './parallel';
import { useDrawing, useWidth } from './surface';
import type { IPalette } from './theme';

export interface IParallelCoordinatesProps {
  readonly axes: readonly ValueAxis[];
  readonly lines: readonly IParallelLine[];
  /** The same in one sentence, for who does not see it. */
  readonly sentence: string;
  readonly height: number;
  readonly kept: KeptRanges;
  readonly onKept: (kept: KeptRanges) => void;
  readonly selected?: ReadonlySet<string>;
  /** A line was chosen, or with `isMore` one more; null: none. */
  readonly onSelect?: (id: string | null, isMore: boolean) => void;
  /** The line that is pointed at, here or in another view. */
  readonly hovered?: string | null;
  readonly onHover?: (id: string | null) => void;
  readonly onOpen?: (id: string) => void;
  /** Show it as a table. */
  readonly onTable?: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** Show the lines. */
export function ParallelCoordinates(props: IParallelCoordinatesProps): JSX.Element {
  const { axes, lines, sentence, height, kept, onKept, selected = NONE, onHover } = props;
  const trans = useTranslation();
  const host = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const room = useWidth(host);
  const [own, setOwn] = useState<string | null>(null);
  const [said, say] = useState('');
  const hovered = props.hovered === undefined ? own : props.hovered;
  const drawing = useMemo(() => {
    const scene = { axes, lines, kept, selected };
    return new ParallelDrawing(scene, frameOf(scene, room, height));
  }, [axes, lines, kept, selected, room, height]);
  const { frame } = drawing;
  useDrawing(
    base,
    room && frame.width,
    height,
    useCallback(
      (context: CanvasRenderingContext2D, palette: IPalette) => drawing.draw(context, palette),
      [drawing]
    )
  );
  useDrawing(
    over,
    room && frame.width,
    height,
    useCallback(
      (context: CanvasRenderingContext2D, palette: IPalette) => drawing.point(context, palette, hovered),
      [drawing, hovered]
    )
  );
  const hover = (id: string | null): void => {
    if (id !== hovered) {
      setOwn(id);
      onHover?.(id);
    }
  };
  const at = useRef<{ x: number; y: number } | null>(null);
  const moving = useRef(0);
  useEffect(() => () => cancelAnimationFrame(moving.current), []);
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    at.current = placeIn(event);
    cancelAnimationFrame(moving.current);
    moving.current = requestAnimationFrame(() => {
      if (at.current !== null) {
        hover(drawing.find(at.current.x, at.current.y));
      }
    });
  };
  const onPointerLeave = (): void => {
    at.current = null;
    hover(null);
  };
  const onClick = (event: MouseEvent<HTMLElement>): void => {
    const { x, y } = placeIn(event);
    props.onSelect?.(drawing.find(x, y), event.ctrlKey || event.metaKey || event.shiftKey);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || !press(event, drawing, hovered, hover, props)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  useEffect(() => {
    const line = lines.find(each => each.id === hovered);
    if (line !== undefined && host.current?.contains(document.activeElement)) {
      say(
        [
          line.name,
          ...axes.map((axis, index) => `${axis.name} ${valueWords(axis, line.values[index])}`)
        ].join(', ')
      );
    }
  }, [hovered, lines, axes]);
  return (
    <div ref={host} className="jm-Parallel" style={{ height }}>
      <div className="jm-Parallel-all" style={{ width: frame.width, height }}>
        <div
          className="jm-Parallel-picture"
          role="img"
          aria-label={sentence}
          aria-keyshortcuts="ArrowUp ArrowDown Enter T"
          tabIndex={0}
          onKeyDown={onKeyDown}
          onPointerMove={onPointerMove}
          onPointerLeave={onPointerLeave}
          onClick={onClick}
          onDoubleClick={() => hovered !== null && props.onOpen?.(hovered)}
        >
          <canvas ref={base} aria-hidden="true" />
          <canvas ref={over} aria-hidden="true" />
          <Axes axes={axes} frame={frame} kept={kept} />
        </div>
        <Strips axes={axes} frame={frame} kept={kept} onKept={onKept} />
        <Edges
          axes={axes}
          frame={frame}
          kept={kept}
          onKept={onKept}
          label={trans.__('Ranges that are kept; Left and Right go from one to the next')}
        />
        <Tip
          axes={axes}
          line={lines.find(each => each.id === hovered)}
          hasPointer={onHover !== undefined || own !== null}
        />
      </div>
      <span className="jm-vh" aria-live="polite">
        {said}
      </span>
    </div>
  );
}

/** What the line under the pointer is. */
function Tip({
  axes,
  line,
  hasPointer
}: {
  axes: readonly ValueAxis[];
  line: IParallelLine | undefined;
  hasPointer: boolean;
}): JSX.Element | null {
  const last = axes[axes.length - 1];
  if (line === undefined || last === undefined || !hasPointer) {
    return null;
  }
  return (
    <div className="jm-Tip jm-Parallel-tip" aria-hidden="true">
      <b>{line.name}</b> {last.name}{' '}
      <b className="jm-num">{valueWords(last, line.values[axes.length - 1])}</b>
    </div>
  );
}

/** Do what a key stands for; return whether it stands for something. */
function press(
  event: KeyboardEvent,
  drawing: ParallelDrawing,
  hovered: string | null,
  hover: (id: string | null) => void,
  props: IParallelCoordinatesProps
): boolean {
  switch (event.key) {
    case 'ArrowUp':
    case 'ArrowDown':
      hover(nextOf(drawing, hovered, event.key === 'ArrowDown' ? 1 : -1));
      return true;
    case 'Escape':
      if (hovered === null) {
        return false;
      }
      hover(null);
      return true;
    case ' ':
      props.onSelect?.(hovered, true);
      return props.onSelect !== undefined;
    case 'Enter':
      if (hovered !== null) {
        (props.onOpen ?? ((id: string) => props.onSelect?.(id, false)))(hovered);
      }
      return true;
    case 't':
    case 'T':
      props.onTable?.();
      return props.onTable !== undefined;
    default:
      return false;
  }
}

/** Return the line below or above another, where they cross the last axis, of those that are kept. */
function nextOf({ scene, kept }: ParallelDrawing, id: string | null, by: number): string | null {
  const last = scene.axes.length - 1;
  const place = ({ values }: IParallelLine): number => {
    const value = values[last];
    return typeof value === 'number' && !Number.isNaN(value) ? value : -Infinity;
  };
  const order = scene.lines
    .filter(line => kept.has(line.id))
    .sort((one, other) => place(other) - place(one) || 0);
  const at = order.findIndex(line => line.id === id);
  const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : Math.min(Math.max(at + by, 0), order.length - 1);
  return order[next]?.id ?? null;
}

function placeIn(event: MouseEvent<HTMLElement>): { x: number; y: number } {
  const { left, top } = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}
