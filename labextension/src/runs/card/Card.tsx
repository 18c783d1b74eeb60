/**
 * The card of one run.
 */

import type { JSX } from 'react';

import { formatTime } from '../../format';
import { useTranslation } from '../../translation';
import { Chip, ProgressBar } from '../../ui/parts';
import { StateMark } from '../../ui/StateMark';
import type { IRunSnapshot } from '../../wire';
import { facts, kindOf, shareOf, toneOf } from '../words';
import type { Tone } from '../words';
import { Actions, useActing } from './Actions';
import { Failed, Going, Headline, Over, stopWords, Waiting } from './bodies';
import { Announcement, Guard, isUnfinished, Missing, remarksOf, useHost, useOpen } from './frame';
import type { ICardHost } from './host';
import { useKeyboard } from './keyboard';
import { MadeLine } from './Made';
import { Code, CodeOf, Do, Foot, KeyMetrics, LogTail, Notes, Sentence, Warmth } from './pieces';
import { ordinal } from './telling';
import { oneLine, said } from './text';

/** Shows a run as its host knows it, at most four times a second. */
export function Card({ host }: { host: ICardHost }): JSX.Element {
  const now = useHost(host);
  const trans = useTranslation();
  const { snapshot } = host;
  return (
    <Guard fallback={<Unreadable id={host.id} />}>
      {snapshot === null ? (
        <Missing message={host.problem?.message ?? trans.__('Reading the run…')} id={host.id} />
      ) : (
        <Known host={host} snapshot={snapshot} now={now} />
      )}
    </Guard>
  );
}

interface IKnownProps {
  readonly host: ICardHost;
  readonly snapshot: IRunSnapshot;
}

interface ITimedProps extends IKnownProps {
  /** Seconds since the epoch. */
  readonly now: number;
}

function Known({ host, snapshot, now }: ITimedProps): JSX.Element {
  const trans = useTranslation();
  const { row } = snapshot;
  const tone = toneOf(row, snapshot.detached);
  const isLost =
    isUnfinished(tone) && (host.problem?.kind === 'elsewhere' || host.problem?.kind === 'unknown');
  const [isOpen, toggle] = useOpen(tone, host);
  const hasBody = !isLost && !row.broken;
  const acting = useActing(host);
  const keyboard = useKeyboard(() => host.leave());
  const remarks = [acting.refusal, ...remarksOf(host), ...snapshot.notes].filter(Boolean);
  return (
    <article
      className="jm-Card"
      data-s={tone}
      aria-label={trans.__('run %1', oneLine(row.name, 60))}
      {...keyboard}
    >
      <div className="jm-Card-head">
        <StateMark tone={tone} />
        <span className="jm-name jm-ellipsis" title={row.id}>
          <bdi>{oneLine(row.name, 60)}</bdi>
        </span>
        {!row.broken && <Chips snapshot={snapshot} />}
        {tone === 'succeeded' && !isOpen && <KeyMetrics row={row} most={2} />}
        <Facts host={host} snapshot={snapshot} now={now} />
        <Actions host={host} tone={tone} acting={acting} isOpen={hasBody ? isOpen : null} onToggle={toggle} />
      </div>
      <Progress snapshot={snapshot} tone={tone} />
      {isOpen && hasBody ? (
        <Tall host={host} snapshot={snapshot} tone={tone} />
      ) : (
        <Line host={host} snapshot={snapshot} tone={tone} isLost={isLost} />
      )}
      <Notes sentences={remarks} />
      <Announcement tone={tone} name={row.name} />
    </article>
  );
}

/** Body and foot. */
function Tall({ host, snapshot, tone }: IKnownProps & { tone: Tone }): JSX.Element {
  return (
    <>
      <Body host={host} snapshot={snapshot} tone={tone} />
      <Foot snapshot={snapshot}>
        <Aside host={host} snapshot={snapshot} tone={tone} />
      </Foot>
    </>
  );
}

function Body({ host, snapshot, tone }: IKnownProps & { tone: Tone }): JSX.Element {
  switch (tone) {
    case 'waiting':
      return <Waiting snapshot={snapshot} />;
    case 'failed':
      return <Failed snapshot={snapshot} />;
    case 'succeeded':
    case 'stopped':
      return <Over snapshot={snapshot} />;
    default:
      return <Going snapshot={snapshot} onCell={cellOf(host)} />;
  }
}

function cellOf(host: ICardHost): (() => void) | null {
  return host.can('go-to-cell') ? () => void host.act('go-to-cell').catch(() => undefined) : null;
}

