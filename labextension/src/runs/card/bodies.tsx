/**
 * The bodies of a card, of which all that are tall have the same height: from Waiting to the end nothing jumps.
 */

import type { JSX, ReactNode } from 'react';

import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import { CodeLine } from '../../ui/parts';
import type { IRunSnapshot } from '../../wire';
import { toneIcon } from '../words';
import { Chart } from './Chart';
import { excerpt, failingLine, fates, placeOf, remedies } from './failure';
import { Hang } from './Hang';
import { MadeList } from './Made';
import { charted, Code, Figure, LogTail, Pairs, Sentence, Title } from './pieces';
import { rankRows, Ranks } from './Ranks';
import { asked, parameters } from './telling';
import { oneLine, plain, said } from './text';

/** How many rows the side has room for, below its titles. */
const SIDE_ROWS = 8;

/** The line that some reasons name. */
const REMEDY = /%mlops set \w+=\w+/;

interface IBodyProps {
  readonly snapshot: IRunSnapshot;
}

/** Why it does not start yet, and what would let it start. */
export function Waiting({ snapshot }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  const reason = snapshot.row.why || trans.__('It waits for its turn');
  const remedy = REMEDY.exec(plain(reason))?.[0];
  return (
    <div className="jm-Card-body jm-mod-waiting">
      <div className="jm-Card-reason">
        <p className="jm-Card-headline">
          <Sentence text={said(reason)} />
        </p>
        <p>{trans.__('It starts by itself, whether this cell waits for it or not.')}</p>
        {remedy && <CodeLine code={remedy} copyLabel={trans.__('Copy the line')} />}
        <p className="jm-small jm-muted jm-mod-last">
          <Code text="%runs" /> {trans.__('shows what runs and what waits')}
        </p>
      </div>
      <div>
        <Title>{trans.__('Asked for')}</Title>
        <Pairs rows={[...asked(snapshot, trans), ...parameters(snapshot.row)]} most={SIDE_ROWS} />
      </div>
    </div>
  );
}

interface IGoingProps extends IBodyProps {
  /** Go to the cell; null where that cannot be done. */
  readonly onCell: (() => void) | null;
}

/** What it does: curves, ranks and the end of the log; where its ranks are, if nothing moves. */
export function Going({ snapshot, onCell }: IGoingProps): JSX.Element {
  const side = <RanksAndParameters snapshot={snapshot} />;
  const { hung } = snapshot;
  if (hung === null) {
    return <Story snapshot={snapshot} side={side} />;
  }
  return (
    <div className="jm-Card-body jm-mod-story jm-mod-log">
      <div className="jm-Card-only">
        <Hang snapshot={snapshot} hung={hung} onLine={onCell} />
      </div>
      <div className="jm-Card-side">{side}</div>
    </div>
  );
}

/** What it did: curves, what it made, and the end of the log. */
export function Over({ snapshot }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  const isStopped = snapshot.row.state === 'stopped';
  const side = isStopped ? (
    <>
      <Title>{trans.__('What happened')}</Title>
      <p className="jm-Card-text">
        <Sentence
          text={stopWords(snapshot.row.why || trans.__('Stopped on request; nothing is left running'))}
        />
      </p>
      <div className="jm-Card-below">
        <RanksAndParameters snapshot={snapshot} rows={SIDE_ROWS - 3} />
      </div>
    </>
  ) : (
    <MadeList snapshot={snapshot} rows={SIDE_ROWS} />
  );
  return <Story snapshot={snapshot} side={side} />;
}

/** What was raised, where, what became of the ranks, and what to do. */
export function Failed({ snapshot }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Card-body jm-mod-failed">
      <div className="jm-Card-evidence">
        <Headline snapshot={snapshot} />
        <p className="jm-small jm-muted jm-Card-where">{placeOf(snapshot, trans)}</p>
        <Evidence snapshot={snapshot} />
      </div>
      <div>
        <Title>{trans.__('What happened')}</Title>
        <ul className="jm-Card-fates">
          {fates(snapshot, trans).map(({ tone, who, what }) => (
            <li key={who} data-s={tone}>
              <Icon name={toneIcon(tone)} />
              <span>
                <b>
                  <bdi>{who}</bdi>
                </b>{' '}
                <Sentence text={what} longest={200} />
              </span>
            </li>
          ))}
        </ul>
        <Title>{trans.__('Try')}</Title>
        {remedies(snapshot, trans).map(({ code, why }) => (
          <div key={code} title={why}>
            <CodeLine code={plain(code)} copyLabel={trans.__('Copy the line: %1', why)} />
          </div>
        ))}
      </div>
    </div>
  );
}

