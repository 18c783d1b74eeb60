/**
 * The curves of one metric over each other.
 */

import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { JSX } from 'react';

import { csvOf, save } from '../../charts/csv';
import { LineChart } from '../../charts/LineChart';
import { belowLog } from '../../charts/smoothing';
import { formatCount } from '../../format';
import { oneLine } from '../../runs/card/text';
import { CurveTable } from '../../runs/page/curves/CurveTable';
import { useTranslation } from '../../translation';
import { IconButton } from '../../ui/parts';
import type { ICompared } from '../../wire';
import { useHovered, useMarks, useShared, useSignal } from '../context';
import { MOST_CURVES } from '../curves';
import type { Change, ISettings } from '../settings';
import { overlayPlot, overlaySentence } from './overlay';
import type { IOverlayOf } from './overlay';
import { useFlip, useSeen } from './parts';

interface IOverlayProps {
  readonly metrics: readonly string[];
  readonly metric: string;
  /** Those that are to be drawn, those that matter most first. */
  readonly runs: readonly ICompared[];
  readonly colours: ReadonlyMap<string, number>;
  readonly settings: ISettings;
  readonly onChange: Change;
  readonly onOpen: (id: string) => void;
  readonly height: number;
  readonly isShown: boolean;
}

/** So many metrics have a button; the others are in a list. */
const TABS = 3;

/** Show the curves. */
export const Overlay = memo(function Overlay(props: IOverlayProps): JSX.Element {
  const { metrics, metric, runs, colours, settings, onChange, height, isShown } = props;
  const trans = useTranslation();
  const { curves } = useShared();
  const marks = useMarks();
  const hovered = useHovered();
  const version = useSignal(curves.changed);
  const frame = useRef<HTMLElement>(null);
  const { isTable, flip, toggle } = useFlip(frame, '.jm-Chart, .jm-Curve-table');
  const isSeen = useSeen(frame);
  const [range, setRange] = useState<readonly [number, number] | null>(null);
  const drawn = useMemo(
    () => runs.filter(run => run.row.metrics[metric] !== undefined).slice(0, MOST_CURVES),
    [runs, metric]
  );
  useEffect(() => {
    if (isShown && isSeen && metric) {
      curves.want(
        metric,
        drawn.map(run => run.row),
        drawn.length > 50 ? 120 : 300
      );
    }
  }, [curves, metric, drawn, isShown, isSeen]);
  const { a, b, selected } = marks;
  const { isByTime, isLog, smoothing } = settings;
  const of = useMemo<IOverlayOf>(
    () => ({ metric, runs: drawn, curves, colours, a, b, selected, isByTime, isLog, smoothing }),
    [metric, drawn, curves, colours, a, b, selected, isByTime, isLog, smoothing]
  );
  // The curves are the same object, whatever they know.
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the version says when they are others.
  const whole = useMemo(() => overlayPlot(of, trans), [of, version, trans]);
  const plot = useMemo(
    () => (range === null ? whole : { ...whole, x: range, key: `${whole.key}|${range.join()}` }),
    [whole, range]
  );
  const shownName = oneLine(metric, 40);
  const remarks = [
    isByTime ? trans.__('by time') : trans.__('by %1', plot.axis.name),
    ...(smoothing > 0 ? [trans.__('smoothed %1', smoothing.toFixed(2))] : []),
    ...(drawn.length < runs.length && drawn.length === MOST_CURVES
      ? [trans.__('%1 of %2 drawn', formatCount(drawn.length), formatCount(runs.length))]
      : []),
    ...leftOut(plot.lines, isLog).map(count => trans.__('%1 of 0 or below left out', formatCount(count)))
  ];
  const choose = (name: string): void => {
    setRange(null);
    onChange({ metric: name });
  };
  return (
    <figure ref={frame} className="jm-Box jm-Compare-figure" aria-label={trans.__('Curves')}>
      <div className="jm-ChartHead">
        <b className="jm-ellipsis" title={shownName}>
          {shownName}
        </b>
        <span className="jm-muted jm-small jm-ellipsis jm-grow">{curves.problem || remarks.join(', ')}</span>
        <MetricTabs metrics={metrics} metric={metric} onMetric={choose} />
        <IconButton
          icon="table"
          label={trans.__('Show %1 as a table', shownName)}
          aria-pressed={isTable}
          onClick={toggle}
        />
      </div>
      <div className="jm-Compare-options">
        <span className="jm-Segment" role="group" aria-label={trans.__('X axis')}>
          <button type="button" aria-pressed={!isByTime} onClick={() => onChange({ isByTime: false })}>
            {trans.__('Step')}
          </button>
          <button type="button" aria-pressed={isByTime} onClick={() => onChange({ isByTime: true })}>
            {trans.__('Time')}
          </button>
        </span>
        <span className="jm-Segment" role="group" aria-label={trans.__('Y scale')}>
          <button type="button" aria-pressed={!isLog} onClick={() => onChange({ isLog: false })}>
            {trans.__('Linear')}
          </button>
          <button type="button" aria-pressed={isLog} onClick={() => onChange({ isLog: true })}>
            {trans.__('Log')}
          </button>
        </span>
        <label className="jm-row jm-Curves-smoothing">
          <span className="jm-muted">{trans.__('Smoothing')}</span>
          <input
            type="range"
            min="0"
            max="0.99"
            step="0.01"
            value={smoothing}
            onChange={event => onChange({ smoothing: Number(event.target.value) })}
          />
          <b className="jm-num">{smoothing.toFixed(2)}</b>
        </label>
        {range !== null && (
          <button type="button" className="jm-link" onClick={() => setRange(null)}>
            {trans.__('Show all of the axis')}
          </button>
        )}
      </div>
      {isTable ? (
        <CurveTable
          name={metric}
          plot={plot}
          height={height}
          onChart={flip}
          onDownload={() => save(`${metric}.csv`, new Blob([overlayCsv(of)], { type: 'text/csv' }))}
        />
      ) : (
        <LineChart
          plot={plot}
          sentence={overlaySentence(plot, of, trans)}
          height={height}
          isVisible={isShown && isSeen}
          highlighted={hovered}
          onZoom={setRange}
          onReset={() => setRange(null)}
          onTable={flip}
          onHover={id => marks.hover(id)}
          onPick={(id, isMore) => {
            if (id !== null || !isMore) {
              marks.select(id === null ? [] : [id], isMore);
            }
          }}
        />
      )}
    </figure>
  );
});

