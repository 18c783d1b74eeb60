/**
 * Many runs as points between two axes: one is chosen by a click or by keys, several by a box that is drawn around them.
 */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { JSX, KeyboardEvent, PointerEvent } from 'react';

import { marksOf, shareOf, valueWords } from './dimensions';
import type { IMark, ValueAxis } from './dimensions';
import { ScatterDrawing, scatterFrame, xOf, yOf } from './scatter';
import type { IArea, IPoint, IScatterFrame } from './scatter';
import { useDrawing, useWidth } from './surface';
import type { IPalette } from './theme';

export interface IScatterProps {
  readonly x: ValueAxis;
  readonly y: ValueAxis;
  readonly points: readonly IPoint[];
  /** The same in one sentence, for who does not see it. */
  readonly sentence: string;
  readonly height: number;
  readonly selected: ReadonlySet<string>;
  /** Points were chosen, or with `isMore` more of them. */
  readonly onSelect: (ids: readonly string[], isMore: boolean) => void;
  readonly hovered: string | null;
  readonly onHover: (id: string | null) => void;
  readonly onOpen?: (id: string) => void;
  readonly onTable?: () => void;
}

/** Less than that is a click, not a box, in pixels. */
const DRAG = 5;

/** Show the points. */
export function Scatter(props: IScatterProps): JSX.Element {
  const { x, y, points, sentence, height, selected, hovered } = props;
  const host = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const width = useWidth(host);
  const [said, say] = useState('');
  const [box, setBox] = useState<IArea | null>(null);
  const drag = useRef<readonly [number, number] | null>(null);
  const yMarks = marksOf(y, 26 / height);
  const characters = Math.min(Math.max(2, ...yMarks.map(mark => mark.words.length)), 16);
  const drawing = useMemo(
    () => new ScatterDrawing({ x, y, points, selected }, scatterFrame(width, height, characters)),
    [x, y, points, selected, width, height, characters]
  );
  const { frame } = drawing;
  useDrawing(
    base,
    width,
    height,
    useCallback(
      (context: CanvasRenderingContext2D, palette: IPalette) => drawing.draw(context, palette),
      [drawing]
    )
  );
  useDrawing(
    over,
    width,
    height,
    useCallback(
      (context: CanvasRenderingContext2D, palette: IPalette) => drawing.point(context, palette, hovered),
      [drawing, hovered]
    )
  );
  const wordsOf = (point: IPoint): string =>
    `${point.name}, ${x.name} ${valueWords(x, point.x)}, ${y.name} ${valueWords(y, point.y)}`;
  const current = points.find(point => point.id === hovered);
  const words = current === undefined ? '' : wordsOf(current);
  useEffect(() => {
    if (host.current?.contains(document.activeElement)) {
      say(words);
    }
  }, [words]);

  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button === 0) {
      drag.current = placeIn(event);
      event.currentTarget.setPointerCapture(event.pointerId);
    }
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const at = placeIn(event);
    if (drag.current !== null && distance(drag.current, at) > DRAG) {
      setBox(areaOf(drag.current, at));
    } else {
      const id = drawing.find(...at);
      if (id !== hovered) {
        props.onHover(id);
      }
    }
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>): void => {
    const isMore = event.ctrlKey || event.metaKey || event.shiftKey;
    const at = placeIn(event);
    if (drag.current !== null && distance(drag.current, at) > DRAG) {
      props.onSelect(drawing.within(areaOf(drag.current, at)), isMore);
    } else if (drag.current !== null) {
      const id = drawing.find(...at);
      props.onSelect(id === null ? [] : [id], isMore);
    }
    drag.current = null;
    setBox(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!event.altKey && !event.ctrlKey && !event.metaKey && press(event, drawing, props)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <div ref={host} className="jm-Scatter" style={{ height }}>
      <div
        className="jm-Parallel-picture"
        role="img"
        aria-label={sentence}
        aria-keyshortcuts="ArrowLeft ArrowRight Enter T"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => {
          drag.current = null;
          setBox(null);
        }}
        onPointerLeave={() => props.onHover(null)}
        onDoubleClick={() => hovered !== null && props.onOpen?.(hovered)}
      >
        <Frame x={x} y={y} yMarks={yMarks} frame={frame} />
        <canvas ref={base} aria-hidden="true" />
        <canvas ref={over} aria-hidden="true" />
        {box && (
          <div
            className="jm-Scatter-box"
            style={{
              left: box.left,
              top: box.top,
              width: box.right - box.left,
              height: box.bottom - box.top
            }}
          />
        )}
      </div>
      {current && width > 0 && <Tip point={current} drawing={drawing} />}
      <span className="jm-vh" aria-live="polite">
        {said}
      </span>
    </div>
  );
}

