/**
 * The lines of a log that can be seen, and a few more.
 */

import { useCallback, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react';
import type { JSX, KeyboardEvent, ReactNode } from 'react';

import { useTranslation } from '../../translation';
import type { IPlaced } from './layout';
import { LINE } from './layout';
import { compare, textBetween } from './passages';
import type { ISpot } from './passages';
import { Row } from './Row';
import type { LogSearch } from './search';
import type { Viewport } from './viewport';

/** Pixels above and below that are made ready. */
const AROUND = 30 * LINE;

/** The row that holds the match that is shown. */
export interface IShownMatch {
  readonly chunk: number;
  readonly row: number;
}

interface ILogViewProps {
  readonly viewport: Viewport;
  readonly search: LogSearch;
  readonly match: IShownMatch | null;
  readonly isWrapped: boolean;
  readonly label: string;
  /** The colour of the rank; empty where there is but one. */
  readonly colour: string;
  /** Something that is selected is to be copied, of which not all is read. */
  readonly onCopy: (from: ISpot, to: ISpot) => void;
  /** All is to be copied. */
  readonly onCopyAll: () => void;
  /** What stands there while the log has no line. */
  readonly children?: ReactNode;
}

export function LogView(props: ILogViewProps): JSX.Element {
  const { viewport, search, match, isWrapped, label, colour, children } = props;
  const { doc, layout } = viewport;
  const trans = useTranslation();
  useChanges(viewport, search);
  const element = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const [isAll, setAll] = useState(false);
  const pinned = usePinned(element);

  useLayoutEffect(() => {
    if (element.current === null || spacer.current === null) {
      return;
    }
    return viewport.attach({ element: element.current, spacer: spacer.current });
  }, [viewport]);
  useColumns(viewport, isWrapped, element, probe);

  const { rows, unread } = layout.between(viewport.top - AROUND, viewport.top + viewport.height + AROUND);
  const shown = withPinned(rows, pinned, viewport);
  useEffect(() => doc.want(wantedOf(viewport)));

  const onMeasure = useCallback(
    (chunk: number, row: number, height: number) => {
      if (layout.measure(chunk, row, height)) {
        viewport.update();
      }
    },
    [layout, viewport]
  );
  const onWhole = useCallback(
    (chunk: number, row: number) => {
      viewport.stay();
      layout.showWhole(chunk, row);
      viewport.update();
    },
    [layout, viewport]
  );
  useReveal(element, match, search, viewport);

  const before = new Map<number, number>();
  const numberOf = (chunk: number, row: number): number | string => {
    const count = before.get(chunk) ?? layout.before(chunk);
    before.set(chunk, count);
    return count < 0 ? '' : count + row + 1;
  };
  const shift = viewport.shift;
  const contents = shown.map(placed => {
    const content = doc.rows(placed.chunk)?.[placed.row] ?? '';
    const isMatch = match !== null && match.chunk === placed.chunk && match.row === placed.row;
    return (
      <Row
        key={`${placed.chunk}:${placed.row}`}
        chunk={placed.chunk}
        row={placed.row}
        content={content}
        top={placed.top + shift}
        isWhole={layout.isWhole(placed.chunk, placed.row)}
        isWrapped={isWrapped}
        text={search.text}
        isCased={search.isCased}
        current={isMatch ? search.placeInLine : -1}
        onMeasure={onMeasure}
        onWhole={onWhole}
      />
    );
  });

  const onCopy = (event: React.ClipboardEvent): void => {
    if (isAll) {
      event.preventDefault();
      props.onCopyAll();
      return;
    }
    const spots = selectedSpots(element.current);
    if (spots !== null) {
      event.preventDefault();
      const text = textBetween(doc, ...spots);
      if (text === null) {
        props.onCopy(...spots);
      } else {
        event.clipboardData.setData('text/plain', text);
      }
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      document.getSelection()?.removeAllRanges();
      setAll(true);
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c' && isAll) {
      event.preventDefault();
      props.onCopyAll();
    } else if (event.target === element.current && move(viewport, event)) {
      event.preventDefault();
    }
  };

  return (
    <div className="jm-Log-frame" style={colour ? { borderLeft: `3px solid ${colour}` } : undefined}>
      <div
        ref={element}
        className={`jm-Log${isWrapped ? ' jm-mod-wrapped' : ''}${isAll ? ' jm-mod-all' : ''}`}
        role="log"
        aria-live="off"
        aria-label={label}
        tabIndex={0}
        onCopy={onCopy}
        onKeyDown={onKeyDown}
        onPointerDown={() => setAll(false)}
      >
        <span ref={probe} className="jm-Log-probe" aria-hidden="true">
          {'0'.repeat(100)}
        </span>
        {children}
        <div
          ref={spacer}
          className="jm-Log-spacer"
          style={isWrapped ? undefined : { width: `calc(${layout.widest}ch + 80px)` }}
        >
          {unread.map(({ chunk, top, height }) => (
            <div key={chunk} className="jm-Log-unread" style={{ top: top + shift, height }}>
              <span>{trans.__('Reading…')}</span>
            </div>
          ))}
          <div className="jm-Log-gutter" aria-hidden="true">
            {shown.map(({ chunk, row, top }) => (
              <span key={`${chunk}:${row}`} style={{ top: top + shift }}>
                {numberOf(chunk, row)}
              </span>
            ))}
          </div>
          {contents}
        </div>
      </div>
    </div>
  );
}

function useChanges(viewport: Viewport, search: LogSearch): void {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    viewport.changed.connect(again);
    search.changed.connect(again);
    again();
    return () => {
      viewport.changed.disconnect(again);
      search.changed.disconnect(again);
    };
  }, [viewport, search]);
}