/** The exception, or the reason where none was seen. */
export function Headline({ snapshot }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  const { error, row } = snapshot;
  if (error === null) {
    const reason = row.why || trans.__('The run failed, and nobody saw why');
    return (
      <p className="jm-Card-headline">
        <Sentence text={said(reason)} />
      </p>
    );
  }
  return (
    <p className="jm-Card-headline" title={oneLine(error.message, 1000)}>
      <code className="jm-code jm-Card-error">
        <bdi>{oneLine(error.type, 80)}</bdi>
      </code>{' '}
      <bdi>{oneLine(error.message, 300)}</bdi>
    </p>
  );
}

/** Return why a run was stopped. */
export function stopWords(why: string): string {
  return said(why);
}

/** Curves and the end of the log beside a column of facts. */
function Story({ snapshot, side }: IBodyProps & { side: ReactNode }): JSX.Element {
  const drawn = charted(snapshot);
  const hasNone = drawn.length === 0 && snapshot.row.state !== 'starting' && snapshot.row.state !== 'queued';
  if (hasNone) {
    return (
      <div className="jm-Card-body jm-mod-story jm-mod-log">
        <div className="jm-Card-only">
          <WithoutCurves snapshot={snapshot} />
        </div>
        <div className="jm-Card-side">{side}</div>
      </div>
    );
  }
  const hasLog = snapshot.log.length > 0;
  const shape = `${drawn.length === 1 ? ' jm-mod-one' : ''}${hasLog ? '' : ' jm-mod-quiet'}`;
  return (
    <div className={`jm-Card-body jm-mod-story${shape}`}>
      {drawn.length > 0 ? (
        drawn.map((names, place) => <Figure key={names[0]} names={names} snapshot={snapshot} place={place} />)
      ) : (
        <EmptyFigures snapshot={snapshot} />
      )}
      <div className="jm-Card-side">{side}</div>
      <LogTail snapshot={snapshot} lines={3} />
    </div>
  );
}

/** The charts' places, until there is a value. */
function EmptyFigures({ snapshot }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  const begins = trans.__('Its processes start; the first line of the cell has not run yet');
  return (
    <>
      {[said(snapshot.row.why || begins), ''].map((title, place) => (
        <figure key={place}>
          <div className="jm-ChartHead jm-muted jm-mod-over">
            <Sentence text={title} longest={110} />
          </div>
          <Chart series={[]} sentence={trans.__('No value yet.')} axis="" plan={null} />
        </figure>
      ))}
    </>
  );
}

function WithoutCurves({ snapshot }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  const isGoing = snapshot.row.state === 'running';
  const hint = isGoing
    ? trans.__(
        'No metric yet: a printed `loss=0.2` or `report(loss=0.2)` of jupyter_mlops draws a curve here.'
      )
    : snapshot.log.length > 0
      ? trans.__('The last lines it printed')
      : trans.__('It printed nothing, and it reported no metric.');
  return (
    <>
      <div className="jm-ChartHead jm-muted">
        <span className="jm-ellipsis">
          <Sentence text={hint} />
        </span>
      </div>
      <LogTail snapshot={snapshot} lines={12} />
    </>
  );
}

function RanksAndParameters({ snapshot, rows = SIDE_ROWS }: IBodyProps & { rows?: number }): JSX.Element {
  const trans = useTranslation();
  const shown = parameters(snapshot.row);
  const room = rows - 1 - rankRows(snapshot);
  return (
    <>
      <Ranks snapshot={snapshot} />
      {shown.length > 0 && room > 0 && (
        <div className="jm-Card-below">
          <Title>{trans.__('Parameters')}</Title>
          <Pairs rows={shown} most={room} />
        </div>
      )}
    </>
  );
}

/** The cell's own lines around the failure; without one, the last lines of the log. */
function Evidence({ snapshot }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  const { error, code, log, row } = snapshot;
  const line = failingLine(snapshot);
  if (line && code) {
    // The rank prints its traceback too: what the card says already is not said twice.
    const isSaid = error === null || log.some(([, text]) => text.includes(error.type));
    return (
      <>
        <CodeFrame code={code} line={line} />
        {!isSaid && <LogTail snapshot={snapshot} lines={3} rank={row.failed_rank} />}
      </>
    );
  }
  const hasOwn = log.some(([rank]) => rank === row.failed_rank);
  return log.length > 0 ? (
    <LogTail snapshot={snapshot} lines={8} rank={hasOwn ? row.failed_rank : null} isFramed={true} />
  ) : (
    <p className="jm-small jm-muted">{trans.__('It printed nothing.')}</p>
  );
}

function CodeFrame({ code, line }: { code: string; line: number }): JSX.Element {
  return (
    <pre className="jm-Frame">
      {excerpt(code, line).map(({ number, text, isMarked }) => (
        <div key={number} className={isMarked ? 'jm-mark' : undefined}>
          <span className="ln">
            {isMarked && '▸ '}
            {number}
          </span>
          <bdi>{plain(text.replaceAll('\t', '    '), 200) || ' '}</bdi>
        </div>
      ))}
    </pre>
  );
}