function Tip({ point, drawing }: { point: IPoint; drawing: ScatterDrawing }): JSX.Element | null {
  const { scene, frame, places } = drawing;
  const place = places[scene.points.indexOf(point)];
  if (!place) {
    return null;
  }
  const isLeft = place[0] > (frame.left + frame.right) / 2;
  return (
    <div
      className="jm-Tip jm-Scatter-tip"
      aria-hidden="true"
      style={{
        top: Math.min(Math.max(place[1] - 24, 0), frame.bottom - 40),
        ...(isLeft ? { right: frame.width - place[0] + 12 } : { left: place[0] + 12 })
      }}
    >
      <b>{point.name}</b>
      {[[scene.x, point.x] as const, [scene.y, point.y] as const].map(([axis, value]) => (
        <div key={axis.key}>
          {axis.name} <b className="jm-num">{valueWords(axis, value)}</b>
        </div>
      ))}
    </div>
  );
}

interface IFrameProps {
  readonly x: ValueAxis;
  readonly y: ValueAxis;
  readonly yMarks: readonly IMark[];
  readonly frame: IScatterFrame;
}

/** Axes, their marks, and lines across. */
function Frame({ x, y, yMarks, frame }: IFrameProps): JSX.Element {
  const { left, right, bottom, width, height } = frame;
  const most = Math.floor((left - 10) / 6.2);
  const longest = x.kind === 'category' ? Math.max(...x.categories.map(word => word.length), 3) : 7;
  const xMarks = marksOf(x, (6.6 * Math.min(longest, 14)) / Math.max(right - left, 1));
  return (
    <svg className="jm-Parallel-axes" width={width} height={height} aria-hidden="true">
      <text className="jm-Parallel-name" x={4} y={12}>
        {y.name}
      </text>
      {yMarks.map(({ share, words }) => (
        <g key={words}>
          <path className="jm-grid" d={`M${left} ${yOf(share, frame)}H${right}`} />
          <text className="jm-Parallel-mark" x={left - 6} y={yOf(share, frame) + 3.5} textAnchor="end">
            {words.length > most ? `${words.slice(0, Math.max(most - 1, 2))}…` : words}
          </text>
        </g>
      ))}
      <path className="jm-axis" d={`M${left} ${bottom}H${right}`} />
      {xMarks.map(({ share, words }) => (
        <g key={words}>
          <path className="jm-axis" d={`M${xOf(share, frame)} ${bottom}v3`} />
          <text
            className="jm-Parallel-mark"
            x={xOf(share, frame)}
            y={bottom + 14}
            textAnchor={share > 0.95 ? 'end' : share < 0.05 ? 'start' : 'middle'}
          >
            {words.length > 14 ? `${words.slice(0, 13)}…` : words}
          </text>
        </g>
      ))}
      <text className="jm-Parallel-name" x={right} y={bottom + 29} textAnchor="end">
        {x.name}
      </text>
    </svg>
  );
}

/** Do what a key stands for; return whether it stands for something. */
function press(event: KeyboardEvent, { scene, places }: ScatterDrawing, props: IScatterProps): boolean {
  const { hovered, onHover, onSelect, onOpen, onTable } = props;
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const order = scene.points
        .filter((_, at) => places[at] !== null)
        .sort((one, other) => shareOf(scene.x, one.x) - shareOf(scene.x, other.x));
      const at = order.findIndex(point => point.id === hovered);
      const by = event.key === 'ArrowRight' ? 1 : -1;
      const next =
        at < 0 ? (by > 0 ? 0 : order.length - 1) : Math.min(Math.max(at + by, 0), order.length - 1);
      onHover(order[next]?.id ?? null);
      return true;
    }
    case 'Escape':
      onHover(null);
      return hovered !== null;
    case ' ':
      onSelect(hovered === null ? [] : [hovered], true);
      return true;
    case 'Enter':
      if (hovered !== null) {
        onOpen?.(hovered);
      }
      return true;
    case 't':
    case 'T':
      onTable?.();
      return onTable !== undefined;
    default:
      return false;
  }
}

function placeIn(event: PointerEvent<HTMLElement>): readonly [number, number] {
  const { left, top } = event.currentTarget.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

function distance(one: readonly [number, number], other: readonly [number, number]): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

function areaOf(from: readonly [number, number], to: readonly [number, number]): IArea {
  return {
    left: Math.min(from[0], to[0]),
    right: Math.max(from[0], to[0]),
    top: Math.min(from[1], to[1]),
    bottom: Math.max(from[1], to[1])
  };
}
