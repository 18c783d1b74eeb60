/**
 * What follows from a comparison and from how it is shown: rows in their order, and what charts draw.
 */

import { useEffect, useMemo } from 'react';

import { isKept } from '../charts/dimensions';
import { useTranslation } from '../translation';
import type { ICompared, IComparedColumn, IComparison } from '../wire';
import { shownColumns } from './chosen';
import { outstanding } from './colours';
import { useMarks, useShared, useSignal } from './context';
import { axisValue } from './figures/relation';
import { filterOf } from './filter';
import { firstSort, grouped, NAME, sorted } from './order';
import type { ISort, Item } from './order';
import type { ISettings } from './settings';
import { drawnColumns } from './table/layout';
import type { IDrawnColumn } from './table/layout';
import { bestOf, valueOf } from './values';
import type { IWanted } from './values';

/** What the table shows. */
export interface IRows {
  readonly wanted: IWanted;
  readonly shown: readonly IComparedColumn[];
  readonly drawn: readonly IDrawnColumn[];
  readonly sort: ISort | null;
  readonly items: readonly Item[];
  /** The runs that meet the filter, in an order of their own. */
  readonly meant: readonly ICompared[];
  /** Why the filter makes no sense; empty if it does. */
  readonly problem: string;
}

/** Return what the table shows. */
export function useRows(comparison: IComparison, settings: ISettings): IRows {
  const { runs, columns } = comparison;
  const trans = useTranslation();
  const { steps } = useShared();
  useSignal(steps.changed);
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
        ? (run: ICompared) => run.row.name
        : column === undefined
          ? null
          : (run: ICompared) => axisValue(run, column, wanted, trans);
    return grouped(fitting, by, settings.folded);
  }, [fitting, columns, settings.group, settings.folded, wanted, trans]);
  const drawn = useMemo(
    () => drawnColumns(shown, runs, wanted, column => bestOf(column, runs, wanted), trans),
    [shown, runs, wanted, trans]
  );
  return { wanted, shown, drawn, sort, items, meant, problem: filter.problem };
}

/** What the charts show. */
export interface IDrawn {
  readonly metrics: readonly string[];
  /** The metric that is drawn; empty if there is none. */
  readonly metric: string;
  readonly colours: ReadonlyMap<string, number>;
  /** Those that are not put away. */
  readonly visible: readonly ICompared[];
  /** Ids of the runs that lie in what is kept; null if nothing is left out. */
  readonly kept: ReadonlySet<string> | null;
  /** Those that have curves, those that stand out first. */
  readonly curved: readonly ICompared[];
}

/** Return what the charts show. */
export function useDrawn(comparison: IComparison, settings: ISettings, { meant, wanted }: IRows): IDrawn {
  const { runs, columns } = comparison;
  const trans = useTranslation();
  const marks = useMarks();
  const { colours: book } = useShared();
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
  return { metrics, metric, colours, visible, kept, curved };
}
