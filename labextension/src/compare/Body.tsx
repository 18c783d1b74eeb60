/**
 * The runs that are compared: as a table, as charts, and what differs between two of them.
 */

import { useCallback, useEffect, useRef, useState } from 'react';
import type { JSX, RefObject } from 'react';

import { isFinished } from '../client';
import { CommandIDs } from '../commands';
import { openMenu } from '../runs/page/menu';
import { useNow } from '../runs/page/now';
import { useTranslation } from '../translation';
import type { IComparedColumn, IComparison } from '../wire';
import { Bar } from './Bar';
import { useCommand, useMarks, useShared } from './context';
import { useDrawn, useRows } from './derived';
import { Differences } from './diff/Differences';
import { Overlay } from './figures/OverlayFigure';
import { Relation } from './figures/RelationFigure';
import { columnMenu, runMenu } from './menus';
import { nextSort } from './order';
import type { Change, ISettings } from './settings';
import { Grid } from './table/Grid';
import { HEAD, nameWidth, ROW } from './table/layout';
import { valueOf } from './values';

/** How high charts are, in pixels. */
const FIGURE = 226;

interface IBodyProps {
  readonly comparison: IComparison;
  readonly settings: ISettings;
  readonly onChange: Change;
  readonly isShown: boolean;
  readonly label: string;
}

/** Show the table, the charts, and what differs. */
export function Body({ comparison, settings, onChange, isShown, label }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  const { steps } = useShared();
  const marks = useMarks();
  const execute = useCommand();
  const panel = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const { runs, columns } = comparison;
  const now = useNow(isShown && runs.some(({ row }) => !isFinished(row)));

  const rows = useRows(comparison, settings);
  const { wanted, shown, drawn, sort, items, meant, problem } = rows;
  const { metrics, metric, colours, visible, kept, curved } = useDrawn(comparison, settings, rows);

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
    const example = runs.map(run => valueOf(run, column, wanted)).find(each => each !== null) ?? null;
    openMenu(
      anchor,
      columnMenu(column, example, settings, onChange, () => input.current?.focus(), trans)
    );
  };
  const onRunMenu = (id: string, anchor: Element): void =>
    openMenu(anchor as HTMLElement, runMenu(id, marks, execute, trans));
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
        problem={problem}
        shown={meant.length}
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
        {meant.length === 0 && (
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
function useRoom(element: RefObject<HTMLElement>): number {
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
