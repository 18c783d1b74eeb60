/**
 * Parallel coordinates as a table.
 */

import type { JSX } from 'react';

import { formatCount } from '../format';
import { useTranslation } from '../translation';
import { isKept, valueWords } from './dimensions';
import type { KeptRanges, ValueAxis } from './dimensions';
import type { IParallelLine } from './parallel';

interface IParallelTableProps {
  readonly axes: readonly ValueAxis[];
  readonly lines: readonly IParallelLine[];
  readonly kept: KeptRanges;
  readonly height: number;
  readonly label: string;
  /** What stands above the names. */
  readonly heading: string;
  /** Show the chart again. */
  readonly onChart?: () => void;
}

const MOST = 200;

/** Show what is kept, line by line. */
export function ParallelTable(props: IParallelTableProps): JSX.Element {
  const { axes, lines, kept, height, label, heading, onChart } = props;
  const trans = useTranslation();
  const wanted = lines.filter(({ values }) => axes.every((axis, at) => isKept(kept[axis.key], values[at])));
  const shown = wanted.slice(0, MOST);
  return (
    <div
      className="jm-Curve-table"
      style={{ height }}
      role="group"
      aria-label={label}
      tabIndex={0}
      onKeyDown={event => {
        if (event.key.toLowerCase() === 't' && !event.ctrlKey && !event.metaKey && !event.altKey) {
          event.preventDefault();
          event.stopPropagation();
          onChart?.();
        }
      }}
    >
      <table className="jm-Table jm-num">
        <caption className="jm-vh">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{heading}</th>
            {axes.map(axis => (
              <th key={axis.key} scope="col" className="r">
                {axis.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(line => (
            <tr key={line.id}>
              <td>{line.name}</td>
              {axes.map((axis, at) => (
                <td key={axis.key} className="r">
                  {valueWords(axis, line.values[at])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {wanted.length > shown.length && (
        <p className="jm-muted jm-small">
          {trans.__('The first %1 of %2.', formatCount(shown.length), formatCount(wanted.length))}
        </p>
      )}
    </div>
  );
}