/** Tell the layout how many characters a line has. */
function useColumns(
  viewport: Viewport,
  isWrapped: boolean,
  element: React.RefObject<HTMLElement>,
  probe: React.RefObject<HTMLElement>
): void {
  useLayoutEffect(() => {
    const fit = (): void => {
      const box = element.current;
      const character = (probe.current?.getBoundingClientRect().width ?? 0) / 100;
      const gutter =
        box === null ? 0 : parseFloat(getComputedStyle(box).getPropertyValue('--jm-log-gutter')) || 0;
      if (box !== null && character > 0) {
        viewport.layout.fit(Math.floor((box.clientWidth - gutter) / character), isWrapped);
        viewport.update();
      }
    };
    fit();
    const observer = new ResizeObserver(fit);
    for (const { current } of [element, probe]) {
      if (current !== null) {
        observer.observe(current);
      }
    }
    return () => observer.disconnect();
  }, [viewport, isWrapped, element, probe]);
}

/** Let the match that is shown be seen also where its line is long. */
function useReveal(
  element: React.RefObject<HTMLElement>,
  match: IShownMatch | null,
  search: LogSearch,
  viewport: Viewport
): void {
  const current = search.current;
  useLayoutEffect(() => {
    const box = element.current;
    if (match === null || box === null) {
      return;
    }
    viewport.reveal(match.chunk, match.row);
    const timer = requestAnimationFrame(() => {
      const mark = box.querySelector('mark.jm-cur');
      if (mark === null) {
        return;
      }
      const [outer, inner] = [box.getBoundingClientRect(), mark.getBoundingClientRect()];
      const gutter = 90;
      if (inner.left < outer.left + gutter || inner.right > outer.right) {
        box.scrollLeft += inner.left - outer.left - outer.width / 2;
      }
    });
    return () => cancelAnimationFrame(timer);
  }, [element, match, current, viewport]);
}

function move(viewport: Viewport, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return false;
  }
  switch (event.key) {
    case 'ArrowUp':
      viewport.scrollBy(-LINE);
      return true;
    case 'ArrowDown':
      viewport.scrollBy(LINE);
      return true;
    case 'PageUp':
      viewport.scrollBy(2 * LINE - viewport.height);
      return true;
    case 'PageDown':
    case ' ':
      viewport.scrollBy(viewport.height - 2 * LINE);
      return true;
    case 'Home':
      viewport.home();
      return true;
    case 'End':
      viewport.follow();
      return true;
  }
  return false;
}

/** Return the chunks that are seen, then those beside them. */
function wantedOf({ doc, layout, top, height }: Viewport): number[] {
  const first = layout.placeAt(top).chunk;
  const last = layout.placeAt(top + height).chunk;
  const seen = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  return [...seen.reverse(), first - 1, last + 1].filter(index => index >= 0 && index < doc.count);
}

/** A selection must not lose the rows in which it begins and ends when they leave the page. */
function usePinned(element: React.RefObject<HTMLElement>): readonly ISpot[] {
  const [pinned, setPinned] = useState<readonly ISpot[]>([]);
  useEffect(() => {
    const onSelection = (): void => {
      const spots = caretSpots(element.current) ?? [];
      setPinned(before => (keysOf(before) === keysOf(spots) ? before : spots));
    };
    document.addEventListener('selectionchange', onSelection);
    return () => document.removeEventListener('selectionchange', onSelection);
  }, [element]);
  return pinned;
}

function keysOf(spots: readonly ISpot[]): string {
  return spots.map(({ chunk, row }) => `${chunk}:${row}`).join();
}

function withPinned(
  rows: readonly IPlaced[],
  pinned: readonly ISpot[],
  viewport: Viewport
): readonly IPlaced[] {
  const missing = pinned
    .filter(({ chunk, row }) => !rows.some(placed => placed.chunk === chunk && placed.row === row))
    .map(({ chunk, row }) => viewport.layout.placed(chunk, row))
    .filter(placed => placed !== null);
  return missing.length === 0 ? rows : [...rows, ...missing].sort((one, other) => one.top - other.top);
}

/** Return where the selection begins and ends; null if nothing of the log is selected. */
function selectedSpots(element: HTMLElement | null): [ISpot, ISpot] | null {
  return document.getSelection()?.isCollapsed === false ? caretSpots(element) : null;
}

/** Return where the selection begins and ends, be it empty: a click with Shift makes it larger. */
function caretSpots(element: HTMLElement | null): [ISpot, ISpot] | null {
  const selection = document.getSelection();
  if (element === null || selection === null) {
    return null;
  }
  const one = spotOf(element, selection.anchorNode, selection.anchorOffset);
  const other = spotOf(element, selection.focusNode, selection.focusOffset);
  if (one === null || other === null) {
    return null;
  }
  return compare(one, other) <= 0 ? [one, other] : [other, one];
}

function spotOf(element: HTMLElement, node: Node | null, offset: number): ISpot | null {
  const near = node instanceof Element ? node : node?.parentElement;
  const line = near?.closest<HTMLElement>('.jm-Log-row');
  if (node === null || !line || !element.contains(line)) {
    return null;
  }
  const text = line.querySelector('.jm-Log-text');
  return {
    chunk: Number(line.dataset.chunk),
    row: Number(line.dataset.row),
    column: text === null ? 0 : columnOf(text, node, offset)
  };
}

function columnOf(text: Element, node: Node, offset: number): number {
  const range = document.createRange();
  range.selectNodeContents(text);
  const side = range.comparePoint(node, offset);
  if (side !== 0) {
    return side < 0 ? 0 : range.toString().length;
  }
  range.setEnd(node, offset);
  return range.toString().length;
}
