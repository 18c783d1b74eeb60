/**
 * The page of a comparison: the runs as a table, their curves, what parameters have to do with them, and what differs
 * between two.
 */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { JSX } from 'react';

import { csvOf, save } from '../charts/csv';
import { isKept } from '../charts/dimensions';
import { CommandIDs } from '../commands';
import { isFinished } from '../client';
import { openMenu } from '../runs/page/menu';
import { useNow } from '../runs/page/now';
import { useTranslation } from '../translation';
import type { IComparedColumn, IComparison } from '../wire';
import { Bar } from './Bar';
import { shownColumns } from './chosen';
import { outstanding } from './colours';
import { SharedContext, useCommand, useMarks, useShared, useSharing, useSignal } from './context';
import type { IServices } from './context';
import { Differences } from './diff/Differences';
import { Overlay } from './figures/Overlay';
import { axisValue } from './figures/relation';
import { Relation } from './figures/Relation';
import { conditionWords, filterOf } from './filter';
import { Head } from './Head';
import { firstSort, grouped, NAME, nextSort, sorted } from './order';
import type { ComparePage } from './page';
import { Reading } from './reading';
import { FIRST } from './settings';
import type { Change, ISettings } from './settings';
import { Grid } from './table/Grid';
import { drawnColumns, HEAD, nameWidth, ROW } from './table/layout';
import { Banner, Empty, Nothing } from './Trouble';
import { bestOf, valueOf, wordsOf } from './values';
import type { IWanted } from './values';

interface IViewProps {
  readonly page: ComparePage;
  readonly services: IServices;
}

const FIGURE = 226;

/** All of the page. */
export default function View({ page, services }: IViewProps): JSX.Element {
  const shared = useSharing(page.runs, services);
  const [reading] = useState(() => new Reading(page.runs.client, page.runs.feed, page.question));
  useSignal(page.changed);
  useSignal(reading.changed);
  const { question, isShown } = page;
  const { comparison } = reading;
  useEffect(() => () => reading.dispose(), [reading]);
  useEffect(() => reading.ask(question), [reading, question]);
  useEffect(() => reading.show(isShown), [reading, isShown]);
  const title = comparison?.title;
  useEffect(() => {
    if (title !== undefined) {
      page.call(title);
    }
  }, [page, title]);
  return (
    <SharedContext.Provider value={shared}>
      <div className="jm-Root jm-RunPage-root jm-Compare">
        <Whole page={page} reading={reading} />
      </div>
    </SharedContext.Provider>
  );
}

function Whole({ page, reading }: { page: ComparePage; reading: Reading }): JSX.Element {
  const trans = useTranslation();
  const [settings, setSettings] = useState<ISettings>(FIRST);
  const onChange = useCallback<Change>(changes => setSettings(before => ({ ...before, ...changes })), []);
  const { comparison, problem, asOf } = reading;
  const { question } = page;
  const onTry = (): void => void (problem?.kind === 'offline' ? page.runs.feed.tryNow() : reading.refresh());
  const runs = comparison?.runs ?? [];
  const onAdd = (id: string): void => page.ask({ runs: [...runs.map(({ row }) => row.id), id] });
  const known = new Set(runs.map(({ row }) => row.id));
  const gone = comparison === null ? 0 : (question.runs ?? []).filter(id => !known.has(id)).length;
  return (
    <>
      <Head
        question={question}
        comparison={comparison}
        settings={settings}
        onChange={onChange}
        onAdd={onAdd}
        onRefresh={onTry}
        onDownload={() => {
          if (comparison !== null) {
            save('comparison.csv', new Blob([comparisonCsv(comparison)], { type: 'text/csv' }));
          }
        }}
      />
      {comparison !== null && (
        <Banner
          problem={problem}
          asOf={asOf}
          gone={runs.length > 0 ? gone : 0}
          onTry={onTry}
          onForget={() => page.ask({ runs: [...known] })}
        />
      )}
      {comparison === null ? (
        <Nothing problem={problem} onTry={onTry} />
      ) : runs.length === 0 ? (
        <Empty question={question} />
      ) : (
        <Body
          comparison={comparison}
          settings={settings}
          onChange={onChange}
          isShown={page.isShown}
          label={trans.__('Runs that are compared')}
        />
      )}
    </>
  );
}

interface IBodyProps {
  readonly comparison: IComparison;
  readonly settings: ISettings;
  readonly onChange: Change;
  readonly isShown: boolean;
  readonly label: string;
}

