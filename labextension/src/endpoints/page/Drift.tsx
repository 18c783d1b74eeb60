/**
 * Whether the input looks like the training data.
 */

import { useId, useState } from 'react';
import type { JSX } from 'react';

import { formatCount, formatTime, MISSING } from '../../format';
import { Icon } from '../../icons';
import { Sentence } from '../../runs/card/pieces';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IDrift, IDriftColumn, IEndpointSnapshot } from '../../wire';
import { isUp } from '../words';

/** So many columns are shown at once. */
const SHOWN = 6;

/** Show a row a column, those that moved most first. */
export function Drift({ snapshot: { drift, row } }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const title = useId();
  const [isAll, setAll] = useState(false);
  const columns = drift?.columns ?? [];
  const shown = isAll ? columns : columns.slice(0, SHOWN);
  return (
    <section className="jm-Section jm-Ep-drift" aria-labelledby={title}>
      <h2>
        <span id={title}>{trans.__('Drift')}</span>
        {drift !== null && drift.rows > 0 && (
          <span className="jm-end jm-small jm-muted jm-ellipsis">{sinceWords(drift, trans)}</span>
        )}
      </h2>
      {columns.length > 0 && (
        <div className="jm-Ep-scroll" data-tall={isAll || undefined}>
          <table className="jm-Table jm-num" aria-label={trans.__('Drift')}>
            <thead>
              <tr>
                <th scope="col">{trans.__('Input')}</th>
                <th scope="col">{trans.__('Then, now')}</th>
                <th scope="col" className="r">
                  <abbr title={trans.__('population stability index')}>{trans.__('PSI')}</abbr>
                </th>
                <th scope="col">{trans.__('Verdict')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(column => (
                <Column key={column.name} column={column} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {columns.length > SHOWN && (
        <button type="button" className="jm-link jm-Ep-more" onClick={() => setAll(!isAll)}>
          {isAll ? trans.__('Show fewer') : trans.__('Show all %1 inputs', columns.length)}
        </button>
      )}
      <p className="jm-small jm-muted jm-Ep-said">
        {drift?.sentence ? (
          <Sentence text={drift.sentence} longest={400} />
        ) : isUp(row) ? (
          trans.__('Nothing has been asked yet that could be held against the training data.')
        ) : (
          trans.__('It is not up; its input is looked at while it is.')
        )}
      </p>
    </section>
  );
}

function Column({ column: { name, psi, verdict, then, now } }: { column: IDriftColumn }): JSX.Element {
  const trans = useTranslation();
  return (
    <tr>
      <th scope="row" className="jm-Ep-input" title={name}>
        <span className="jm-ellipsis">
          <bdi>{name}</bdi>
        </span>
      </th>
      <td className="jm-Ep-hist">
        <Histograms then={then} now={now} />
      </td>
      <td className="r">{psi === null ? MISSING : psi.toFixed(2)}</td>
      <td>
        <Verdict verdict={verdict} trans={trans} />
      </td>
    </tr>
  );
}

function Verdict({ verdict, trans }: { verdict: IDriftColumn['verdict']; trans: ITranslation }): JSX.Element {
  switch (verdict) {
    case 'steady':
      return (
        <span className="jm-State" data-s="succeeded">
          <Icon name="check" />
          {trans.__('Steady')}
        </span>
      );
    case 'moving':
      return (
        <span className="jm-State" data-s="waiting">
          <Icon name="waiting" />
          {trans.__('Moving')}
        </span>
      );
    case 'moved':
      return (
        <span className="jm-State jm-strong" data-s="warning">
          <Icon name="warning" />
          {trans.__('Drifts')}
        </span>
      );
    case 'few':
      return <span className="jm-muted">{trans.__('Few rows')}</span>;
  }
}

const WIDTH = 64;
const HIGH = 18;

/** What was, as bars; what is, as a line over them. */
function Histograms({ then, now }: { then: readonly number[]; now: readonly number[] }): JSX.Element {
  const count = Math.max(then.length, now.length, 1);
  const most = Math.max(...then, ...now, 1e-9);
  const wide = WIDTH / count;
  const y = (share: number): number => round(HIGH - 1 - (Math.max(share, 0) / most) * (HIGH - 3));
  return (
    <svg
      className="jm-Ep-histogram"
      width={WIDTH}
      height={HIGH}
      viewBox={`0 0 ${WIDTH} ${HIGH}`}
      aria-hidden="true"
      focusable="false"
    >
      {then.map((share, at) => (
        <rect
          key={at}
          x={round(at * wide)}
          y={y(share)}
          width={round(Math.max(wide - 1, 0.5))}
          height={round(HIGH - 1 - y(share))}
          className="jm-then"
        />
      ))}
      {now.length > 0 && (
        <path
          className="jm-now"
          d={now
            .map((share, at) => `${at ? 'L' : 'M'}${round(at * wide)} ${y(share)}H${round((at + 1) * wide)}`)
            .join('')}
        />
      )}
    </svg>
  );
}

function sinceWords({ rows, since }: IDrift, trans: ITranslation): string {
  const counted = trans._n('%2 row', '%2 rows', rows, formatCount(rows));
  return since > 0 ? trans.__('%1 since %2', counted, formatTime(since).slice(0, 5)) : counted;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
