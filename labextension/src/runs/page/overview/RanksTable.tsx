/**
 * All ranks: what each is for, how it stands, how fast it goes and what it uses; sorted by what is asked.
 */

import { useState } from 'react';
import type { JSX, KeyboardEvent } from 'react';

import { isFinished } from '../../../client';
import { CommandIDs } from '../../../commands';
import { formatCount, formatShare, formatSize, MISSING } from '../../../format';
import { Icon } from '../../../icons';
import { useTranslation } from '../../../translation';
import type { ITranslation } from '../../../translation';
import { Sparkline } from '../../../ui/Sparkline';
import type { IRunSnapshot, ISamples } from '../../../wire';
import { Sentence } from '../../card/pieces';
import { paces, ranksOf, roleName, standsOut } from '../../ranks';
import { exitWords, toneIcon, toneWord } from '../../words';
import { useCommand } from '../context';
import { columnsOf, linesOf, sorted } from './ranksOrder';
import type { IColumn, ILine, IOrder } from './ranksOrder';

interface IRanksTableProps {
  readonly snapshot: IRunSnapshot;
  readonly samples: ISamples | null;
}

/** Show the ranks of the last attempt. */
export function RanksTable({ snapshot, samples }: IRanksTableProps): JSX.Element | null {
  const trans = useTranslation();
  const [order, setOrder] = useState<IOrder>({ key: 'rank', isDescending: false });
  const isOver = isFinished(snapshot.row);
  const odd = isOver ? null : standsOut(snapshot, trans);
  const ranks = ranksOf(snapshot);
  if (ranks.length === 0) {
    return null;
  }
  const lines = linesOf(ranks, snapshot, samples);
  const columns = columnsOf(lines, trans);
  const pace = paces(snapshot.usage);
  return (
    <section className="jm-Section">
      <h2>
        {trans.__('Ranks')}
        {odd && (
          <span className="jm-end jm-Overview-odd">
            <Icon name="warning" />
            {odd.sentence}
          </span>
        )}
      </h2>
      <div
        className="jm-Overview-ranks"
        tabIndex={0}
        role="group"
        aria-label={trans.__('Ranks')}
        onKeyDown={walk}
      >
        <table className="jm-Table jm-num">
          <caption className="jm-vh">{trans.__('Ranks')}</caption>
          <thead>
            <tr>
              {columns.map(column => (
                <Heading key={column.key} column={column} order={order} onOrder={setOrder} />
              ))}
              <th scope="col">{isOver ? trans.__('CPU over time') : trans.__('Last minute')}</th>
            </tr>
          </thead>
          <tbody>
            {sorted(lines, order).map(line => (
              <Rank
                key={line.rank.rank}
                line={line}
                columns={columns}
                pace={pace}
                isOdd={odd?.rank === line.rank.rank}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface IHeadingProps {
  readonly column: IColumn;
  readonly order: IOrder;
  readonly onOrder: (order: IOrder) => void;
}

/** The head of a column, which sorts by it; once more, the other way round. */
function Heading({ column: { key, title, isNumber }, order, onOrder }: IHeadingProps): JSX.Element {
  const isSorted = order.key === key;
  return (
    <th
      scope="col"
      className={isNumber ? 'r' : undefined}
      aria-sort={isSorted ? (order.isDescending ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        className="jm-Table-sort"
        onClick={() => onOrder({ key, isDescending: isSorted ? !order.isDescending : false })}
      >
        {title}
        {isSorted && <Icon name={order.isDescending ? 'caret-down' : 'caret-up'} size={10} />}
      </button>
    </th>
  );
}

interface IRankProps {
  readonly line: ILine;
  readonly columns: readonly IColumn[];
  readonly pace: ((rate: number) => string) | null;
  readonly isOdd: boolean;
}

function Rank({ line, columns, pace, isOdd }: IRankProps): JSX.Element {
  return (
    <tr data-s={isOdd ? 'warning' : line.tone} className={isOdd ? 'jm-mod-odd' : undefined}>
      {columns.map(({ key, isNumber }) => (
        <td key={key} className={isNumber ? 'r' : key === 'state' ? 'jm-Overview-exit' : undefined}>
          <Cell what={key} line={line} pace={pace} isOdd={isOdd} />
        </td>
      ))}
      <td>
        <Sparkline values={line.history} width={72} />
      </td>
    </tr>
  );
}

function Cell({ what, line, pace, isOdd }: ICellProps): JSX.Element {
  const trans = useTranslation();
  const { rank, tone } = line;
  switch (what) {
    case 'rank':
      return <Name line={line} isOdd={isOdd} />;
    case 'role':
      return <>{roleName(rank)}</>;
    case 'state':
      return rank.ended === null || rank.code === 0 ? (
        <>{toneWord(tone, trans)}</>
      ) : (
        <Sentence text={exitWords(rank, trans)} longest={200} />
      );
    default:
      return <>{numberOf(what, line, pace, trans)}</>;
  }
}

interface ICellProps {
  readonly what: IColumn['key'];
  readonly line: ILine;
  readonly pace: ((rate: number) => string) | null;
  readonly isOdd: boolean;
}

function Name({ line: { rank, tone }, isOdd }: { line: ILine; isOdd: boolean }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  return (
    <span className="jm-State">
      <Icon name={isOdd ? 'warning' : toneIcon(tone)} />
      <button
        type="button"
        className="jm-link"
        title={trans.__('Open the log of rank %1', rank.rank)}
        onClick={() => execute(CommandIDs.openLogs, { rank: rank.rank })}
      >
        {trans.__('rank %1', rank.rank)}
      </button>
    </span>
  );
}

function numberOf(
  what: IColumn['key'],
  { rank, rate, cpu, memory, peak }: ILine,
  pace: ((rate: number) => string) | null,
  trans: ITranslation
): string {
  switch (what) {
    case 'rate':
      return rate === null || pace === null ? MISSING : pace(rate);
    case 'cpu':
      return cpu === null ? MISSING : formatShare(cpu / 100);
    case 'memory':
      return memory === null ? MISSING : formatSize(memory);
    case 'peak':
      return peak > 0 ? formatSize(peak) : MISSING;
    case 'restarts':
      return formatCount(rank.restarts);
    default:
      return rank.pid ? trans.__('pid %1', String(rank.pid)) : MISSING;
  }
}

const ACROSS = { ArrowLeft: -1, ArrowRight: 1 };
const DOWN = { ArrowUp: -1, ArrowDown: 1 };

/** Let arrows go from rank to rank and from head to head. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const { target, currentTarget, key } = event;
  const isIn = target instanceof HTMLElement && target !== currentTarget;
  const isHead = isIn && target.closest('thead') !== null;
  const steps: Readonly<Record<string, number>> = isHead ? ACROSS : DOWN;
  const step = steps[key];
  if (step === undefined) {
    return;
  }
  const buttons = [...currentTarget.querySelectorAll<HTMLElement>(isHead ? 'thead button' : 'tbody button')];
  const at = buttons.findIndex(button => button === target);
  const next = buttons[at < 0 ? 0 : at + step];
  if (next !== undefined) {
    event.preventDefault();
    next.focus();
  }
}
