/**
 * All trials, of which only those that are seen are drawn.
 */

import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { Range } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { JSX, KeyboardEvent, MouseEvent } from 'react';

import { isFinished } from '../../client';
import { CommandIDs } from '../../commands';
import { formatCount, formatDuration } from '../../format';
import { Icon } from '../../icons';
import { useNow } from '../../runs/page/now';
import { durationOf, progressWords, toneIcon, toneWord } from '../../runs/words';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { Button } from '../../ui/parts';
import { Sparkline } from '../../ui/Sparkline';
import { StateMark } from '../../ui/StateMark';
import type { IObjective, ISweepSnapshot } from '../../wire';
import { formatValue } from '../words';
import { useCommand, useMark, useMarks, usePage, useSignal } from './context';
import { columnsOf, countsOf, FILTERS, fits, LATEST, reached, sorted } from './table';
import type { Filter, IColumn, IOrder } from './table';
import { parametersOf, trialOf, whyOf } from './trial';
import type { ITrial } from './trial';

const ROW = 24;

interface ITrialsTableProps {
  readonly snapshot: ISweepSnapshot;
  /** Whether a trial lies in what is kept of the parallel axes. */
  readonly isKept: (id: string) => boolean;
}

/** Show chips, the table, and what can be done with a selection. */
export function TrialsTable({ snapshot, isKept }: ITrialsTableProps): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const execute = useCommand();
  const { marks } = page;
  const selected = useMark('selected');
  const kept = useMark('kept');
  useSignal(page.runs.changed);
  const { row, space, trials } = snapshot;
  const [filter, setFilter] = useState<Filter>('all');
  const [order, setOrder] = useState<IOrder>(LATEST);
  const now = useNow(page.isShown && !isFinished(row) && page.sweep.problem === null);
  const all = trials.map(fact => trialOf(fact, page.runs.row(fact.trial)));
  const names = useMemo(() => parametersOf(space, trials), [space, trials]);
  const columns = columnsOf(names, row.objectives, all, trans);
  const hasKept = Object.keys(kept).length > 0;
  const wanted = all.filter(trial => fits(trial, filter) && isKept(trial.fact.run));
  const shown = sorted(
    wanted,
    columns.find(({ key }) => key === order.key),
    order.isDescending,
    row.objectives,
    now
  );
  const compare = (): void => {
    const chosen = selected.size > 0 ? [...selected] : [marks.active].filter(Boolean);
    execute(CommandIDs.openComparison, { runs: chosen });
  };
  return (
    <section className="jm-Section jm-Sweep-trials" aria-label={trans.__('Trials')}>
      <h2>
        {trans.__('Trials')}
        <span className="jm-end">
          {selected.size > 0 && (
            <>
              <Button className="jm-Button jm-mod-small" onClick={compare} disabled={selected.size < 2}>
                {trans.__('Compare %1', formatCount(selected.size))}
              </Button>
              <button type="button" className="jm-link" onClick={() => marks.select(null)}>
                {trans.__('Clear selection')}
              </button>
            </>
          )}
          {hasKept && (
            <>
              <span className="jm-muted">
                {trans.__('%1 of %2 kept above', formatCount(shown.length), formatCount(all.length))}
              </span>
              <button type="button" className="jm-link" onClick={() => marks.keep({})}>
                {trans.__('Show all')}
              </button>
            </>
          )}
          <Filters snapshot={snapshot} filter={filter} onFilter={setFilter} />
        </span>
      </h2>
      <Grid
        trials={shown}
        columns={columns}
        objectives={row.objectives}
        best={row.best}
        now={now}
        order={order}
        onOrder={setOrder}
        onCompare={compare}
      />
    </section>
  );
}

