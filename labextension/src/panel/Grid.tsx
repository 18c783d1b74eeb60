/**
 * The rows of a section, of which only those that are seen are drawn.
 */

import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range, Virtualizer } from '@tanstack/react-virtual';
import { Fragment, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { JSX } from 'react';

import { isFinished } from '../client';
import { formatTime } from '../format';
import { useTranslation } from '../translation';
import { dayOf } from './days';
import { useLate, useNow } from './hooks';
import { meaningOf } from './keys';
import type { Act, IAnchor, IListed } from './nouns';
import { DAY_HEIGHT, Row, ROW_HEIGHT, SkeletonRow } from './Row';
import type { IRowProps, OnAct } from './Row';
import { LINE_HEIGHT, TreeRow } from './TreeRow';
import type { AnySection } from './sections';

/** Ages in seconds are counted up every second, others now and then. */
const FAST = 1_000;
const SLOW = 20_000;

interface IGridProps {
  readonly model: AnySection;
  readonly onAct: OnAct;
  readonly onFilter: () => void;
  readonly onClear: () => void;
  /** From the rows to what stands above them. */
  readonly onLeave: () => void;
}

/** Show the rows. */
export function Grid({ model, onAct, onFilter, onClear, onLeave }: IGridProps): JSX.Element {
  const trans = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const activePlace = model.place(model.active);
  const days = model.days;
  const { tree } = model.noun;
  const height = tree === undefined ? ROW_HEIGHT : LINE_HEIGHT;
  const [pointed, setPointed] = useState('');

  // Nothing here is compiled to be memoized, which the virtualizer would not bear.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: model.total,
    getScrollElement: () => frame.current,
    estimateSize: at => height + (days.has(at) ? DAY_HEIGHT : 0),
    overscan: 6,
    // The row that has the focus stays, however far away it is.
    rangeExtractor: (range: Range) => {
      const places = defaultRangeExtractor(range);
      return activePlace < 0 || places.includes(activePlace)
        ? places
        : [...places, activePlace].sort((one, other) => one - other);
    }
  });
  const shown = rows.getVirtualItems();
  const first = rows.range?.startIndex ?? 0;
  const last = rows.range?.endIndex ?? 0;

  useLayoutEffect(() => rows.measure(), [rows, days]);
  useEffect(() => model.show(first, last), [model, first, last]);
  useAnchor(model, rows);

  const isOffline = model.connection === 'offline';
  const isYoung = shown.some(({ index }) => isCounting(model.row(index)));
  const time = useNow(!model.isLooking || isOffline ? null : isYoung ? FAST : SLOW);
  const now = isOffline && model.asOf > 0 ? model.asOf : Math.max(time, model.asOf);
  const isLate = useLate(shown.some(({ index }) => model.row(index) === undefined));

  const awaited = useRef(-1);
  const focus = useCallback(
    (place: number, isExtending = false) => {
      const row = model.row(place);
      awaited.current = row === undefined ? place : -1;
      if (isExtending) {
        void model.extendTo(place);
      } else if (row !== undefined) {
        model.go(row.id);
      }
      rows.scrollToIndex(place, { align: 'auto' });
      requestAnimationFrame(() => rowAt(frame.current, place)?.focus({ preventScroll: true }));
    },
    [model, rows]
  );
  useEffect(() => {
    // Where the keys have gone a row was still to be read: they go there when it is.
    const place = awaited.current;
    if (place >= 0 && rowAt(frame.current, place) !== null && isWithin(frame.current)) {
      focus(place);
    }
  });
  useKeptFocus(frame, model);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const place = activePlace < 0 ? 0 : activePlace;
    const page = Math.max(Math.floor((frame.current?.clientHeight ?? 0) / height) - 1, 1);
    const meaning = meaningOf(event, page, model.noun.keys);
    const isOnButton = event.target instanceof HTMLButtonElement;
    if (meaning === null || (isOnButton && (event.key === 'Enter' || event.key === ' '))) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const within = (by: number): number => Math.min(Math.max(activePlace + by, 0), model.total - 1);
    switch (meaning.kind) {
      case 'by':
        if (activePlace === 0 && meaning.rows === -1) {
          onLeave();
        } else {
          focus(within(meaning.rows));
        }
        break;
      case 'to':
        focus(meaning.end === 'first' ? 0 : model.total - 1);
        break;
      case 'extend':
        focus(within(meaning.by), model.noun.isMulti);
        break;
      case 'toggle':
        model.toggle(model.row(place)?.id ?? '');
        break;
      case 'all':
        void model.selectAll();
        break;
      case 'within':
        if (!isOnButton && branch(place, meaning.by)) {
          break;
        }
        if (meaning.by < 0 && !isOnButton) {
          onLeave();
        } else {
          focusWithin(rowAt(frame.current, place), meaning.by);
        }
        break;
      case 'filter':
        onFilter();
        break;
      case 'clear':
        if (isOnButton) {
          focus(place);
        } else if (model.selection.size > 0) {
          model.clearSelection();
        } else {
          onClear();
        }
        break;
      case 'act':
        act(meaning.act, place);
    }
  };
  /** Go into a tree, or out of it; say whether there is anything to go into or out of. */
  const branch = (place: number, by: 1 | -1): boolean => {
    const row = model.row(place);
    if (tree === undefined || row === undefined) {
      return false;
    }
    const isOpen = tree.isOpen(row);
    const parent = tree.parentOf(row);
    if (isOpen !== null && isOpen !== by > 0) {
      tree.open(row, by > 0);
    } else if (isOpen === true) {
      focus(place + 1);
    } else if (by < 0 && parent !== null) {
      focus(model.place(parent));
    } else {
      return false;
    }
    return true;
  };
  const act = (name: Act, place: number): void => {
    const row = model.row(place);
    const at = rowAt(frame.current, place);
    if (row !== undefined && at !== null) {
      onAct(name, row, at);
    }
  };

  const onClick = (event: React.MouseEvent): void => {
    const row = rowOf(event.target, model);
    if (row === undefined || isButton(event.target)) {
      return;
    }
    if (event.shiftKey && model.noun.isMulti) {
      // A range of rows is meant, not one of their words.
      document.getSelection()?.removeAllRanges();
      void model.extendTo(model.place(row.id));
    } else if ((event.ctrlKey || event.metaKey) && model.noun.isMulti) {
      model.toggle(row.id);
    } else {
      model.press(row.id);
    }
  };

  const onContextMenu = (event: React.MouseEvent): void => {
    const row = rowOf(event.target, model);
    // With Shift the browser's own menu opens, as everywhere in JupyterLab.
    if (row !== undefined && !event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      model.activate(row.id);
      onAct('menu', row, new Point(event.clientX, event.clientY));
    }
  };

  const drawn = (props: IRowProps): JSX.Element =>
    tree === undefined ? (
      <Row {...props} />
    ) : (
      <TreeRow
        {...props}
        level={tree.levelOf(props.row)}
        isOpen={tree.isOpen(props.row)}
        onOpen={isOpen => tree.open(props.row, isOpen)}
      />
    );

  const seen = new Set<string>();
  const tabStop = activePlace < 0 ? first : activePlace;
  return (
    <div
      className="jm-Runs"
      ref={frame}
      role={tree === undefined ? 'grid' : 'treegrid'}
      aria-label={model.noun.texts(trans).list(isOffline ? formatTime(model.asOf) : '')}
      aria-rowcount={model.total}
      aria-multiselectable={model.noun.isMulti || undefined}
      aria-busy={isLate}
      data-selected={model.selection.size > 0 || undefined}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onContextMenu={onContextMenu}
      onDoubleClick={event => {
        const row = rowOf(event.target, model);
        if (row !== undefined && !isButton(event.target)) {
          onAct('open', row, event.currentTarget);
        }
      }}
      onFocus={event => {
        const row = rowOf(event.target, model);
        if (row !== undefined) {
          model.activate(row.id);
        }
      }}
      onPointerOver={event => setPointed(rowOf(event.target, model)?.id ?? '')}
      onPointerLeave={() => setPointed('')}
    >
      <div className="jm-Runs-all" role="presentation" style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, start, end }) => {
          const row = model.row(index);
          if (row === undefined) {
            return <SkeletonRow key={index} place={index} top={end - height} isShown={isLate} />;
          }
          // While a list changes under the reader, a row may stand on two pages of it.
          const key = seen.has(row.id) ? index : row.id;
          seen.add(row.id);
          return (
            <Fragment key={key}>
              {days.has(index) && (
                <div className="jm-Day" aria-hidden="true" style={{ top: start }}>
                  {dayOf(row.created, now, trans)}
                  {isOffline && index === 0 && trans.__(', as of %1', formatTime(model.asOf).slice(0, 5))}
                </div>
              )}
              {drawn({
                row,
                words: model.words(row, now, trans),
                place: index,
                top: end - height,
                isActive: row.id === model.active,
                isSelected: model.isSelected(row.id),
                isTabStop: index === tabStop,
                hasActs: row.id === model.active || row.id === pointed,
                onAct
              })}
            </Fragment>
          );
        })}
      </div>
    </div>
  );
}

