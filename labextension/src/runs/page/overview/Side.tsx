/**
 * Facts in pairs: what was asked for, what it ran in, and what happened when.
 */

import { useState } from 'react';
import type { JSX, ReactNode } from 'react';

import { formatDate, formatTime, isoDay } from '../../../format';
import { Icon } from '../../../icons';
import { useTranslation } from '../../../translation';
import type { IRunDetail, IRunSnapshot } from '../../../wire';
import { Sentence } from '../../card/pieces';
import { asked, parameters } from '../../card/telling';
import { keyNames } from '../../metrics';
import { usePage } from '../context';
import { useAnswer } from '../details';
import { factsOf, keyPackages } from './environment';
import { timelineOf } from './timeline';

/** So many metrics are asked when their first value came. */
const SOME = 12;

type Row = readonly [string, ReactNode];

/** What the cell was given. */
export function Parameters({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  const rows = parameters(snapshot.row, 80);
  return rows.length === 0 ? null : <Facts title={trans.__('Parameters')} rows={rows} />;
}

/** What was asked for. */
export function Asked({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element {
  const trans = useTranslation();
  return <Facts title={trans.__('Asked for')} rows={asked(snapshot, trans)} />;
}

/** What the ranks ran in. */
export function Environment({ stage, isShown }: { stage: string; isShown: boolean }): JSX.Element | null {
  const trans = useTranslation();
  const { page } = usePage();
  const [isOpen, setOpen] = useState(false);
  const { value } = useAnswer(
    signal => page.runs.client.environment(page.id, signal),
    page.id,
    stage,
    isShown
  );
  const { facts, packages } = factsOf(value?.environment ?? {}, trans);
  if (facts.length === 0) {
    return null;
  }
  const known = Object.keys(packages).length;
  const rows: Row[] = [...facts, ...keyPackages(packages)];
  const toggle = known > 0 && (
    <button type="button" className="jm-link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
      {trans._n('%1 package', '%1 packages', known)}
    </button>
  );
  return (
    <Facts title={trans.__('Environment')} rows={rows} end={toggle}>
      {isOpen && <Packages packages={packages} />}
    </Facts>
  );
}

/** What happened when. */
export function Timeline({
  detail,
  snapshot,
  isShown
}: {
  detail: IRunDetail | null;
  snapshot: IRunSnapshot;
  isShown: boolean;
}): JSX.Element | null {
  const trans = useTranslation();
  const { page } = usePage();
  const { attempt, metrics } = snapshot.row;
  const names = keyNames(metrics, SOME);
  const first = useAnswer(
    async signal => {
      if (names.length === 0) {
        return null;
      }
      const { series } = await page.runs.client.points(page.id, { name: names, attempt, most: 4 }, signal);
      return Math.min(...Object.values(series).map(({ times }) => times[0] ?? Infinity));
    },
    `${names.length > 0} ${attempt}`,
    names.join(),
    isShown
  );
  if (detail === null) {
    return null;
  }
  const moments = timelineOf(detail, Number.isFinite(first.value) ? first.value : null, trans);
  const isOneDay = new Set(moments.map(({ time }) => isoDay(time))).size === 1;
  return (
    <Facts
      title={trans.__('Timeline')}
      rows={moments.map(({ time, what }) => [
        isOneDay ? formatTime(time) : formatDate(time),
        <Sentence key="what" text={what} />
      ])}
    />
  );
}

interface IFactsProps {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly end?: ReactNode;
  readonly children?: ReactNode;
}

/** A titled table of names and values. */
export function Facts({ title, rows, end, children }: IFactsProps): JSX.Element {
  return (
    <section className="jm-Section">
      <h2>
        {title}
        {end && <span className="jm-end">{end}</span>}
      </h2>
      <table className="jm-Table jm-mod-kv jm-num">
        <caption className="jm-vh">{title}</caption>
        <tbody>
          {rows.map(([name, value], at) => (
            <tr key={at}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {children}
    </section>
  );
}

function Packages({ packages }: { packages: Readonly<Record<string, string>> }): JSX.Element {
  const trans = useTranslation();
  const [text, setText] = useState('');
  const shown = Object.entries(packages).filter(([name]) => name.toLowerCase().includes(text.toLowerCase()));
  return (
    <div className="jm-Packages">
      <label className="jm-Input">
        <Icon name="filter" />
        <span className="jm-vh">{trans.__('Filter packages')}</span>
        <input
          type="search"
          placeholder={trans.__('Filter packages')}
          value={text}
          onChange={event => setText(event.target.value)}
        />
      </label>
      <div className="jm-Packages-list" tabIndex={0} role="group" aria-label={trans.__('Packages')}>
        <table className="jm-Table jm-mod-kv jm-num">
          <caption className="jm-vh">{trans.__('Packages')}</caption>
          <tbody>
            {shown.map(([name, version]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{version}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p className="jm-muted">{trans.__('No package has that in its name.')}</p>}
      </div>
    </div>
  );
}