function Body({ comparison, settings, onChange, isShown, label }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  const { steps, colours: book } = useShared();
  const marks = useMarks();
  const execute = useCommand();
  useSignal(steps.changed);
  const panel = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const { runs, columns } = comparison;
  const now = useNow(isShown && runs.some(({ row }) => !isFinished(row)));

  const wanted = useMemo<IWanted>(
    () => ({ shown: settings.shown, steps: steps.values }),
    [settings.shown, steps.values]
  );
  const shown = useMemo(() => shownColumns(columns, settings.choices), [columns, settings.choices]);
  const filter = useMemo(
    () => filterOf(settings.filter, columns, wanted, trans),
    [settings.filter, columns, wanted, trans]
  );
  const sort = settings.sort ?? firstSort(comparison);
  const [sortKey, isDescending] = [sort?.key, sort?.isDescending ?? false];
  const order = useMemo(() => {
    const column = columns.find(({ key }) => key === sortKey);
    if (sortKey === NAME) {
      return sorted(runs, run => run.row.name, isDescending);
    }
    return column === undefined ? [...runs] : sorted(runs, run => valueOf(run, column, wanted), isDescending);
  }, [runs, columns, sortKey, isDescending, wanted]);
  const fitting = useMemo(() => order.filter(filter.fits), [order, filter]);
  // In an order of its own: however the table is sorted, the charts stay as they are.
  const meant = useMemo(() => runs.filter(filter.fits), [runs, filter]);
  const items = useMemo(() => {
    const column = columns.find(({ key }) => key === settings.group);
    const by =
      settings.group === NAME
        ? (run: (typeof runs)[number]) => run.row.name
        : column === undefined
          ? null
          : (run: (typeof runs)[number]) => axisValue(run, column, wanted, trans);
    return grouped(fitting, by, settings.folded);
  }, [fitting, columns, settings.group, settings.folded, wanted, trans]);
  const drawn = useMemo(
    () => drawnColumns(shown, runs, wanted, column => bestOf(column, runs, wanted), trans),
    [shown, runs, wanted, trans]
  );

  const ids = useMemo(() => runs.map(({ row }) => row.id), [runs]);
  const first = useMemo(() => {
    const start = firstSort(comparison);
    const column = columns.find(({ key }) => key === start?.key);
    return column === undefined || start === null || ids.length === 2
      ? ids
      : sorted(runs, run => valueOf(run, column), start.isDescending).map(({ row }) => row.id);
  }, [comparison, columns, runs, ids]);
  useEffect(() => marks.settle(first), [marks, first]);

  const metrics = useMemo(
    () => columns.filter(({ part }) => part === 'metric').map(({ name }) => name),
    [columns]
  );
  const metric = metrics.includes(settings.metric)
    ? settings.metric
    : comparison.metric || (metrics[0] ?? '');
  const { a, b, selected, hidden, kept: ranges } = marks;
  const stands = useMemo(() => outstanding(first, a, b, selected), [first, a, b, selected]);
  const colours = useMemo(() => book.of(stands), [book, stands]);
  const visible = useMemo(() => meant.filter(({ row }) => !hidden.has(row.id)), [meant, hidden]);
  const kept = useMemo(() => {
    const limits = columns.flatMap(column => {
      const range = ranges[column.key];
      return range === undefined ? [] : [{ column, range }];
    });
    if (limits.length === 0) {
      return null;
    }
    const within = runs.filter(run =>
      limits.every(({ column, range }) => isKept(range, axisValue(run, column, wanted, trans)))
    );
    return new Set(within.map(({ row }) => row.id));
  }, [columns, ranges, runs, wanted, trans]);
  // Those that stand out first: of many not all are drawn.
  const curved = useMemo(() => {
    const within = visible.filter(({ row }) => kept === null || kept.has(row.id) || colours.has(row.id));
    return [
      ...within.filter(({ row }) => colours.has(row.id)),
      ...within.filter(({ row }) => !colours.has(row.id))
    ];
  }, [visible, kept, colours]);

  const { shown: value } = settings;
  const onSeen = useCallback(
    (seen: readonly IComparedColumn[]): void => {
      if (value.kind === 'step') {
        const names = seen.filter(({ part }) => part === 'metric').map(({ name }) => name);
        steps.want(value.step, names, runs);
      }
    },
    [steps, value, runs]
  );
  const onOpen = useCallback(
    (id: string): void => execute(CommandIDs.openRun, { id }),
    // The commands of JupyterLab stay the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    []
  );
  const onSort = (key: string): void =>
    onChange({
      sort: nextSort(
        sort,
        key,
        columns.find(column => column.key === key)
      )
    });
  const onColumnMenu = (column: IComparedColumn, anchor: HTMLElement): void => {
    const example = runs.map(run => valueOf(run, column, wanted)).find(each => each !== null);
    const isNumber = typeof example === 'number';
    openMenu(anchor, [
      {
        label: isNumber ? trans.__('Largest first') : trans.__('Last first'),
        run: () => onChange({ sort: { key: column.key, isDescending: true } })
      },
      {
        label: isNumber ? trans.__('Smallest first') : trans.__('First first'),
        run: () => onChange({ sort: { key: column.key, isDescending: false } })
      },
      {
        label: trans.__('Filter by it…'),
        run: () => {
          const text = isNumber
            ? conditionWords(column, '>=', String(Number(example.toPrecision(3))))
            : conditionWords(column, '=', JSON.stringify(example ?? ''));
          onChange({ filter: [settings.filter, text].filter(Boolean).join(' ') });
          window.setTimeout(() => input.current?.focus());
        }
      },
      { label: trans.__('Group by it'), run: () => onChange({ group: column.key, folded: new Set() }) },
      ...(column.part === 'metric'
        ? [{ label: trans.__('Draw its curves'), run: () => onChange({ metric: column.name }) }]
        : []),
      {
        label: trans.__('Colour by it'),
        run: () => onChange({ colour: column.key })
      },
      {
        label: trans.__('Hide the column'),
        run: () => onChange({ choices: new Map([...settings.choices, [column.key, false]]) })
      }
    ]);
  };
  const onRunMenu = (id: string, anchor: Element): void =>
    openMenu(anchor as HTMLElement, [
      { label: trans.__('Open'), run: () => onOpen(id) },
      { label: trans.__('As A'), run: () => marks.set('a', id) },
      { label: trans.__('As B'), run: () => marks.set('b', id) },
      { label: trans.__('Show or hide in the charts'), run: () => marks.toggleHidden([id]) },
      { label: trans.__('Restore its code in a cell'), run: () => execute(CommandIDs.restoreCode, { id }) }
    ]);
  const onFold = (key: string): void => {
    const folded = new Set(settings.folded);
    if (!folded.delete(key)) {
      folded.add(key);
    }
    onChange({ folded });
  };
  const most = useRoom(panel);
  const height = Math.min(HEAD + items.length * ROW + 16, Math.max(Math.round(most * 0.42), HEAD + 6 * ROW));
  return (
    <>
      <Bar
        settings={settings}
        onChange={onChange}
        input={input}
        problem={filter.problem}
        shown={fitting.length}
        total={runs.length}
        onLeave={() => panel.current?.querySelector<HTMLElement>('[role=grid] [tabindex="0"]')?.focus()}
      />
      <div ref={panel} className="jm-RunPage-panel">
        <Grid
          label={label}
          items={items}
          columns={drawn}
          nameWidth={nameWidth(runs)}
          sort={sort}
          wanted={wanted}
          colours={colours}
          kept={kept}
          now={now}
          height={Math.max(height, HEAD + ROW + 16)}
          onSort={onSort}
          onOpen={onOpen}
          onFold={onFold}
          onFilter={() => input.current?.focus()}
          onColumnMenu={onColumnMenu}
          onRunMenu={onRunMenu}
          onSeen={onSeen}
        />
        {fitting.length === 0 && (
          <p className="jm-Empty jm-muted" role="status">
            {trans.__('No run meets “%1”.', settings.filter)}{' '}
            <button type="button" className="jm-link" onClick={() => onChange({ filter: '' })}>
              {trans.__('Show all')}
            </button>
          </p>
        )}
        <div className="jm-Compare-figures">
          {metric === '' ? (
            <p className="jm-Box jm-Empty jm-muted">
              {trans.__('None of these runs has reported a metric yet, so there are no curves.')}
            </p>
          ) : (
            <Overlay
              metrics={metrics}
              metric={metric}
              runs={curved}
              colours={colours}
              settings={settings}
              onChange={onChange}
              onOpen={onOpen}
              height={FIGURE}
              isShown={isShown}
            />
          )}
          <Relation
            columns={columns}
            shown={shown}
            runs={visible}
            metric={metric}
            wanted={wanted}
            colours={colours}
            kept={kept}
            settings={settings}
            onChange={onChange}
            onOpen={onOpen}
            height={FIGURE}
          />
        </div>
        <Differences runs={runs} now={now} isShown={isShown} />
      </div>
    </>
  );
}

/** Return how high an element is, at first about a screen. */
function useRoom(element: React.RefObject<HTMLElement>): number {
  const [room, setRoom] = useState(700);
  useEffect(() => {
    const host = element.current;
    if (host === null) {
      return;
    }
    const observer = new ResizeObserver(() => {
      if (host.clientHeight > 0) {
        setRoom(host.clientHeight);
      }
    });
    observer.observe(host);
    return () => observer.disconnect();
  }, [element]);
  return room;
}

function comparisonCsv({ runs, columns }: IComparison): string {
  const head = ['run', 'name', ...columns.map(column => (column.part === 'fact' ? column.name : column.key))];
  const rows = runs.map(run => [
    run.row.id,
    run.row.name,
    ...columns.map(column => {
      const value = valueOf(run, column);
      return typeof value === 'boolean' ? wordsOf(value, column, { __: String, _n: String }) : value;
    })
  ]);
  return csvOf([head, ...rows]);
}