interface IMetricTabsProps {
  readonly metrics: readonly string[];
  readonly metric: string;
  readonly onMetric: (metric: string) => void;
}

/** Choose the metric. */
export function MetricTabs({ metrics, metric, onMetric }: IMetricTabsProps): JSX.Element | null {
  const trans = useTranslation();
  if (metrics.length < 2) {
    return null;
  }
  const first = metrics.slice(0, TABS);
  const rest = metrics.slice(TABS);
  return (
    <>
      <span className="jm-Segment" role="group" aria-label={trans.__('Metric')}>
        {first.map(name => (
          <button key={name} type="button" aria-pressed={name === metric} onClick={() => onMetric(name)}>
            {oneLine(name, 16)}
          </button>
        ))}
      </span>
      {rest.length > 0 && (
        <label className="jm-Compare-select">
          <span className="jm-vh">{trans.__('Other metrics')}</span>
          <select
            value={rest.includes(metric) ? metric : ''}
            onChange={event => event.target.value && onMetric(event.target.value)}
          >
            <option value="">{trans.__('+%1', formatCount(rest.length))}</option>
            {rest.map(name => (
              <option key={name} value={name}>
                {oneLine(name, 40)}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}

/** Return how many values a logarithmic scale leaves out; nothing where it leaves out none. */
function leftOut(lines: readonly { readonly y: readonly number[] }[], isLog: boolean): number[] {
  const count = isLog ? lines.reduce((sum, line) => sum + belowLog(line.y), 0) : 0;
  return count > 0 ? [count] : [];
}

function overlayCsv({ metric, runs, curves }: IOverlayOf): string {
  const rows = runs.flatMap(({ row }) => {
    const series = curves.of(metric, row.id)?.series;
    return (series?.steps ?? []).map((step, at) => [
      row.id,
      row.name,
      step,
      series?.values[at] ?? null,
      series?.times[at] ?? null
    ]);
  });
  return csvOf([['run', 'name', 'step', metric, 'time'], ...rows]);
}
