/**
 * A chart as a part of a view.
 */

import { useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { JSX, KeyboardEvent, Ref } from 'react';

import { Chart } from './chart';
import { Cursor } from './cursor';
import type { IPlot, Range } from './plot';

/** What can be asked of a chart. */
export interface IChartHandle {
  /** Return it as a picture. */
  picture(): string | null;
}

interface ILineChartProps {
  readonly plot: IPlot;
  /** The same in one sentence, for who does not see it. */
  readonly sentence: string;
  readonly height: number;
  /** Whether it can be seen; it is drawn only then. */
  readonly isVisible?: boolean;
  readonly cursor?: Cursor | undefined;
  readonly handle?: Ref<IChartHandle>;
  readonly onZoom?: (range: Range) => void;
  readonly onReset?: () => void;
  readonly onTable?: () => void;
  /** The line that stands out, by its key. */
  readonly highlighted?: string | null;
  /** A line was clicked, by its key; null: none. */
  readonly onPick?: (key: string | null, isMore: boolean) => void;
  /** The pointer is over a line, by its key; null: none. */
  readonly onHover?: (key: string | null) => void;
}

/** Show a chart: the frame at once, the curves when what draws them is loaded. */
export function LineChart(props: ILineChartProps): JSX.Element {
  const { plot, sentence, height, handle, isVisible = true } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const latest = useRef(props);
  const [said, say] = useState('');
  const [own] = useState(() => new Cursor());
  const cursor = props.cursor ?? own;
  const canZoom = props.onZoom !== undefined;
  const canPick = props.onPick !== undefined;
  const { highlighted = null } = props;

  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (host.current === null) {
      return;
    }
    const zooming = {
      onZoom: (range: Range) => latest.current.onZoom?.(range),
      onReset: () => latest.current.onReset?.()
    };
    const picking = {
      onPick: (key: string | null, isMore: boolean) => latest.current.onPick?.(key, isMore),
      onHover: (key: string | null) => latest.current.onHover?.(key)
    };
    const made = new Chart(host.current, cursor, { ...(canZoom && zooming), ...(canPick && picking) });
    chart.current = made;
    if (latest.current.isVisible ?? true) {
      made.show(latest.current.plot);
    }
    return () => {
      made.dispose();
      chart.current = null;
    };
  }, [cursor, canZoom, canPick]);
  useEffect(() => {
    if (isVisible) {
      chart.current?.show(plot);
    }
  }, [plot, isVisible]);
  useEffect(() => chart.current?.highlight(highlighted), [highlighted]);
  useImperativeHandle(handle, () => ({ picture: () => chart.current?.picture() ?? null }), []);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || !press(event, chart.current, latest.current)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    say(chart.current?.words() ?? '');
  };
  return (
    <>
      <div
        ref={host}
        className="jm-Chart"
        style={{ height }}
        role="img"
        aria-label={sentence}
        aria-keyshortcuts="ArrowLeft ArrowRight T"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => chart.current?.leave()}
      />
      <span className="jm-vh" aria-live="polite">
        {said}
      </span>
    </>
  );
}

/** Do what a key stands for; return whether it stands for something. */
function press(event: KeyboardEvent, chart: Chart | null, props: ILineChartProps): boolean {
  const step = event.shiftKey ? 10 : 1;
  switch (event.key) {
    case 'ArrowLeft':
      chart?.step(-step);
      return true;
    case 'ArrowRight':
      chart?.step(step);
      return true;
    case 'Home':
      chart?.step(-Infinity);
      return true;
    case 'End':
      chart?.step(Infinity);
      return true;
    case 'Escape':
      chart?.leave();
      return true;
    case '+':
      chart?.zoom(0.5);
      return props.onZoom !== undefined;
    case '-':
      chart?.zoom(2);
      return props.onZoom !== undefined;
    case '0':
      props.onReset?.();
      return props.onReset !== undefined;
    case 't':
    case 'T':
      props.onTable?.();
      return props.onTable !== undefined;
    default:
      return false;
  }
}
