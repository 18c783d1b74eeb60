/**
 * All metrics of a run over their steps, live.
 */

import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { JSX } from 'react';

import { Cursor } from '../../../charts/cursor';
import { save } from '../../../charts/csv';
import type { Range } from '../../../charts/plot';
import { useTranslation } from '../../../translation';
import type { ITranslation } from '../../../translation';
import { isFinished, Unreachable } from '../../../client';
import { Icon } from '../../../icons';
import { CodeLine } from '../../../ui/parts';
import { inOrder } from '../../metrics';
import { trainersOf } from '../../ranks';
import type { ITabProps } from '../context';
import { CurveCard } from './CurveCard';
import { pointsAsCsv } from './download';
import { CurvesModel } from './model';
import { ownRange, plannedEnd, spanOf } from './plots';
import type { ICommon } from './plots';
import { TIME } from './series';
import { axesOf, keepSettings, settingsOf } from './settings';
import type { ISettings } from './settings';
import { MetricsBar, ScalesBar } from './toolbars';

/** Runs as it is. */
const EXAMPLE = 'from jupyter_mlops import report; report(step=3, loss=0.2)';

/** Enough points to place one metric on the count of another. */
const CLOCK_POINTS = 1000;

/** The tab. */
export default function Curves({ page, snapshot, isShown }: ITabProps): JSX.Element {
  const trans = useTranslation();
  const { client } = page.runs;
  const { row } = snapshot;
  const trainers = trainersOf(snapshot);
  const [settings, setSettings] = useState(() => settingsOf(page));
  const change = useCallback(
    (changes: Partial<ISettings>) =>
      setSettings(old => {
        const next = { ...old, ...changes };
        keepSettings(page, next);
        return next;
      }),
    [page]
  );
  const [model] = useState(() => new CurvesModel(client, page.id));
  useEffect(() => () => model.dispose(), [model]);
  const [cursor] = useState(() => new Cursor());
  const names = useMemo(() => inOrder(Object.keys(row.metrics)), [row.metrics]);
  const axes = axesOf(row.metrics);
  const axis = axes.includes(settings.axis) ? settings.axis : (axes[0] ?? 'step');
  const planned = plannedEnd(row.progress, axis);
  const [low, high] = spanOf(row.metrics, axis) ?? [];
  const clock = useClock(model, row.metrics, axis);
  const common = useMemo<ICommon>(
    () => ({
      started: row.started ?? row.created,
      isUnfinished: !isFinished({ state: row.state, broken: row.broken }),
      failedRank: row.failed_rank,
      settings,
      axis,
      clock,
      planned,
      span: low === undefined || high === undefined ? null : [low, high]
    }),
    [
      row.started,
      row.created,
      row.state,
      row.broken,
      row.failed_rank,
      settings,
      axis,
      clock,
      planned,
      low,
      high
    ]
  );

  const latest = useRef(common);
  useEffect(() => {
    latest.current = common;
  });
  useEffect(() => {
    if (isShown) {
      model.update({ ...row, workers: trainers });
    }
  }, [model, row, trainers, isShown]);
  useEffect(() => model.showRanks(settings.ranks), [model, settings.ranks]);
  useEffect(() => {
    model.showRange(name => ownRange(model.curve(name).points, latest.current, settings.range));
  }, [model, settings.range, axis]);

  const shown = names.filter(name => !settings.hidden.has(name));
  const onZoom = useCallback((range: Range | null) => change({ range }), [change]);
  const { name: runName } = row;
  const ranks = settings.ranks === 'each' ? trainers : 1;
  const download = useCallback(
    async (wanted: readonly string[]): Promise<void> => {
      const label = wanted.length === 1 ? (wanted[0] ?? '') : 'metrics';
      const each = Array.from({ length: ranks }, (_, rank) => rank);
      save(`${runName}-${label}.csv`, await pointsAsCsv(client, page.id, wanted, each));
    },
    [client, page.id, ranks, runName]
  );
  return (
    <>
      <MetricsBar names={names} settings={settings} onChange={change} />
      <ScalesBar
        axes={axes}
        axis={axis}
        hasRanks={trainers > 1}
        settings={settings}
        onChange={change}
        onDownload={() => void download(shown)}
      />
      <Problem model={model} />
      <div className="jm-Curves">
        {names.length === 0 && <NoMetrics trans={trans} />}
        {shown.map((name, at) => (
          <CurveCard
            key={name}
            name={name}
            model={model}
            common={common}
            summary={row.metrics[name]}
            runName={row.name}
            cursor={cursor}
            isLarge={at < 2 && shown.length > 2}
            isActive={isShown}
            onZoom={onZoom}
            onDownload={download}
          />
        ))}
      </div>
    </>
  );
}

/** Why curves are not current; that nobody answers is said above all tabs. */
function Problem({ model }: { model: CurvesModel }): JSX.Element {
  const [problem, setProblem] = useState<Error | null>(null);
  useEffect(() => {
    const onChanged = (): void => setProblem(model.problem);
    model.changed.connect(onChanged);
    return () => {
      model.changed.disconnect(onChanged);
    };
  }, [model]);
  return (
    <div role="status">
      {problem !== null && !(problem instanceof Unreachable) && (
        <p className="jm-Banner" data-s="warning">
          <Icon name="warning" />
          {problem.message}
        </p>
      )}
    </div>
  );
}

function NoMetrics({ trans }: { trans: ITranslation }): JSX.Element {
  return (
    <div className="jm-Empty">
      <h2>{trans.__('No metrics yet')}</h2>
      <p>{trans.__('What the cell prints as name=value is a metric, and so is what it reports:')}</p>
      <CodeLine code={EXAMPLE} copyLabel={trans.__('Copy the line')} />
    </div>
  );
}

/** Read a metric that is reported by the count of the axis, if others are to be placed on it. */
function useClock(
  model: CurvesModel,
  metrics: Readonly<Record<string, { readonly axis: string; readonly count: number }>>,
  axis: string
): ICommon['clock'] {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const isNeeded = axis !== TIME && Object.values(metrics).some(metric => metric.axis !== axis);
  const name = isNeeded
    ? Object.keys(metrics)
        .filter(key => metrics[key]?.axis === axis)
        .sort((one, other) => (metrics[other]?.count ?? 0) - (metrics[one]?.count ?? 0))[0]
    : undefined;
  useEffect(() => {
    if (name === undefined) {
      return;
    }
    const onChanged = (_: CurvesModel, names: ReadonlySet<string>): void => {
      if (names.has(name)) {
        again();
      }
    };
    model.changed.connect(onChanged);
    const look = model.look(name, CLOCK_POINTS);
    return () => {
      model.changed.disconnect(onChanged);
      look.dispose();
    };
  }, [model, name]);
  return name !== undefined ? model.curve(name).points : null;
}
