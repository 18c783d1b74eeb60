/**
 * Parallel coordinates with their head: what is kept, and the table that says the same.
 */

import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';

import { formatCount } from '../format';
import { useTranslation } from '../translation';
import { IconButton } from '../ui/parts';
import { ParallelCoordinates } from './ParallelCoordinates';
import type { IParallelCoordinatesProps } from './ParallelCoordinates';
import { ParallelTable } from './ParallelTable';
import { keptWords } from './dimensions';
import { keptOf } from './parallel';

interface IParallelFigureProps extends Omit<IParallelCoordinatesProps, 'sentence' | 'onTable'> {
  readonly title: string;
  /** What the lines are, so many of them: `33 trials`. */
  readonly countWords: (count: number) => string;
  /** What one line is: `Trial`. */
  readonly heading: string;
}

/** Show a figure of parallel coordinates. */
export function ParallelFigure({ title, countWords, heading, ...rest }: IParallelFigureProps): JSX.Element {
  const { axes, lines, kept, onKept, height } = rest;
  const trans = useTranslation();
  const frame = useRef<HTMLElement>(null);
  const [isTable, setTable] = useState(false);
  const isFlipped = useRef(false);
  useEffect(() => {
    // Who flips it by a key goes on where the other one stands.
    if (isFlipped.current) {
      isFlipped.current = false;
      frame.current?.querySelector<HTMLElement>('.jm-Parallel-picture, .jm-Curve-table')?.focus();
    }
  }, [isTable]);
  const flip = (): void => {
    isFlipped.current = true;
    setTable(!isTable);
  };
  const ranges = axes.flatMap(axis => {
    const range = kept[axis.key];
    return range === undefined ? [] : [keptWords(axis, range, trans)];
  });
  const within = ranges.length > 0 ? keptOf({ axes, lines, kept, selected: new Set() }).size : lines.length;
  const share = trans.__(
    'kept: %1; %2 of %3',
    ranges.join(', '),
    formatCount(within),
    countWords(lines.length)
  );
  const names = axes.map(axis => axis.name);
  const sentence = trans.__(
    'Parallel coordinates of %1 from %2 to %3',
    countWords(lines.length),
    names.slice(0, -1).join(', '),
    names[names.length - 1] ?? ''
  );
  return (
    <figure ref={frame} className="jm-Figure" aria-label={title}>
      <div className="jm-ChartHead">
        <b className="jm-ellipsis">{title}</b>
        <span className="jm-muted jm-small jm-ellipsis" title={ranges.length > 0 ? share : undefined}>
          {ranges.length > 0 ? share : trans.__('drag along an axis to keep a range')}
        </span>
        {ranges.length > 0 && (
          <button type="button" className="jm-link" onClick={() => onKept({})}>
            {trans.__('Clear')}
          </button>
        )}
        <span className="jm-Curve-acts">
          <IconButton
            icon="table"
            label={trans.__('Show %1 as a table', title)}
            aria-pressed={isTable}
            onClick={() => setTable(!isTable)}
          />
        </span>
      </div>
      {isTable ? (
        <ParallelTable
          axes={axes}
          lines={lines}
          kept={kept}
          height={height}
          label={title}
          heading={heading}
          onChart={flip}
        />
      ) : (
        <ParallelCoordinates
          {...rest}
          sentence={ranges.length > 0 ? `${sentence}; ${share}` : sentence}
          onTable={flip}
        />
      )}
    </figure>
  );
}