/** The card of a run that needs no attention. */
function Line({ host, snapshot, tone, isLost }: IKnownProps & { tone: Tone; isLost: boolean }): JSX.Element {
  if (tone === 'succeeded') {
    return (
      <>
        {snapshot.log.length > 0 && (
          <div className="jm-Card-last">
            <LogTail snapshot={snapshot} lines={3} />
          </div>
        )}
        <div className="jm-Card-foot">
          <MadeLine snapshot={snapshot} />
          <span className="jm-grow" />
          <Aside host={host} snapshot={snapshot} tone={tone} />
          <CodeOf snapshot={snapshot} />
          <Warmth snapshot={snapshot} />
        </div>
      </>
    );
  }
  return (
    <div className="jm-Card-strip">
      <span className="jm-Card-said">
        <Said snapshot={snapshot} tone={tone} isLost={isLost} />
      </span>
      {tone !== 'waiting' && tone !== 'broken' && <KeyMetrics row={snapshot.row} most={1} />}
      {!isLost && <Aside host={host} snapshot={snapshot} tone={tone} />}
    </div>
  );
}

/** What one sentence can say of a run. */
function Said({ snapshot, tone, isLost }: ISaidProps): JSX.Element {
  const trans = useTranslation();
  const { row } = snapshot;
  if (isLost) {
    return <>{trans.__('How it went on cannot be read here.')}</>;
  }
  switch (tone) {
    case 'broken':
      return (
        <>
          {trans.__('This run’s folder cannot be read:')} <Sentence text={said(row.broken)} />{' '}
          <Code text={`%runs delete ${row.id}`} /> {trans.__('removes it.')}
        </>
      );
    case 'failed':
      return <Headline snapshot={snapshot} />;
    case 'waiting':
      return <Sentence text={said(row.why || trans.__('It waits for its turn'))} />;
    case 'stopped':
      return (
        <Sentence text={stopWords(row.why || trans.__('Stopped on request; nothing is left running'))} />
      );
    case 'detached':
      return <>{trans.__('The run goes on without this cell, the kernel or the browser.')}</>;
    default:
      return <Sentence text={row.why ? said(row.why) : ''} />;
  }
}

interface ISaidProps {
  readonly snapshot: IRunSnapshot;
  readonly tone: Tone;
  readonly isLost: boolean;
}

/** The right end of the last row: the run that came after this one, or how this one is reached. */
function Aside({ host, snapshot, tone }: IKnownProps & { tone: Tone }): JSX.Element | null {
  const trans = useTranslation();
  if (host.successor) {
    return (
      <span>
        {trans.__('retried as')}{' '}
        {host.can('open') ? (
          <button type="button" className="jm-link" onClick={() => void host.openSuccessor()}>
            {host.successor}
          </button>
        ) : (
          <b>{host.successor}</b>
        )}
      </span>
    );
  }
  if (tone === 'detached') {
    return (
      <span className="jm-ellipsis">
        <Do snapshot={snapshot} call="wait()" /> {trans.__('waits for it again')}
      </span>
    );
  }
  return null;
}

function Chips({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element {
  const { row } = snapshot;
  return (
    <>
      <Chip>
        <bdi>{oneLine(kindOf(row), 24)}</bdi>
      </Chip>
      <Chip icon={row.platform === 'local' ? 'laptop' : undefined}>
        <bdi>{oneLine(row.platform, 20)}</bdi>
      </Chip>
    </>
  );
}

/** How far, how long, how long still; and when that was true, if it may not be any more. */
function Facts({ host, snapshot, now }: ITimedProps): JSX.Element {
  const trans = useTranslation();
  const isOld = host.problem !== null && isUnfinished(toneOf(snapshot.row));
  const shown = facts(snapshot.row, isOld && host.asOf > 0 ? host.asOf : now, trans);
  const place = snapshot.row.state === 'queued' && snapshot.place > 0;
  const all = [
    ...shown,
    ...(place ? [trans.__('%1 in line', ordinal(snapshot.place))] : []),
    ...(isOld && host.asOf > 0 ? [trans.__('as of %1', formatTime(host.asOf))] : [])
  ];
  return (
    <span className="jm-facts jm-num jm-ellipsis" title={all.join(' · ')}>
      {host.problem?.kind === 'offline' && (
        <span className="jm-Card-offline" title={host.problem.message}>
          {trans.__('offline')}
        </span>
      )}
      {all.map((fact, at) => (
        <span key={at}>
          {(at > 0 || host.problem?.kind === 'offline') && <i> · </i>}
          {oneLine(fact, 60)}
        </span>
      ))}
    </span>
  );
}

function Progress({ snapshot, tone }: { snapshot: IRunSnapshot; tone: Tone }): JSX.Element | null {
  const trans = useTranslation();
  if (tone === 'broken' || tone === 'succeeded') {
    // It keeps its two pixels: nothing moves when the end comes.
    return <div className="jm-Progress jm-mod-done" data-s={tone} />;
  }
  const share = tone === 'waiting' ? null : shareOf(snapshot.row.progress);
  if (tone !== 'starting' && share === null) {
    return <div className="jm-Progress" data-s={tone} />;
  }
  return <ProgressBar share={share} tone={tone} label={trans.__('progress')} />;
}

function Unreadable({ id }: { id: string }): JSX.Element {
  const trans = useTranslation();
  const message = trans.__('What this notebook says of the run %1 cannot be understood.', oneLine(id, 80));
  return <Missing message={message} id={id} />;
}
