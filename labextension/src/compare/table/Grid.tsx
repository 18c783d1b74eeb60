/**
 * The table: of many rows and columns only those in view are drawn.
 */

import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { JSX, KeyboardEvent, MouseEvent } from 'react';

import { formatCount } from '../../format';
import { Icon } from '../../icons';
import { oneLine } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import type { IComparedColumn } from '../../wire';
import { useHovered, useMarks } from '../context';
import type { ISort, Item } from '../order';
import type { IWanted } from '../values';
import { Header } from './Header';
import { meaningOf } from './keys';
import type { ICell } from './keys';
import { EYE, HEAD, MARKS, ROW } from './layout';
import type { IDrawnColumn } from './layout';
import { Row, rowStyle } from './Row';
import type { IPlaced, RowAct } from './Row';

interface IGridProps {
  readonly label: string;
  readonly items: readonly Item[];
  readonly columns: readonly IDrawnColumn[];
  readonly nameWidth: number;
  readonly sort: ISort | null;
  readonly wanted: IWanted;
  readonly colours: ReadonlyMap<string, number>;
  /** Ids of the runs that lie in what is kept; null if nothing is left out. */
  readonly kept: ReadonlySet<string> | null;
  readonly now: number;
  readonly height: number;
  readonly onSort: (key: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onFold: (key: string) => void;
  readonly onFilter: () => void;
  readonly onColumnMenu: (column: IComparedColumn, anchor: HTMLElement) => void;
  readonly onRunMenu: (id: string, anchor: Element) => void;
  /** Columns have come into view. */
  readonly onSeen: (columns: readonly IComparedColumn[]) => void;
}

/** Of all columns that many stand before those of the comparison: marks and name. */
const BEFORE = 2;

/** Show the table. */
export function Grid(props: IGridProps): JSX.Element {
  const { items, columns, nameWidth, sort, wanted, colours, kept, now, height, onSeen } = props;
  const trans = useTranslation();
  const marks = useMarks();
  const hovered = useHovered();
  const frame = useRef<HTMLDivElement>(null);
  const [cell, setCell] = useState<ICell>({ row: 0, column: 1 });
  const anchor = useRef(-1);
  const wantsFocus = useRef(false);
  const pinned = MARKS + nameWidth;
  const count = columns.length + BEFORE + 1;
  const active: ICell = {
    row: Math.min(cell.row, items.length - 1),
    column: Math.min(cell.column, count - 1)
  };

  // Nothing here is compiled to be memoized, which the virtualizer would not bear.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    paddingStart: HEAD,
    scrollPaddingStart: HEAD,
    overscan: 4,
    rangeExtractor: (range: Range) => withOne(range, active.row)
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => frame.current,
    estimateSize: at => columns[at]?.width ?? 0,
    paddingStart: pinned,
    paddingEnd: EYE,
    scrollPaddingStart: pinned,
    scrollPaddingEnd: EYE,
    overscan: 2,
    rangeExtractor: (range: Range) => withOne(range, active.column - BEFORE)
  });
  useLayoutEffect(() => across.measure(), [across, columns, pinned]);
  const width = across.getTotalSize();
  const inView = across
    .getVirtualItems()
    .map(({ index, start }) => `${index}:${start}`)
    .join();
  const placed = useMemo<readonly IPlaced[]>(
    () =>
      inView
        .split(',')
        .filter(Boolean)
        .flatMap(text => {
          const [at = 0, left = 0] = text.split(':').map(Number);
          const drawn = columns[at];
          return drawn === undefined ? [] : [{ at: at + BEFORE, left, drawn }];
        }),
    [inView, columns]
  );
  useEffect(() => onSeen(placed.map(({ drawn }) => drawn.column)), [onSeen, placed]);

  const go = (to: ICell): void => {
    setCell(to);
    wantsFocus.current = true;
    if (to.row >= 0) {
      rows.scrollToIndex(to.row, { align: 'auto' });
    }
    if (to.column >= BEFORE && to.column < count - 1) {
      across.scrollToIndex(to.column - BEFORE, { align: 'auto' });
    }
  };
  useEffect(() => {
    if (wantsFocus.current) {
      const selector = `[data-place="${active.row}"] [data-column="${active.column}"]`;
      const element = frame.current?.querySelector<HTMLElement>(selector);
      if (element) {
        wantsFocus.current = false;
        element.focus({ preventScroll: true });
      }
    }
  });

  const runAt = (place: number): string => {
    const item = items[place];
    return item?.kind === 'run' ? item.run.row.id : '';
  };
  const range = (to: number): void => {
    const from = anchor.current < 0 ? active.row : anchor.current;
    const ids: string[] = [];
    for (let place = Math.min(from, to); place <= Math.max(from, to); place++) {
      ids.push(runAt(place));
    }
    anchor.current = from;
    marks.select(ids.filter(Boolean), false);
  };
  const { onOpen } = props;
  const onAct = useCallback(
    (act: RowAct, id: string): void => {
      switch (act) {
        case 'open':
          onOpen(id);
          break;
        case 'hide':
          marks.toggleHidden([id]);
          break;
        default:
          marks.set(act, id);
      }
    },
    [marks, onOpen]
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(Math.floor((height - HEAD) / ROW) - 1, 1);
    const meaning = meaningOf(event, active, items.length, count, page);
    if (meaning === null) {
      return;
    }
    const item = items[active.row];
    const id = runAt(active.row);
    const target = event.target as HTMLElement;
    switch (meaning.kind) {
      case 'go':
        anchor.current = -1;
        go(meaning.to);
        break;
      case 'extend':
        range(meaning.to.row);
        go(meaning.to);
        break;
      case 'mark':
        if (id) {
          marks.set(meaning.side, id);
        }
        break;
      case 'open':
        if (active.row < 0) {
          sortBy(active.column);
        } else if (item?.kind === 'group') {
          props.onFold(item.key);
        } else if (active.column === count - 1) {
          marks.toggleHidden([id]);
        } else {
          onOpen(id);
        }
        break;
      case 'select':
        if (active.row < 0) {
          sortBy(active.column);
        } else if (item?.kind === 'group') {
          props.onFold(item.key);
        } else {
          anchor.current = active.row;
          marks.select([id], true);
        }
        break;
      case 'all':
        marks.select(
          items.flatMap(each => (each.kind === 'run' ? [each.run.row.id] : [])),
          false
        );
        break;
      case 'clear':
        if (marks.selected.size === 0) {
          return;
        }
        marks.select([], false);
        break;
      case 'sort':
        sortBy(active.column);
        break;
      case 'hide':
        if (id) {
          marks.toggleHidden([id]);
        }
        break;
      case 'filter':
        props.onFilter();
        break;
      case 'menu': {
        const drawn = columns[active.column - BEFORE];
        if (active.row < 0 && drawn !== undefined) {
          props.onColumnMenu(drawn.column, target);
        } else if (id) {
          props.onRunMenu(id, target);
        }
        break;
      }
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const sortBy = (column: number): void => {
    const drawn = columns[column - BEFORE];
    if (column === 1 || drawn !== undefined) {
      props.onSort(drawn?.column.key ?? 'name');
    }
  };
  const onClick = (event: MouseEvent): void => {
    const at = cellOf(event.target);
    if (at === null) {
      return;
    }
    setCell(at);
    const item = items[at.row];
    if (event.target instanceof Element && event.target.closest('button') !== null) {
      return;
    }
    if (item?.kind === 'group') {
      props.onFold(item.key);
    } else if (item !== undefined && event.shiftKey) {
      document.getSelection()?.removeAllRanges();
      range(at.row);
    } else if (item !== undefined) {
      const { id } = item.run.row;
      const isMore = event.ctrlKey || event.metaKey;
      const isOnly = !isMore && marks.selected.size === 1 && marks.selected.has(id);
      anchor.current = at.row;
      marks.select(isOnly ? [] : [id], isMore);
    }
  };
  return (
    <>
      <div
        ref={frame}
        className="jm-Compare-grid jm-num"
        role="grid"
        aria-label={props.label}
        aria-rowcount={items.length + 2}
        aria-colcount={count}
        aria-multiselectable={true}
        style={{ height }}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onDoubleClick={event => {
          const id = runAt(cellOf(event.target)?.row ?? -1);
          if (id && !(event.target as Element).closest('button')) {
            onOpen(id);
          }
        }}
        onContextMenu={event => {
          const id = runAt(cellOf(event.target)?.row ?? -1);
          if (id && !event.shiftKey) {
            event.preventDefault();
            event.stopPropagation();
            props.onRunMenu(id, event.target as Element);
          }
        }}
        onPointerOver={event => marks.hover(runAt(cellOf(event.target)?.row ?? -1) || null)}
        onPointerLeave={() => marks.hover(null)}
      >
        <div className="jm-Compare-all" role="presentation" style={{ width, height: rows.getTotalSize() }}>
          <Header
            columns={placed}
            count={count}
            width={width}
            nameWidth={nameWidth}
            sort={sort}
            stop={active.row < 0 ? active.column : -1}
            onSort={props.onSort}
            onMenu={props.onColumnMenu}
          />
          <div className="jm-Compare-rows" role="rowgroup">
            {rows.getVirtualItems().map(({ index }) => {
              const item = items[index];
              if (item === undefined) {
                return null;
              }
              const stop = index === active.row ? active.column : -1;
              if (item.kind === 'group') {
                return (
                  <Group
                    key={`group ${item.key}`}
                    item={item}
                    place={index}
                    width={width}
                    count={count}
                    stop={stop}
                  />
                );
              }
              const { id } = item.run.row;
              return (
                <Row
                  key={id}
                  run={item.run}
                  place={index}
                  width={width}
                  nameWidth={nameWidth}
                  columns={placed}
                  count={count}
                  wanted={wanted}
                  now={now}
                  colour={colours.get(id) ?? 0}
                  side={marks.a === id ? 'A' : marks.b === id ? 'B' : ''}
                  isSelected={marks.selected.has(id)}
                  isHidden={marks.hidden.has(id)}
                  isHovered={hovered === id}
                  isOut={kept !== null && !kept.has(id)}
                  stop={stop}
                  onAct={onAct}
                />
              );
            })}
          </div>
        </div>
      </div>
      <span className="jm-vh" aria-live="polite">
        {marks.selected.size > 0 &&
          trans._n(
            '%1 run is selected',
            '%1 runs are selected',
            marks.selected.size,
            formatCount(marks.selected.size)
          )}
      </span>
    </>
  );
}

interface IGroupProps {
  readonly item: Extract<Item, { kind: 'group' }>;
  readonly place: number;
  readonly width: number;
  readonly count: number;
  readonly stop: number;
}

function Group({ item, place, width, count, stop }: IGroupProps): JSX.Element {
  const trans = useTranslation();
  return (
    <div
      className="jm-Compare-row jm-mod-group"
      role="row"
      aria-rowindex={place + 3}
      aria-expanded={!item.isFolded}
      data-place={place}
      style={rowStyle(place, ROW, width)}
    >
      <div
        className="jm-Compare-cell jm-Compare-pinned"
        role="gridcell"
        aria-colindex={1}
        aria-colspan={count}
        data-column={Math.max(stop, 0)}
        tabIndex={stop >= 0 ? 0 : -1}
      >
        <Icon name={item.isFolded ? 'caret-right' : 'caret-down'} size={12} />
        <b>{oneLine(item.words, 60)}</b>
        <span className="jm-muted jm-small">
          {trans._n('%1 run', '%1 runs', item.count, formatCount(item.count))}
        </span>
      </div>
    </div>
  );
}

function withOne(range: Range, one: number): number[] {
  const places = defaultRangeExtractor(range);
  return one < 0 || one >= range.count || places.includes(one)
    ? places
    : [...places, one].sort((left, right) => left - right);
}

function cellOf(target: EventTarget): ICell | null {
  if (!(target instanceof Element)) {
    return null;
  }
  const row = target.closest<HTMLElement>('[data-place]');
  const column = target.closest<HTMLElement>('[data-column]');
  return row === null
    ? null
    : { row: Number(row.dataset.place), column: Number(column?.dataset.column ?? 1) };
}
