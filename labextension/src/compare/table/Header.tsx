/**
 * The head of the table: parts, and below them the names of the columns.
 */

import type { JSX } from 'react';

import { Icon } from '../../icons';
import { oneLine } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IComparedColumn } from '../../wire';
import { NAME } from '../order';
import type { ISort } from '../order';
import { EYE, MARKS } from './layout';
import type { IPlaced } from './Row';

interface IHeaderProps {
  readonly columns: readonly IPlaced[];
  readonly count: number;
  readonly width: number;
  readonly nameWidth: number;
  readonly sort: ISort | null;
  /** The column of the cell that Tab stops at; -1 if it is in a row. */
  readonly stop: number;
  readonly onSort: (key: string) => void;
  readonly onMenu: (column: IComparedColumn, anchor: HTMLElement) => void;
}

/** Show the head. */
export function Header(props: IHeaderProps): JSX.Element {
  const { columns, count, width, nameWidth, sort, stop, onSort, onMenu } = props;
  const trans = useTranslation();
  return (
    <div className="jm-Compare-head" role="rowgroup" style={{ width }}>
      <div className="jm-Compare-parts" role="row" aria-rowindex={1}>
        {segmentsOf(columns).map(({ part, left, wide, first, across }) => (
          <div
            key={first}
            className="jm-Compare-part"
            role="columnheader"
            aria-colindex={first + 1}
            aria-colspan={across}
            style={{ left, width: wide }}
          >
            {partWords(part, trans)}
          </div>
        ))}
      </div>
      <div className="jm-Compare-names" role="row" aria-rowindex={2} data-place={-1}>
        <div className="jm-Compare-pinned">
          <div
            className="jm-Compare-cell"
            role="columnheader"
            aria-colindex={1}
            data-column={0}
            tabIndex={stop === 0 ? 0 : -1}
            style={{ width: MARKS }}
          >
            <span className="jm-vh">{trans.__('A and B, colour')}</span>
          </div>
          <Name
            name={trans.__('Run')}
            at={1}
            stop={stop}
            width={nameWidth}
            way={sort?.key === NAME ? sort : null}
            onSort={() => onSort(NAME)}
          />
        </div>
        {columns.map(({ at, left, drawn: { column, width: wide, isNumeric } }) => (
          <Name
            key={column.key}
            name={nameOf(column, trans)}
            at={at}
            stop={stop}
            left={left}
            width={wide}
            isNumeric={isNumeric}
            way={sort?.key === column.key ? sort : null}
            onSort={() => onSort(column.key)}
            onMenu={anchor => onMenu(column, anchor)}
          />
        ))}
        <div
          className="jm-Compare-cell jm-Compare-eye"
          role="columnheader"
          aria-colindex={count}
          data-column={count - 1}
          tabIndex={stop === count - 1 ? 0 : -1}
          style={{ width: EYE }}
        >
          <span className="jm-vh">{trans.__('Drawn')}</span>
        </div>
      </div>
    </div>
  );
}

/** Return what stands above a column. */
export function nameOf({ part, name }: IComparedColumn, trans: ITranslation): string {
  const words: Record<string, string> = {
    state: trans.__('State'),
    created: trans.__('Created'),
    duration: trans.__('Duration'),
    workers: trans.__('Workers'),
    kind: trans.__('Kind'),
    code: trans.__('Code'),
    commit: trans.__('Commit'),
    note: trans.__('Note'),
    tags: trans.__('Tags')
  };
  return (part === 'fact' ? words[name] : undefined) ?? oneLine(name, 40);
}

/** Return what a part of the columns is called. */
export function partWords(part: IComparedColumn['part'], trans: ITranslation): string {
  return { parameter: trans.__('Parameters'), metric: trans.__('Metrics'), fact: trans.__('Facts') }[part];
}

interface INameProps {
  readonly name: string;
  readonly at: number;
  readonly stop: number;
  readonly width: number;
  readonly left?: number;
  readonly isNumeric?: boolean;
  /** How the table is sorted, if it is by this column. */
  readonly way: ISort | null;
  readonly onSort: () => void;
  readonly onMenu?: (anchor: HTMLElement) => void;
}

function Name({ name, at, stop, width, left, isNumeric, way, onSort, onMenu }: INameProps): JSX.Element {
  const trans = useTranslation();
  return (
    <div
      className={`jm-Compare-cell jm-Compare-column${isNumeric ? ' r' : ''}`}
      role="columnheader"
      aria-colindex={at + 1}
      aria-sort={way === null ? 'none' : way.isDescending ? 'descending' : 'ascending'}
      data-column={at}
      tabIndex={at === stop ? 0 : -1}
      title={trans.__('%1: sort by it; the other button has more', name)}
      style={left === undefined ? { width } : { left, width }}
      onClick={onSort}
      onContextMenu={event => {
        if (onMenu && !event.shiftKey) {
          event.preventDefault();
          event.stopPropagation();
          onMenu(event.currentTarget);
        }
      }}
    >
      <span className="jm-ellipsis">{name}</span>
      {way && <Icon name={way.isDescending ? 'caret-down' : 'caret-up'} size={10} />}
    </div>
  );
}

interface ISegment {
  readonly part: IComparedColumn['part'];
  readonly first: number;
  readonly left: number;
  wide: number;
  across: number;
}

/** Return columns of one part that stand side by side. What stands before all parts is nobody's. */
function segmentsOf(columns: readonly IPlaced[]): ISegment[] {
  const found: ISegment[] = [];
  for (const { at, left, drawn } of columns) {
    const last = found[found.length - 1];
    const isNext = last !== undefined && last.first + last.across === at;
    if (drawn.column.key === 'fact:state') {
      continue;
    }
    if (last?.part === drawn.column.part && isNext) {
      last.wide += drawn.width;
      last.across += 1;
    } else {
      found.push({ part: drawn.column.part, first: at, left, wide: drawn.width, across: 1 });
    }
  }
  return found;
}
