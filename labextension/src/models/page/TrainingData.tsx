/**
 * What the columns of the training data looked like.
 */

import type { JSX } from 'react';

import { formatCount, formatShare, MISSING } from '../../format';
import { Sentence } from '../../runs/card/pieces';
import { oneLine, said } from '../../runs/card/text';
import { formatValue } from '../../sweeps/words';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IColumnProfile, IProfile } from '../../wire';
import type { IShownVersion } from '../tokens';
import { numberOf } from '../words';
import { useMost } from './More';

/** So many columns are shown at first. */
const MOST = 8;

const WIDTH = 84;
const HEIGHT = 18;

/** Show the profile, or why there is none. */
export function TrainingData({ version }: { version: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  const { profile, spec } = version;
  const source = oneOf(profile?.source, spec.data);
  return (
    <section className="jm-Section">
      <h3 className="jm-h2">{trans.__('Training data')}</h3>
      {source && (
        <p className="jm-small jm-muted">
          <Sentence text={said(source)} longest={300} />
        </p>
      )}
      {profile && profile.columns.length > 0 && <Columns profile={profile} />}
    </section>
  );
}

/** Return the first text that is not empty. */
function oneOf(...texts: readonly (string | undefined)[]): string {
  return texts.find(text => text !== undefined && text !== '') ?? '';
}

function Columns({ profile }: { profile: IProfile }): JSX.Element {
  const trans = useTranslation();
  const [shown, more] = useMost(profile.columns, MOST);
  return (
    <div
      className="jm-Model-scroll jm-mod-wide"
      role="group"
      aria-label={trans.__('Training data')}
      tabIndex={0}
    >
      <table className="jm-Table jm-num">
        <caption className="jm-vh">{trans.__('Columns of the training data')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Column')}</th>
            <th scope="col">{trans.__('Distribution')}</th>
            <th scope="col" className="r">
              {trans.__('Mean')}
            </th>
            <th scope="col" className="r">
              {trans.__('Missing')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((column, at) => (
            <tr key={`${at} ${column.name}`}>
              <td title={oneLine(column.name, 300)}>{oneLine(column.name, 32)}</td>
              <td>
                <Sketch column={column} />
              </td>
              <td className="r">
                {column.mean === null ? MISSING : formatValue(numberOf(column.mean) ?? NaN)}
              </td>
              <td className="r">
                {column.missing === 0 ? '0' : formatShare(column.missing / Math.max(profile.rows, 1))}
              </td>
            </tr>
          ))}
          {more && (
            <tr>
              <td colSpan={4}>{more}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

/** Bars as wide as the bins, and as high as rows are dense there: the bins hold about as many rows each. */
function Sketch({ column }: { column: IColumnProfile }): JSX.Element {
  const trans = useTranslation();
  return (
    <svg
      className="jm-Model-sketch"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={sketchWords(column, trans)}
    >
      <title>{sketchWords(column, trans)}</title>
      {barsOf(column).map(({ left, width, height }, at) => (
        <rect
          key={at}
          x={left * WIDTH}
          width={width * WIDTH}
          y={HEIGHT - height * HEIGHT}
          height={height * HEIGHT}
        />
      ))}
    </svg>
  );
}

/** A bar, all of it as shares of the whole. */
export interface IBar {
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** Return the bars of a column. */
export function barsOf({ kind, counts, edges, low, high }: IColumnProfile): IBar[] {
  const [first, last] = [numberOf(low), numberOf(high)];
  const bounds = [first ?? NaN, ...edges, last ?? NaN];
  const isPlain = kind === 'category' || first === null || last === null || !(last > first);
  const all = counts.map((count, at) => {
    const [from = NaN, to = NaN] = [bounds[at], bounds[at + 1]];
    const span = isPlain ? 1 / counts.length : (to - from) / (last - first);
    const left = isPlain ? at / counts.length : (from - first) / (last - first);
    // What stands at one value alone is as narrow as can be seen.
    const width = Math.min(Math.max(span, 1 / WIDTH), 1 - Math.min(left, 1 - 1 / WIDTH));
    return { left: Math.min(left, 1 - 1 / WIDTH), width, dense: count / width };
  });
  const most = Math.max(...all.map(({ dense }) => dense), 1e-12);
  return all
    .filter(({ dense }) => Number.isFinite(dense) && dense > 0)
    .map(({ left, width, dense }) => ({ left, width, height: Math.max(dense / most, 1 / HEIGHT) }));
}

function sketchWords(column: IColumnProfile, trans: ITranslation): string {
  const name = oneLine(column.name, 60);
  if (column.kind === 'category') {
    const [value = ''] = column.values;
    return trans._n(
      '%2: %1 value, most often %3',
      '%2: %1 values, most often %3',
      column.values.length,
      name,
      oneLine(value, 40)
    );
  }
  const [low, high] = [numberOf(column.low), numberOf(column.high)];
  const rows = formatCount(column.counts.reduce((sum, count) => sum + count, 0));
  return low === null || high === null
    ? trans.__('%1: %2 rows', name, rows)
    : trans.__('%1: %2 rows from %3 to %4', name, rows, formatValue(low), formatValue(high));
}
