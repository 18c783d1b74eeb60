/**
 * What each trial reached, one after the other, and the best so far.
 */

import { useCallback, useMemo, useRef, useState } from 'react';
import type { JSX, KeyboardEvent, MouseEvent } from 'react';

import { useDrawing, useWidth } from '../../charts/surface';
import type { IPalette } from '../../charts/theme';
import { isFinished } from '../../client';
import { CommandIDs } from '../../commands';
import { formatMetric } from '../../format';
import { Icon } from '../../icons';
import { toneWord } from '../../runs/words';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { IconButton } from '../../ui/parts';
import type { ISweepSnapshot, ITrialFact } from '../../wire';
import { trialTone } from '../words';
import { useCommand, useMarks } from './context';
import { drawHistory, drawRings } from './draw';
import { FrontPlot } from './FrontPlot';
import { HistoryTable } from './HistoryTable';
import { findPoint, frameOf, historyOf, leftOut, viewOf, xOf, yOf } from './history';
import type { IFrame, IHistory, IPoint, IView } from './history';

const HEIGHT = 212;

/** Stands for the front of all objectives among the places of single ones. */
const FRONT = -1;

interface IHistoryProps {
  readonly snapshot: ISweepSnapshot;
  /** Whether a trial lies in what is kept of the parallel axes. */
  readonly isKept: (id: string) => boolean;
}

/** Show the figure. */
export function History({ snapshot, isKept }: IHistoryProps): JSX.Element {
  const trans = useTranslation();
  const { row, trials } = snapshot;
  const hasFront = row.objectives.length > 1;
  // Where several objectives count, what goes together comes first.
  const [chosen, setPlace] = useState(hasFront ? FRONT : 0);
  const place = Math.max(chosen, 0);
  const [isTable, setTable] = useState(false);
  const objective = row.objectives[place];
  const wanted = isFinished(row) ? 0 : row.wanted;
  const history = useMemo(
    () => historyOf(trials, place, objective, wanted),
    [trials, place, objective, wanted]
  );
  const view = useMemo(() => viewOf(history), [history]);
  const out = leftOut(history, view);
  const [some, others] = [trans.__('History'), objective?.metric ?? ''];
  return (
    <figure className="jm-Box jm-Figure jm-Sweep-history" aria-label={some}>
      <div className="jm-ChartHead">
        <b>{some}</b>
        {hasFront ? (
          <span className="jm-Segment" role="group" aria-label={trans.__('Objective')}>
            <button type="button" aria-pressed={chosen === FRONT} onClick={() => setPlace(FRONT)}>
              {trans.__('front')}
            </button>
            {row.objectives.map(({ metric }, at) => (
              <button key={metric} type="button" aria-pressed={at === chosen} onClick={() => setPlace(at)}>
                {metric}
              </button>
            ))}
          </span>
        ) : (
          <span className="jm-muted jm-small jm-ellipsis">{others}</span>
        )}
        {chosen !== FRONT && <Legend trials={trials} />}
        {out > 0 && chosen !== FRONT && (
          <span className="jm-muted jm-small jm-ellipsis">
            {trans._n('%1 trial lies beyond the edge', '%1 trials lie beyond the edge', out)}
          </span>
        )}
        <span className="jm-Curve-acts">
          <IconButton
            icon="table"
            label={trans.__('Show the history as a table')}
            aria-pressed={isTable}
            onClick={() => setTable(!isTable)}
          />
        </span>
      </div>
      {isTable ? (
        <HistoryTable
          history={history}
          metric={objective?.metric ?? ''}
          height={HEIGHT}
          onChart={() => setTable(false)}
        />
      ) : chosen === FRONT ? (
        <FrontPlot snapshot={snapshot} height={HEIGHT} onTable={() => setTable(true)} />
      ) : (
        <Picture
          key={place}
          snapshot={snapshot}
          history={history}
          view={view}
          isKept={isKept}
          onTable={() => setTable(true)}
        />
      )}
    </figure>
  );
}

/** What the shapes are, of those that are there. */
function Legend({ trials }: { trials: readonly ITrialFact[] }): JSX.Element {
  const trans = useTranslation();
  const has = (result: ITrialFact['result']): boolean => trials.some(fact => fact.result === result);
  return (
    <span className="jm-small jm-Sweep-legend">
      <span data-s="succeeded">
        <i className="jm-Sweep-dot" />
        {trans.__('finished')}
      </span>
      {has('pruned') && (
        <span data-s="pruned">
          <Icon name="pruned" size={11} />
          {trans.__('pruned')}
        </span>
      )}
      {has('failed') && (
        <span data-s="failed">
          <Icon name="close" size={11} />
          {trans.__('failed')}
        </span>
      )}
      {has('stopped') && (
        <span data-s="stopped">
          <Icon name="stopped" size={11} />
          {trans.__('stopped')}
        </span>
      )}
      <span>
        <span className="jm-Key" style={{ '--k': 'var(--jm-c2)' } as React.CSSProperties} />
        {trans.__('best so far')}
      </span>
    </span>
  );
}

interface IPictureProps extends IHistoryProps {
  readonly history: IHistory;
  readonly view: IView;
  readonly onTable: () => void;
}