/** A point of the screen, where something that has a place is wanted. */
class Point implements IAnchor {
  constructor(
    private readonly _x: number,
    private readonly _y: number
  ) {}

  getBoundingClientRect(): DOMRect {
    return new DOMRect(this._x, this._y, 0, 0);
  }
}

/** Keep what is seen where it is, whatever comes or goes above it. */
function useAnchor(model: AnySection, rows: Virtualizer<HTMLDivElement, Element>): void {
  const anchor = useRef<{ id: string; offset: number } | null>(null);
  const { total, days } = model;
  useLayoutEffect(() => {
    const held = anchor.current;
    const start = rows.measurementsCache[held === null ? -1 : model.place(held.id)]?.start;
    if (held !== null && start !== undefined && Math.abs(start + held.offset - topOf(rows)) >= 1) {
      rows.scrollToOffset(start + held.offset);
    }
  }, [model, rows, total, days]);
  useLayoutEffect(() => {
    const top = topOf(rows);
    const item = rows.getVirtualItemForOffset(top);
    const row = item === undefined ? undefined : model.row(item.index);
    // At the very top one wants to see what is new.
    anchor.current =
      top < 1 || item === undefined || row === undefined ? null : { id: row.id, offset: top - item.start };
  });
}

function topOf(rows: Virtualizer<HTMLDivElement, Element>): number {
  // As it was told last: to ask the element would make the browser lay out all of it at once.
  return rows.scrollOffset ?? 0;
}