interface IFiltersProps {
  readonly snapshot: ISweepSnapshot;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

function Filters({ snapshot: { row }, filter, onFilter }: IFiltersProps): JSX.Element {
  const trans = useTranslation();
  const counts = countsOf(row);
  const offered = FILTERS.filter(each => each === 'all' || each === filter || counts[each] > 0);
  return (
    <span className="jm-Filters" role="group" aria-label={trans.__('Which trials')}>
      {offered.map(each => (
        <button
          key={each}
          type="button"
          className="jm-Filter"
          data-s={each}
          aria-pressed={each === filter}
          onClick={() => onFilter(each === filter ? 'all' : each)}
        >
          {each !== 'all' && <Icon name={toneIcon(each)} />}
          <span className="w">{each === 'all' ? trans.__('All') : toneWord(each, trans)}</span>{' '}
          {formatCount(counts[each])}
        </button>
      ))}
    </span>
  );
}

interface IGridProps {
  readonly trials: readonly ITrial[];
  readonly columns: readonly IColumn[];
  readonly objectives: readonly IObjective[];
  readonly best: number | null;
  readonly now: number;
  readonly order: IOrder;
  readonly onOrder: (order: IOrder) => void;
  readonly onCompare: () => void;
}

function Grid(props: IGridProps): JSX.Element {
  const { trials, columns, objectives, best, now, order, onOrder, onCompare } = props;
  const trans = useTranslation();
  const { page } = usePage();
  const execute = useCommand();
  const marks = useMarks();
  const frame = useRef<HTMLDivElement>(null);
  const anchor = useRef('');
  const at = trials.findIndex(({ fact }) => fact.run === marks.active);
  // Nothing here is compiled to be memoized, which the virtualizer would not bear.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: trials.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 8,
    scrollPaddingStart: ROW,
    // The row that has the focus stays, however far away it is.
    rangeExtractor: (range: Range) => {
      const places = defaultRangeExtractor(range);
      return at < 0 || places.includes(at) ? places : [...places, at].sort((one, other) => one - other);
    }
  });
  const items = rows.getVirtualItems();
  const seen = items.flatMap(({ index }) => trials[index]?.fact.trial ?? []).join();
  useEffect(() => {
    page.runs.show(seen === '' ? [] : seen.split(',').map(Number));
  }, [page, seen]);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const template = columns
    .map(({ width: own }, place) => (place === columns.length - 1 ? `minmax(${own}px, 1fr)` : `${own}px`))
    .join(' ');
  const tabStop = at < 0 ? (items[0]?.index ?? 0) : at;

  const go = (place: number, isExtending: boolean): void => {
    const next = trials[Math.min(Math.max(place, 0), trials.length - 1)];
    if (next === undefined) {
      return;
    }
    const { run } = next.fact;
    if (isExtending) {
      anchor.current ||= marks.active || run;
      marks.choose(between(trials, anchor.current, run), run);
    } else {
      anchor.current = '';
      marks.activate(run);
    }
    rows.scrollToIndex(trials.indexOf(next), { align: 'auto' });
    requestAnimationFrame(() => rowOf(frame.current, run)?.focus({ preventScroll: true }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof Element && event.target.closest('[role=columnheader]')) {
      return;
    }
    const step = Math.max(Math.floor((frame.current?.clientHeight ?? 0) / ROW) - 2, 1);
    const active = trials[tabStop]?.fact.run;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const isAll = event.key === 'a' && (event.ctrlKey || event.metaKey);
    if (active === undefined || !(isPlain || isAll)) {
      return;
    }
    if (isAll) {
      marks.choose(trials.map(({ fact }) => fact.run));
    } else if (!press(event)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();

    function press({ key, shiftKey }: KeyboardEvent): boolean {
      switch (key) {
        case 'ArrowDown':
          go(tabStop + 1, shiftKey);
          return true;
        case 'ArrowUp':
          go(tabStop - 1, shiftKey);
          return true;
        case 'PageDown':
          go(tabStop + step, shiftKey);
          return true;
        case 'PageUp':
          go(tabStop - step, shiftKey);
          return true;
        case 'Home':
          go(0, shiftKey);
          return true;
        case 'End':
          go(trials.length - 1, shiftKey);
          return true;
        case 'Enter':
          execute(CommandIDs.openRun, { id: active });
          return true;
        case ' ':
          marks.select(active ?? null, true);
          return true;
        case 'c':
          onCompare();
          return true;
        case 'Escape':
          marks.select(null);
          return true;
        default:
          return false;
      }
    }
  };
  const onClick = (event: MouseEvent): void => {
    const id = idOf(event.target);
    if (id === null || (event.target instanceof Element && event.target.closest('button'))) {
      return;
    }
    if (event.shiftKey && marks.active) {
      anchor.current ||= marks.active;
      marks.choose(between(trials, anchor.current, id), id);
    } else {
      anchor.current = '';
      marks.select(id, event.ctrlKey || event.metaKey);
    }
  };
  return (
    <div
      ref={frame}
      className="jm-Trials jm-num"
      role="grid"
      aria-label={trans.__('Trials')}
      aria-rowcount={trials.length + 1}
      aria-colcount={columns.length}
      aria-multiselectable="true"
      tabIndex={trials.length === 0 ? 0 : undefined}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onDoubleClick={event => {
        const id = idOf(event.target);
        if (id !== null) {
          execute(CommandIDs.openRun, { id });
        }
      }}
      onFocus={event => {
        const id = idOf(event.target);
        if (id !== null) {
          marks.activate(id);
        }
      }}
      onPointerOver={event => marks.hover(idOf(event.target))}
      onPointerLeave={() => marks.hover(null)}
    >
      <div className="jm-Trials-all" role="presentation" style={{ minWidth: width }}>
        <Header columns={columns} template={template} order={order} onOrder={onOrder} />
        <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {items.map(({ index, start }) => {
            const trial = trials[index];
            return (
              trial !== undefined && (
                <Row
                  key={trial.fact.run}
                  trial={trial}
                  columns={columns}
                  objectives={objectives}
                  template={template}
                  place={index}
                  top={start}
                  // What has ended does not change as time passes.
                  now={trial.fact.told === null ? now : 0}
                  isBest={trial.fact.trial === best}
                  isSelected={marks.selected.has(trial.fact.run)}
                  isHovered={marks.hovered === trial.fact.run}
                  isTabStop={index === tabStop}
                  trans={trans}
                />
              )
            );
          })}
        </div>
      </div>
      {trials.length === 0 && (
        <p className="jm-Empty jm-muted" role="presentation">
          {trans.__('No trial to show.')}
        </p>
      )}
    </div>
  );
}

interface IHeaderProps {
  readonly columns: readonly IColumn[];
  readonly template: string;
  readonly order: IOrder;
  readonly onOrder: (order: IOrder) => void;
}

function Header({ columns, template, order, onOrder }: IHeaderProps): JSX.Element {
  const press = (key: string): void => {
    const isSame = order.key === key;
    onOrder({ key, isDescending: isSame ? !order.isDescending : false });
  };
  return (
    <div role="rowgroup" className="jm-Trials-head">
      <div role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        {columns.map(({ key, title, kind, isNumber }) => {
          const isSorted = order.key === key;
          const className = isNumber ? 'r' : undefined;
          return kind === 'curve' ? (
            <span key={key} role="columnheader" className={className}>
              {title}
            </span>
          ) : (
            <span
              key={key}
              role="columnheader"
              className={className}
              aria-sort={isSorted ? (order.isDescending ? 'descending' : 'ascending') : undefined}
            >
              <button type="button" title={title} onClick={() => press(key)}>
                <span className="jm-ellipsis">{title}</span>
                {isSorted && <Icon name={order.isDescending ? 'caret-down' : 'caret-up'} size={10} />}
              </button>
            </span>
          );
        })}
      </div>
    </div>
  );
}

interface IRowProps {
  readonly trial: ITrial;
  readonly columns: readonly IColumn[];
  readonly objectives: readonly IObjective[];
  readonly template: string;
  readonly place: number;
  readonly top: number;
  readonly now: number;
  readonly isBest: boolean;
  readonly isSelected: boolean;
  readonly isHovered: boolean;
  readonly isTabStop: boolean;
  readonly trans: ITranslation;
}

const Row = memo(function Row(props: IRowProps): JSX.Element {
  const { trial, columns, template, place, top, isBest, isSelected, isHovered, isTabStop } = props;
  const { run } = trial.fact;
  return (
    <div
      role="row"
      className="jm-Trial"
      data-run={run}
      data-hovered={isHovered || undefined}
      aria-rowindex={place + 2}
      aria-selected={isSelected}
      tabIndex={isTabStop ? 0 : -1}
      style={{ gridTemplateColumns: template, transform: `translateY(${top}px)` }}
    >
      {columns.map(column => (
        <span
          key={column.key}
          role="gridcell"
          className={[
            column.isNumber ? 'r' : 'jm-ellipsis',
            column.kind === 'why' ? 'jm-muted' : '',
            isBest && column.kind === 'objective' ? 'jm-best' : ''
          ].join(' ')}
          title={column.kind === 'why' ? whyOf(trial) || undefined : undefined}
        >
          {isBest && column.kind === 'objective' && <Icon name="star" size={11} />}
          <Cell {...props} column={column} />
        </span>
      ))}
    </div>
  );
}, isSameRow);

function Cell({
  trial,
  column,
  objectives,
  now,
  trans
}: IRowProps & { column: IColumn }): JSX.Element | null {
  const { fact, run, tone } = trial;
  const objective = objectives[column.place];
  switch (column.kind) {
    case 'trial':
      return <>{fact.trial}</>;
    case 'state':
      return <StateMark tone={tone} />;
    case 'parameter':
      return <>{formatValue(fact.params[column.title])}</>;
    case 'objective':
      return objective === undefined ? null : (
        <span className={fact.result === 'complete' ? undefined : 'jm-muted'}>
          {reached(trial, column.place, objective)}
        </span>
      );
    case 'curve':
      return <Sparkline values={run?.metrics[objectives[0]?.metric ?? '']?.recent ?? []} />;
    case 'progress':
      return <>{progressWords(run?.progress ?? null)}</>;
    case 'time':
      return <>{timeOf(trial, now)}</>;
    case 'why':
      return <>{whyWords(trial, trans)}</>;
  }
}

function timeOf({ fact, run }: ITrial, now: number): string {
  if (run !== undefined && run.started !== null) {
    return formatDuration(durationOf(run, now || Date.now() / 1000));
  }
  return fact.told === null ? '' : formatDuration(fact.told - fact.asked);
}

function whyWords(trial: ITrial, trans: ITranslation): string {
  const why = whyOf(trial);
  // The state says so already.
  return trial.tone === 'pruned'
    ? why.replace(/^pruned /, '')
    : why || (trial.tone === 'broken' ? trans.__('unreadable') : '');
}

/** Say whether a row would be drawn as it is. */
function isSameRow(one: IRowProps, other: IRowProps): boolean {
  return (
    one.trial.fact === other.trial.fact &&
    one.trial.run === other.trial.run &&
    one.template === other.template &&
    one.place === other.place &&
    one.top === other.top &&
    one.now === other.now &&
    one.isBest === other.isBest &&
    one.isSelected === other.isSelected &&
    one.isHovered === other.isHovered &&
    one.isTabStop === other.isTabStop &&
    one.columns.length === other.columns.length
  );
}

function between(trials: readonly ITrial[], one: string, other: string): string[] {
  const ids = trials.map(({ fact }) => fact.run);
  const [from, to] = [ids.indexOf(one), ids.indexOf(other)];
  return from < 0 ? [other] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
}

function idOf(target: EventTarget): string | null {
  return target instanceof Element ? (target.closest<HTMLElement>('.jm-Trial')?.dataset.run ?? null) : null;
}

function rowOf(frame: HTMLElement | null, id: string): HTMLElement | null {
  return frame?.querySelector<HTMLElement>(`.jm-Trial[data-run="${CSS.escape(id)}"]`) ?? null;
}