function Picture({ snapshot, history, view, isKept, onTable }: IPictureProps): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const marks = useMarks();
  const host = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const width = useWidth(host);
  const [held, hold] = useState<IView | null>(null);
  const [said, say] = useState('');
  const words = useWords(snapshot, history, trans);
  // Nothing moves under the pointer.
  const shown = held ?? view;
  const frame = useMemo(
    () => frameOf(shown, history, width, HEIGHT, words.end),
    [shown, history, width, words.end]
  );
  useDrawing(
    base,
    width,
    HEIGHT,
    useCallback(
      (context: CanvasRenderingContext2D, palette: IPalette) =>
        drawHistory(context, palette, history, frame, words, isKept),
      [history, frame, words, isKept]
    )
  );
  const { selected, hovered } = marks;
  useDrawing(
    over,
    width,
    HEIGHT,
    useCallback(
      (context: CanvasRenderingContext2D, palette: IPalette) =>
        drawRings(context, palette, history, frame, selected, hovered),
      [history, frame, selected, hovered]
    )
  );
  const pointed = history.points.find(point => point.id === hovered);
  const pointAt = (event: MouseEvent<HTMLElement>): IPoint | null => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return findPoint(history, frame, event.clientX - left, event.clientY - top);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = event.altKey || event.ctrlKey || event.metaKey ? null : moved(history, hovered, event.key);
    if (next !== null) {
      marks.hover(next.id);
      say(pointWords(next, trans));
    } else if (event.key === 'Enter' && pointed !== undefined) {
      execute(CommandIDs.openRun, { id: pointed.id });
    } else if (event.key === ' ' && pointed !== undefined) {
      marks.select(pointed.id, true);
    } else if (event.key.toLowerCase() === 't' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      onTable();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div
        ref={host}
        className="jm-Sweep-picture"
        style={{ height: HEIGHT }}
        role="img"
        aria-label={sentenceOf(snapshot, words.end, trans)}
        aria-keyshortcuts="ArrowLeft ArrowRight Enter Space T"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerEnter={() => hold(view)}
        onPointerMove={event => marks.hover(pointAt(event)?.id ?? null)}
        onPointerLeave={() => {
          hold(null);
          marks.hover(null);
        }}
        onBlur={() => marks.hover(null)}
        onClick={event => {
          const isMore = event.ctrlKey || event.metaKey || event.shiftKey;
          marks.select(pointAt(event)?.id ?? null, isMore);
        }}
        onDoubleClick={event => {
          const point = pointAt(event);
          if (point !== null) {
            execute(CommandIDs.openRun, { id: point.id });
          }
        }}
      >
        <canvas ref={base} aria-hidden="true" />
        <canvas ref={over} aria-hidden="true" />
        {pointed && <Tip point={pointed} frame={frame} words={pointWords(pointed, trans)} />}
      </div>
      <span className="jm-vh" aria-live="polite">
        {said}
      </span>
    </>
  );
}

function Tip({ point, frame, words }: { point: IPoint; frame: IFrame; words: string }): JSX.Element {
  const x = xOf(frame, point.trial);
  const isRight = x > frame.width * 0.6;
  const top = Math.max(yOf(frame, point.value) - 30, 0);
  return (
    <div
      className="jm-Tip jm-Sweep-tip jm-num"
      aria-hidden="true"
      style={isRight ? { right: frame.width - x + 10, top } : { left: x + 10, top }}
    >
      {words}
    </div>
  );
}

function useWords(
  { row }: ISweepSnapshot,
  { best, last, wanted }: IHistory,
  trans: ITranslation
): { end: string; plan: string; axis: string } {
  const final = best[best.length - 1];
  const end = final === undefined ? '' : trans.__('%1 trial %2', formatMetric(final.value), final.trial);
  const coming = Math.max(wanted - last, 0);
  const plan =
    row.going > 0 ? trans.__('%1 running, %2 to come', row.going, coming) : trans.__('%1 to come', coming);
  return useMemo(() => ({ end, plan, axis: trans.__('trial') }), [end, plan, trans]);
}

function sentenceOf({ row, trials }: ISweepSnapshot, best: string, trans: ITranslation): string {
  const metric = row.objectives.map(objective => objective.metric).join(', ');
  const count = trans._n('%1 trial', '%1 trials', trials.length);
  return best === ''
    ? trans.__('History of %1: %2, no value yet.', metric, count)
    : trans.__('History of %1: %2, the best is %3.', metric, count, best);
}

/** Return a trial in words: `trial 12, pruned, 0.71`. */
function pointWords({ trial, result, value }: IPoint, trans: ITranslation): string {
  const word = toneWord(trialTone({ result }), trans).toLowerCase();
  const name = trans.__('trial %1', trial);
  return [name, word, ...(value === null ? [] : [formatMetric(value)])].join(', ');
}

function moved({ points }: IHistory, from: string | null, key: string): IPoint | null {
  const at = points.findIndex(point => point.id === from);
  const last = points.length - 1;
  switch (key) {
    case 'ArrowLeft':
      return points[at < 0 ? last : Math.max(at - 1, 0)] ?? null;
    case 'ArrowRight':
      return points[at < 0 ? 0 : Math.min(at + 1, last)] ?? null;
    case 'Home':
      return points[0] ?? null;
    case 'End':
      return points[last] ?? null;
    default:
      return null;
  }
}