/** Where the row that had the focus is gone, the one in its place gets it. */
function useKeptFocus(frame: React.RefObject<HTMLDivElement>, model: AnySection): void {
  const focused = useRef<Element | null>(null);
  useEffect(() => {
    const element = frame.current;
    const note = (event: FocusEvent): void => {
      if (event.type === 'focusin') {
        focused.current = event.target as Element;
        return;
      }
      const to = event.relatedTarget;
      // What is taken away loses the focus to nobody, and a question only borrows it.
      if (to instanceof Element && to.closest('.jp-Dialog') === null) {
        focused.current = null;
      }
    };
    element?.addEventListener('focusin', note);
    element?.addEventListener('focusout', note);
    return () => {
      element?.removeEventListener('focusin', note);
      element?.removeEventListener('focusout', note);
    };
  }, [frame]);
  useLayoutEffect(() => {
    if (focused.current?.isConnected === false && document.activeElement === document.body) {
      const place = model.place(model.active);
      rowAt(frame.current, place)?.focus({ preventScroll: true });
    }
  });
}

/** Say whether the keys are still in the list, or nowhere because their row is not drawn any more. */
function isWithin(frame: HTMLElement | null): boolean {
  const at = document.activeElement;
  return at === document.body || (frame?.contains(at) ?? false);
}

function rowAt(frame: HTMLElement | null, place: number): HTMLElement | null {
  return frame?.querySelector<HTMLElement>(`.jm-Run[data-place="${place}"]`) ?? null;
}

function focusWithin(row: HTMLElement | null, by: 1 | -1): void {
  const buttons = [...(row?.querySelectorAll('button') ?? [])];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement) + by;
  if (at >= 0) {
    buttons[Math.min(at, buttons.length - 1)]?.focus();
  } else {
    row?.focus();
  }
}

function rowOf(target: EventTarget, model: AnySection): IListed | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('.jm-Run') : null;
  return element === null ? undefined : model.find(element.dataset.id ?? '');
}

function isButton(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button') !== null;
}

/** Say whether what a row shows passes by the second. */
function isCounting(row: IListed | undefined): boolean {
  return row !== undefined && (!isFinished(row) || Date.now() / 1000 - row.created < 60);
}
