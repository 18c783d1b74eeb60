/**
 * Requests, times and errors of each revision over time.
 */

import { useId, useMemo, useState } from 'react';
import type { JSX } from 'react';

import { Cursor } from '../../charts/cursor';
import { LineChart } from '../../charts/LineChart';
import { formatTime, MISSING } from '../../format';
import { useAnswer } from '../../runs/page/details';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IEndpointSnapshot, IStatPoint } from '../../wire';
import { formatMilliseconds, formatPercent, isUp, rateNumber, revisionName } from '../words';
import { usePage } from './context';
import { plotOf, SPANS } from './series';
import type { Kind, Span } from './series';

const KINDS: readonly Kind[] = ['rate', 'p95', 'errors'];
const HEIGHT = 172;

/** So many points of each revision are enough to draw. */
const MOST = 120;

/** What was read, and when. */
interface IRead {
  readonly points: readonly IStatPoint[];
  readonly now: number;
}

const NOTHING: readonly IStatPoint[] = [];

/** Show the three charts. */
export function Charts({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const title = useId();
  const [span, setSpan] = useState<Span>(3600);
  const [cursor] = useState(() => new Cursor());
  const [opened] = useState(() => Date.now() / 1000);
  const { client } = page.endpoints;
  const answer = useAnswer<IRead>(
    async signal => {
      const { points } = await client.endpointPoints(page.id, { seconds: span, most: MOST }, signal);
      return { points, now: Date.now() / 1000 };
    },
    `points:${span}`,
    snapshot,
    page.isShown
  );
  const points = answer.value?.points ?? NOTHING;
  const now = answer.value?.now ?? opened;
  return (
    <section className="jm-Section jm-Ep-charts" aria-labelledby={title}>
      <h2>
        <span id={title}>{trans.__('Requests')}</span>
        <span className="jm-end">
          {answer.problem !== null && (
            <span className="jm-small jm-muted jm-ellipsis">{answer.problem.message}</span>
          )}
          <span className="jm-Segment jm-mod-small" role="group" aria-label={trans.__('How far back')}>
            {SPANS.map(each => (
              <button key={each} type="button" aria-pressed={each === span} onClick={() => setSpan(each)}>
                {spanWords(each, trans)}
              </button>
            ))}
          </span>
        </span>
      </h2>
      <div className="jm-Ep-minis">
        {KINDS.map(kind => (
          <Mini
            key={kind}
            kind={kind}
            snapshot={snapshot}
            points={points}
            span={span}
            now={now}
            cursor={cursor}
            isRead={answer.value !== null}
          />
        ))}
      </div>
    </section>
  );
}

interface IMiniProps {
  readonly kind: Kind;
  readonly snapshot: IEndpointSnapshot;
  readonly points: readonly IStatPoint[];
  readonly span: Span;
  readonly now: number;
  readonly cursor: Cursor;
  readonly isRead: boolean;
}

function Mini({ kind, snapshot, points, span, now, cursor, isRead }: IMiniProps): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const { row } = snapshot;
  const plot = useMemo(() => plotOf(points, kind, row, span, now), [points, kind, row, span, now]);
  const { name, value, beside } = headOf(kind, snapshot, trans);
  const isEmpty = plot.lines.length === 0;
  return (
    <figure className="jm-Ep-mini">
      <div className="jm-ChartHead">
        <span className="jm-muted">{name}</span>
        <span className="jm-val">{value}</span>
        <span className="jm-muted jm-small jm-ellipsis">{beside}</span>
      </div>
      <LineChart
        plot={plot}
        sentence={sentenceOf(name, plot.lines, trans)}
        height={HEIGHT}
        isVisible={page.isShown}
        cursor={cursor}
      />
      {isEmpty && isRead && (
        <p className="jm-Ep-none jm-small jm-muted">
          {trans.__('no requests since %1', formatTime(now - span).slice(0, 5))}
        </p>
      )}
    </figure>
  );
}

/** Return what stands above a chart: the stable revision's value now, and the canary's beside it. */
function headOf(
  kind: Kind,
  { row, stats, gates }: IEndpointSnapshot,
  trans: ITranslation
): { name: string; value: string; beside: string } {
  const of = (revision: number): IEndpointSnapshot['stats'][number] | undefined =>
    revision > 0 ? stats.find(each => each.revision === revision) : undefined;
  const canary = of(row.canary);
  const said = (words: string): string =>
    canary === undefined ? '' : `${revisionName(row.canary)}: ${words}`;
  const isAsked = isUp(row);
  switch (kind) {
    case 'rate':
      return {
        name: trans.__('requests/s'),
        value: isAsked ? rateNumber(row.rate) : '',
        beside: said(rateNumber(canary?.rate ?? 0))
      };
    case 'p95':
      return {
        name: trans.__('p95'),
        value: isAsked ? formatMilliseconds(of(row.stable)?.p95 ?? row.p95) : '',
        beside: said(formatMilliseconds(canary?.p95))
      };
    case 'errors': {
      const limit = /errors\s*>=?\s*([\d.]+\s*%)/.exec(gates.rollback)?.[1];
      return {
        name: trans.__('errors'),
        value: !isAsked ? '' : row.errors === null ? MISSING : formatPercent(row.errors),
        beside: limit === undefined ? '' : trans.__('limit %1', limit)
      };
    }
  }
}

function sentenceOf(name: string, lines: ReturnType<typeof plotOf>['lines'], trans: ITranslation): string {
  if (lines.length === 0) {
    return trans.__('%1: no requests in this time', name);
  }
  const ends = lines.map(line => {
    const last = [...line.y].reverse().find(Number.isFinite) ?? 0;
    return trans.__('%1 ends at %2', line.name, Number(last.toPrecision(3)));
  });
  return `${name}: ${ends.join(', ')}`;
}

function spanWords(span: Span, trans: ITranslation): string {
  switch (span) {
    case 900:
      return trans.__('15 min');
    case 3600:
      return trans.__('1 h');
    case 21_600:
      return trans.__('6 h');
    case 86_400:
      return trans.__('24 h');
    case 604_800:
      return trans.__('7 d');
  }
}
