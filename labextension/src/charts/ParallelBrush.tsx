/**
 * How ranges of parallel axes are kept: by dragging along an axis, and by keys.
 */

import { useRef, useState } from 'react';
import type { JSX, KeyboardEvent, PointerEvent } from 'react';

import { useTranslation } from '../translation';
import type { ITranslation } from '../translation';
import { keptBetween, keptShares, numberAt, stepped, valueWords, withKept } from './dimensions';
import type { KeptRanges, ValueAxis } from './dimensions';
import type { IParallelFrame } from './parallel';

interface IBrushProps {
  readonly axes: readonly ValueAxis[];
  readonly frame: IParallelFrame;
  readonly kept: KeptRanges;
  readonly onKept: (kept: KeptRanges) => void;
}

/** How near an edge is taken hold of, and less than which is a click; in pixels. */
const NEAR = 5;
/** How wide the strip is along which one drags. */
const STRIP = 20;

/** What is dragged: a new range, one of a range's edges, or all of a range. */
interface IDrag {
  readonly fixed: number;
  /** Where the pointer took hold; only where all of it is moved. */
  readonly whole: readonly [number, number] | null;
  readonly from: number;
  moved: boolean;
}

/** Where one drags. */
export function Strips({ axes, frame, kept, onKept }: IBrushProps): JSX.Element {
  const drag = useRef<IDrag | null>(null);
  const shareAt = (event: PointerEvent): number => {
    const y = event.clientY - event.currentTarget.getBoundingClientRect().top - NEAR;
    return Math.min(Math.max(1 - y / (frame.bottom - frame.top), 0), 1);
  };
  const onDown = (event: PointerEvent, axis: ValueAxis): void => {
    if (event.button === 0) {
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = dragFrom(axis, kept, shareAt(event), NEAR / (frame.bottom - frame.top));
    }
  };
  const onMove = (event: PointerEvent, axis: ValueAxis): void => {
    const held = drag.current;
    if (held === null) {
      return;
    }
    const share = shareAt(event);
    held.moved ||= Math.abs(share - held.from) * (frame.bottom - frame.top) > NEAR / 2;
    if (held.moved) {
      onKept(withKept(kept, axis.key, keptBetween(axis, ...draggedTo(held, share))));
    }
  };
  const onUp = (axis: ValueAxis): void => {
    if (drag.current !== null && !drag.current.moved) {
      // A click on an axis takes back what was kept of it.
      onKept(withKept(kept, axis.key, null));
    }
    drag.current = null;
  };
  return (
    <>
      {axes.map((axis, at) => (
        <div
          key={axis.key}
          className="jm-Parallel-strip"
          data-axis={axis.name}
          aria-hidden="true"
          style={{
            left: (frame.xs[at] ?? 0) - STRIP / 2,
            top: frame.top - NEAR,
            width: STRIP,
            height: frame.bottom - frame.top + 2 * NEAR
          }}
          onPointerDown={event => onDown(event, axis)}
          onPointerMove={event => onMove(event, axis)}
          onPointerUp={() => onUp(axis)}
          onPointerCancel={() => {
            drag.current = null;
          }}
        />
      ))}
    </>
  );
}

/** Two sliders an axis, of which one is a stop of Tab; they are seen while one has the focus. */
export function Edges({ axes, frame, kept, onKept, label }: IBrushProps & { label: string }): JSX.Element {
  const trans = useTranslation();
  const group = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const count = 2 * axes.length;
  const stop = Math.min(current, count - 1);
  const go = (to: number): void => {
    const next = Math.min(Math.max(to, 0), count - 1);
    setCurrent(next);
    group.current?.querySelectorAll<HTMLElement>('[role=slider]')[next]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent, axis: ValueAxis, place: number): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      go(place + (event.key === 'ArrowLeft' ? -1 : 1));
    } else if (event.key === 'Delete' || event.key === 'Backspace' || event.key === 'Escape') {
      onKept(withKept(kept, axis.key, null));
    } else {
      const isUpper = place % 2 === 1;
      const shares = sharesOf(axis, kept);
      const moved = movedBy(event.key, axis, shares[isUpper ? 1 : 0]);
      if (moved === null) {
        return;
      }
      const [low, high] = isUpper ? [Math.min(shares[0], moved), moved] : [moved, Math.max(shares[1], moved)];
      onKept(withKept(kept, axis.key, keptBetween(axis, low, high)));
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={group} className="jm-Parallel-edges" role="group" aria-label={label}>
      {axes.flatMap((axis, at) =>
        sharesOf(axis, kept).map((share, edge) => (
          <div
            key={`${axis.key} ${edge}`}
            className="jm-Parallel-edge"
            role="slider"
            aria-orientation="vertical"
            aria-label={edge === 0 ? trans.__('least %1', axis.name) : trans.__('greatest %1', axis.name)}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(share * 100)}
            aria-valuetext={edgeWords(axis, share, trans)}
            tabIndex={2 * at + edge === stop ? 0 : -1}
            style={{ left: frame.xs[at] ?? 0, top: frame.bottom - share * (frame.bottom - frame.top) }}
            onFocus={() => setCurrent(2 * at + edge)}
            onKeyDown={event => onKeyDown(event, axis, 2 * at + edge)}
          />
        ))
      )}
    </div>
  );
}

function sharesOf(axis: ValueAxis, kept: KeptRanges): readonly [number, number] {
  const range = kept[axis.key];
  return range === undefined ? [0, 1] : keptShares(axis, range);
}

function edgeWords(axis: ValueAxis, share: number, trans: ITranslation): string {
  if (axis.kind === 'category') {
    return axis.categories[Math.round(share * (axis.categories.length - 1))] ?? trans.__('nothing');
  }
  return valueWords(axis, numberAt(axis, share));
}

/** By how many steps a key moves an edge. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
  Home: -Infinity,
  End: Infinity
};

/** Return where a key moves an edge; null if it is no such key. */
function movedBy(key: string, axis: ValueAxis, share: number): number | null {
  const steps = STEPS[key];
  return steps === undefined ? null : stepped(axis, share, steps);
}

function dragFrom(axis: ValueAxis, kept: KeptRanges, share: number, near: number): IDrag {
  const range = kept[axis.key];
  const none = { fixed: share, whole: null, from: share, moved: false };
  if (range === undefined) {
    return none;
  }
  const [low, high] = keptShares(axis, range);
  if (Math.abs(share - high) <= near) {
    return { ...none, fixed: low };
  }
  if (Math.abs(share - low) <= near) {
    return { ...none, fixed: high };
  }
  return share > low && share < high ? { ...none, whole: [low, high] } : none;
}

function draggedTo({ fixed, whole, from }: IDrag, share: number): readonly [number, number] {
  if (whole === null) {
    return [fixed, share];
  }
  const [low, high] = whole;
  const by = Math.min(Math.max(share - from, -low), 1 - high);
  return [low + by, high + by];
}
