/**
 * One run in the table.
 */

import { memo } from 'react';
import type { CSSProperties, JSX, ReactNode } from 'react';

import { formatAge } from '../../format';
import { Icon } from '../../icons';
import { oneLine } from '../../runs/card/text';
import { toneOf } from '../../runs/words';
import { useTranslation } from '../../translation';
import { StateMark } from '../../ui/StateMark';
import type { ICompared } from '../../wire';
import { isDashed } from '../colours';
import { valueOf, wordsOf } from '../values';
import type { IWanted } from '../values';
import { EYE, MARKS } from './layout';
import type { IDrawnColumn } from './layout';

/** A column that is in view, where it stands. */
export interface IPlaced {
  readonly at: number;
  readonly left: number;
  readonly drawn: IDrawnColumn;
}

/** What can be done in a row. */
export type RowAct = 'a' | 'b' | 'open' | 'hide';

export interface IRowProps {
  readonly run: ICompared;
  readonly place: number;
  readonly width: number;
  readonly nameWidth: number;
  readonly columns: readonly IPlaced[];
  /** How many columns there are, the fixed ones counted. */
  readonly count: number;
  readonly wanted: IWanted;
  readonly now: number;
  readonly colour: number;
  readonly side: 'A' | 'B' | '';
  readonly isSelected: boolean;
  readonly isHidden: boolean;
  readonly isHovered: boolean;
  /** Whether it is left out by what is kept in a chart. */
  readonly isOut: boolean;
  /** The column of the cell that Tab stops at; -1 if it is in another row. */
  readonly stop: number;
  readonly onAct: (act: RowAct, id: string) => void;
}

/** Where a row stands in the table. */
export function rowStyle(place: number, height: number, width: number): CSSProperties {
  return { transform: `translateY(${place * height}px)`, width };
}

/** Show a run. */
export const Row = memo(function Row(props: IRowProps): JSX.Element {
  const { run, place, width, nameWidth, columns, count, wanted, now, colour, stop, onAct } = props;
  const { row } = run;
  const trans = useTranslation();
  const name = oneLine(row.name, 80);
  const label = row.trial === null ? name : `${name}/${row.trial}`;
  const key: CSSProperties & Record<'--k', string> = {
    '--k': colour > 0 ? `var(--jm-c${colour})` : 'var(--jm-axis)'
  };
  const classes = ['jm-Compare-row'];
  if (props.isHovered) {
    classes.push('jm-mod-hovered');
  }
  if (props.isOut || props.isHidden) {
    classes.push('jm-mod-out');
  }
  return (
    <div
      className={classes.join(' ')}
      role="row"
      aria-rowindex={place + 3}
      aria-selected={props.isSelected}
      data-id={row.id}
      data-place={place}
      data-side={props.side || undefined}
      style={rowStyle(place, 24, width)}
    >
      <div className="jm-Compare-pinned">
        <Cell at={0} stop={stop} width={MARKS} className="jm-Compare-marks">
          {(['A', 'B'] as const).map(side => (
            <button
              key={side}
              type="button"
              className="jm-Compare-ab"
              tabIndex={-1}
              aria-pressed={props.side === side}
              aria-label={trans.__('%1 as %2', label, side)}
              onClick={() => onAct(side === 'A' ? 'a' : 'b', row.id)}
            >
              {side}
            </button>
          ))}
          <span className={isDashed(colour) ? 'jm-Key jm-dash' : 'jm-Key'} style={key} />
        </Cell>
        <Cell at={1} stop={stop} width={nameWidth} className="jm-Compare-name">
          <button
            type="button"
            className="jm-link jm-ellipsis"
            tabIndex={-1}
            title={row.id}
            onClick={() => onAct('open', row.id)}
          >
            {label}
          </button>
          <span className="jm-muted jm-small">
            {row.created > 0 && trans.__('%1 ago', formatAge(now - row.created))}
          </span>
        </Cell>
      </div>
      {columns.map(placed => (
        <ValueCell key={placed.drawn.column.key} run={run} placed={placed} stop={stop} wanted={wanted} />
      ))}
      <Cell at={count - 1} stop={stop} width={EYE} className="jm-Compare-eye">
        <button
          type="button"
          className="jm-IconButton"
          tabIndex={-1}
          aria-pressed={!props.isHidden}
          aria-label={trans.__('Draw %1', label)}
          title={props.isHidden ? trans.__('Show it in the charts') : trans.__('Put it away from the charts')}
          onClick={() => onAct('hide', row.id)}
        >
          <Icon name="eye" />
        </button>
      </Cell>
    </div>
  );
});

interface IValueCellProps {
  readonly run: ICompared;
  readonly placed: IPlaced;
  readonly stop: number;
  readonly wanted: IWanted;
}

function ValueCell({ run, placed: { at, left, drawn }, stop, wanted }: IValueCellProps): JSX.Element {
  const trans = useTranslation();
  const { column, width, best } = drawn;
  if (column.key === 'fact:state') {
    return (
      <Cell at={at} stop={stop} left={left} width={width}>
        <StateMark tone={toneOf(run.row)} />
      </Cell>
    );
  }
  const words = wordsOf(valueOf(run, column, wanted), column, trans);
  const isBest = best.has(run.row.id);
  const classes = [drawn.isNumeric ? 'r' : 'jm-ellipsis', isBest ? 'jm-mod-best' : ''];
  return (
    <Cell
      at={at}
      stop={stop}
      left={left}
      width={width}
      className={classes.join(' ')}
      title={words.length * 7 > width - 16 ? words : undefined}
    >
      {isBest && (
        <>
          <Icon name="star" size={10} />
          <span className="jm-vh">{trans.__('best')} </span>
        </>
      )}
      {words}
    </Cell>
  );
}

interface ICellProps {
  readonly at: number;
  readonly stop: number;
  readonly width: number;
  readonly left?: number;
  readonly className?: string;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

function Cell({ at, stop, width, left, className = '', title, children }: ICellProps): JSX.Element {
  return (
    <div
      className={`jm-Compare-cell ${className}`}
      role="gridcell"
      aria-colindex={at + 1}
      data-column={at}
      tabIndex={at === stop ? 0 : -1}
      title={title}
      style={left === undefined ? { width } : { left, width }}
    >
      {children}
    </div>
  );
}
