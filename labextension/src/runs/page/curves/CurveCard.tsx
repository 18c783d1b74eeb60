/**
 * One metric: its chart, or its table.
 */

import { memo, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { JSX, RefObject } from 'react';

import type { Cursor } from '../../../charts/cursor';
import { save } from '../../../charts/csv';
import { LineChart } from '../../../charts/LineChart';
import type { IChartHandle } from '../../../charts/LineChart';
import type { Range } from '../../../charts/plot';
import { belowLog } from '../../../charts/smoothing';
import { formatMetric } from '../../../format';
import { useTranslation } from '../../../translation';
import type { ITranslation } from '../../../translation';
import { IconButton } from '../../../ui/parts';
import type { IMetricSummary } from '../../../wire';
import { oneLine } from '../../card/text';
import { openMenu } from '../menu';
import { CurveTable } from './CurveTable';
import type { CurvesModel, ICurve } from './model';
import { plotOf, sentenceOf } from './plots';
import type { ICommon } from './plots';

interface ICurveCardProps {
  readonly name: string;
  readonly model: CurvesModel;
  readonly common: ICommon;
  readonly summary: IMetricSummary | undefined;
  /** The name of the run, which files are called by. */
  readonly runName: string;
  readonly cursor: Cursor;
  readonly isLarge: boolean;
  /** Whether the page can be seen. */
  readonly isActive: boolean;
  readonly onZoom: (range: Range | null) => void;
  readonly onDownload: (names: readonly string[]) => Promise<void>;
}

const HEIGHT = 196;
const LARGE = 272;

/** Show a metric. */
export const CurveCard = memo(function CurveCard(props: ICurveCardProps): JSX.Element {
  const { name, model, common, summary, runName, cursor, isLarge, isActive, onZoom, onDownload } = props;
  const trans = useTranslation();
  const shownName = oneLine(name, 60);
  const frame = useRef<HTMLElement>(null);
  const chart = useRef<IChartHandle>(null);
  const { settings } = common;
  const isVisible = useVisible(frame) && isActive;
  const curve = useCurve(model, name, isVisible, frame);
  const [isTwin, setTwin] = useState(false);
  const isTable = isTwin !== settings.isTable;
  const isFlipped = useRef(false);
  const flip = (): void => {
    isFlipped.current = true;
    setTwin(!isTwin);
  };
  useEffect(() => {
    // Who flips it by a key goes on where the other one stands.
    if (isFlipped.current) {
      isFlipped.current = false;
      frame.current?.querySelector<HTMLElement>('.jm-Chart, .jm-Curve-table')?.focus();
    }
  }, [isTable]);
  const plot = useMemo(() => plotOf(name, curve, common, trans), [name, curve, common, trans]);
  const height = isLarge ? LARGE : HEIGHT;
  const more = (at: HTMLElement): void =>
    openMenu(at, [
      {
        label: trans.__('Download as PNG'),
        run: () => {
          const picture = chart.current?.picture();
          if (picture) {
            save(`${runName}-${name}.png`, picture);
          }
        }
      },
      { label: trans.__('Download as CSV'), run: () => void onDownload([name]) },
      { label: trans.__('Show all of the axis'), run: () => onZoom(null) }
    ]);
  return (
    <figure ref={frame} className={`jm-Box jm-Curve${isLarge ? ' jm-mod-large' : ''}`} aria-label={shownName}>
      <div className="jm-ChartHead">
        <b className="jm-ellipsis" title={shownName}>
          {shownName}
        </b>
        <span className="jm-val">{formatMetric(summary?.last)}</span>
        <span className="jm-muted jm-small jm-ellipsis">{remarks(curve, common, trans)}</span>
        <span className="jm-Curve-acts">
          <IconButton
            icon="table"
            label={trans.__('Show %1 as a table', shownName)}
            aria-pressed={isTable}
            onClick={() => setTwin(!isTwin)}
          />
          <IconButton
            icon="ellipsis"
            label={trans.__('More for %1', shownName)}
            aria-haspopup="menu"
            onClick={event => more(event.currentTarget)}
          />
        </span>
      </div>
      {isTable ? (
        <CurveTable
          name={name}
          plot={plot}
          height={height}
          onDownload={() => void onDownload([name])}
          onChart={flip}
        />
      ) : (
        <LineChart
          plot={plot}
          sentence={sentenceOf(name, summary, plot, common, trans)}
          height={height}
          cursor={cursor}
          handle={chart}
          onZoom={onZoom}
          onReset={() => onZoom(null)}
          isVisible={isVisible}
          onTable={flip}
        />
      )}
    </figure>
  );
});

/** Say what is special about the way it is shown. */
function remarks(curve: ICurve, { settings }: ICommon, trans: ITranslation): string {
  const found: string[] = [];
  if (settings.isLog) {
    found.push(trans.__('log scale'));
    const left = curve.points === null ? 0 : belowLog(curve.points.values);
    if (left > 0) {
      found.push(
        trans._n('%1 value of 0 or below is left out', '%1 values of 0 or below are left out', left)
      );
    }
  }
  if (settings.ranks === 'band' && curve.band !== null) {
    found.push(trans.__('rank 0, band min to max of %1 ranks', curve.band.ranks));
  }
  if (settings.smoothing > 0) {
    found.push(trans.__('faint: unsmoothed'));
  }
  return found.join(', ');
}

/** Return what is known of a metric, kept current while it is visible. */
function useCurve(
  model: CurvesModel,
  name: string,
  isVisible: boolean,
  frame: RefObject<HTMLElement | null>
): ICurve {
  const [version, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!isVisible) {
      return;
    }
    const onChanged = (_: CurvesModel, names: ReadonlySet<string>): void => {
      if (names.has(name)) {
        again();
      }
    };
    model.changed.connect(onChanged);
    // What came while it could not be seen.
    again();
    const width = frame.current?.clientWidth ?? 500;
    const look = model.look(name, Math.min(Math.max(Math.round(width / 100) * 100, 200), 2000));
    return () => {
      model.changed.disconnect(onChanged);
      look.dispose();
    };
  }, [model, name, isVisible, frame]);
  // The model keeps one object a curve: a copy tells React that it is another.
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the version says when.
  return useMemo(() => ({ ...model.curve(name) }), [model, name, version]);
}

/** Say whether an element can be seen where it is scrolled to. */
function useVisible(element: RefObject<HTMLElement | null>): boolean {
  const [isVisible, setVisible] = useState(false);
  useEffect(() => {
    if (element.current === null) {
      return;
    }
    const observer = new IntersectionObserver(
      entries => setVisible(entries.some(entry => entry.isIntersecting)),
      { rootMargin: '100px' }
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isVisible;
}
