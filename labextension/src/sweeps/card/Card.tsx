/**
 * The card of one sweep.
 */

import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';

import { isFinished } from '../../client';
import { formatMetric, formatTime } from '../../format';
import {
  Announcement,
  Guard,
  isUnfinished,
  Missing,
  remarksOf,
  useHost,
  useOpen
} from '../../runs/card/frame';
import { useKeyboard } from '../../runs/card/keyboard';
import { Code, Notes, Sentence } from '../../runs/card/pieces';
import { oneLine, said } from '../../runs/card/text';
import { toneOf } from '../../runs/words';
import type { Tone } from '../../runs/words';
import { useTranslation } from '../../translation';
import { Button, Chip, IconButton, ProgressBar } from '../../ui/parts';
import { Sparkline } from '../../ui/Sparkline';
import { StateMark } from '../../ui/StateMark';
import type { ISweepSnapshot } from '../../wire';
import { aimOf, bestWords, countsWords, paramsWords, sweepFacts, sweepShare } from '../words';
import { Body } from './bodies';
import type { ISweepCardHost, SweepVerb } from './host';
import { expressionOf } from './words';

/** Shows a sweep as its host knows it, at most four times a second. */
export function SweepCard({ host }: { host: ISweepCardHost }): JSX.Element {
  const now = useHost(host);
  const trans = useTranslation();
  const message = trans.__(
    'What this notebook says of the sweep %1 cannot be understood.',
    oneLine(host.id, 80)
  );
  return (
    <Guard fallback={<Missing message={message} id={host.id} />}>
      <Known host={host} now={now} />
    </Guard>
  );
}

interface IKnownProps {
  readonly host: ISweepCardHost;
  /** Seconds since the epoch. */
  readonly now: number;
}

function Known({ host, now }: IKnownProps): JSX.Element {
  const trans = useTranslation();
  const { snapshot, problem } = host;
  const { row } = snapshot;
  const tone = toneOf(row, snapshot.detached);
  const isLost = isUnfinished(tone) && (problem?.kind === 'elsewhere' || problem?.kind === 'unknown');
  const hasBody = !isLost && !row.broken;
  const [isOpen, toggle] = useOpen(tone, host);
  const acting = useActing(host);
  const keyboard = useKeyboard(() => host.leave());
  const remarks = [acting.refusal, ...remarksOf(host), ...snapshot.notes].filter(Boolean);
  const isTall = isOpen && hasBody;
  return (
    <article
      className="jm-Card"
      data-s={tone}
      aria-label={trans.__('sweep %1', oneLine(row.name, 60))}
      {...keyboard}
    >
      <div className="jm-Card-head">
        <StateMark tone={tone} />
        <span className="jm-name jm-ellipsis" title={row.id}>
          <bdi>{oneLine(row.name, 60)}</bdi>
        </span>
        {!row.broken && (
          <>
            <Chip icon="sweep">{trans.__('sweep')}</Chip>
            <Chip>
              <bdi>{oneLine(row.algorithm, 24)}</bdi>
            </Chip>
          </>
        )}
        {!isTall && <KeyResult snapshot={snapshot} />}
        <Facts host={host} now={now} />
        <Actions host={host} tone={tone} acting={acting} isOpen={hasBody ? isOpen : null} onToggle={toggle} />
      </div>
      {row.broken || tone === 'succeeded' ? (
        // It keeps its two pixels: nothing moves when the end comes.
        <div className="jm-Progress jm-mod-done" data-s={tone} />
      ) : (
        <ProgressBar share={sweepShare(row)} tone={tone} label={trans.__('trials done')} />
      )}
      {isTall ? (
        <>
          <Body snapshot={snapshot} onUse={host.can('use') ? () => acting.act('use') : null} />
          <Foot snapshot={snapshot} tone={tone} />
        </>
      ) : (
        <Line snapshot={snapshot} tone={tone} isLost={isLost} />
      )}
      <Notes sentences={remarks} />
      <Announcement tone={tone} name={row.name} />
    </article>
  );
}

/** What it found, as a word and a small curve. */
function KeyResult({ snapshot: { row } }: { snapshot: ISweepSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  const [objective] = row.objectives;
  if (row.best === null || objective === undefined) {
    const words = bestWords(row, trans);
    return words === '' ? null : <span className="jm-Card-keys jm-num">{oneLine(words, 60)}</span>;
  }
  return (
    <span className="jm-Card-keys jm-num">
      <span>
        <span className="jm-muted">
          {trans.__('best')} <bdi>{oneLine(objective.metric, 24)}</bdi>
        </span>{' '}
        <b>{formatMetric(row.best_values[0])}</b>
      </span>
      <span className="jm-Card-spark">
        <Sparkline values={row.recent} width={84} height={20} />
      </span>
    </span>
  );
}

/** How many trials, how long, how long still; and when that was true, if it may not be any more. */
function Facts({ host, now }: IKnownProps): JSX.Element {
  const trans = useTranslation();
  const { row } = host.snapshot;
  const isOld = host.problem !== null && !isFinished(row) && host.asOf > 0;
  const all = [
    ...sweepFacts(row, isOld ? host.asOf : now, trans),
    ...(isOld ? [trans.__('as of %1', formatTime(host.asOf))] : [])
  ];
  const isOffline = host.problem?.kind === 'offline';
  return (
    <span className="jm-facts jm-num jm-ellipsis" title={all.join(' · ')}>
      {isOffline && (
        <span className="jm-Card-offline" title={host.problem.message}>
          {trans.__('offline')}
        </span>
      )}
      {all.map((fact, at) => (
        <span key={at}>
          {(at > 0 || isOffline) && <i> · </i>}
          {fact}
        </span>
      ))}
    </span>
  );
}

/** The card of a sweep that needs no attention. */
function Line({
  snapshot,
  tone,
  isLost
}: {
  snapshot: ISweepSnapshot;
  tone: Tone;
  isLost: boolean;
}): JSX.Element {
  if (tone === 'succeeded') {
    return <Foot snapshot={snapshot} tone={tone} />;
  }
  return (
    <div className="jm-Card-strip">
      <span className="jm-Card-said">
        <Said snapshot={snapshot} tone={tone} isLost={isLost} />
      </span>
      {!isLost && tone === 'detached' && <Again snapshot={snapshot} />}
      {!isLost && (tone === 'stopped' || tone === 'failed') && (
        <span className="jm-ellipsis">
          <Code text={`${expressionOf(snapshot)}.resume()`} />
        </span>
      )}
    </div>
  );
}

function Said({
  snapshot: { row },
  tone,
  isLost
}: {
  snapshot: ISweepSnapshot;
  tone: Tone;
  isLost: boolean;
}): JSX.Element {
  const trans = useTranslation();
  if (isLost) {
    return <>{trans.__('How it went on cannot be read here.')}</>;
  }
  switch (tone) {
    case 'broken':
      return (
        <>
          {trans.__('This sweep’s folder cannot be read:')} <Sentence text={said(row.broken)} />{' '}
          <Code text={`%sweeps delete ${row.id}`} /> {trans.__('removes it.')}
        </>
      );
    case 'waiting':
      return <Sentence text={said(row.why || trans.__('It waits for its turn'))} />;
    case 'detached':
      return <>{trans.__('The search goes on without this cell, the kernel or the browser.')}</>;
    case 'stopped':
      return <Sentence text={said(row.why || trans.__('Stopped on request; nothing is left running'))} />;
    default:
      return <Sentence text={said(row.why || aimOf(row.objectives, trans))} />;
  }
}

function Again({ snapshot }: { snapshot: ISweepSnapshot }): JSX.Element {
  const trans = useTranslation();
  return (
    <span className="jm-ellipsis">
      <Code text={`${expressionOf(snapshot)}.wait()`} /> {trans.__('waits for it again')}
    </span>
  );
}

/** The last row: how the trials ended, and the line that gives the best. */
function Foot({ snapshot, tone }: { snapshot: ISweepSnapshot; tone: Tone }): JSX.Element {
  const trans = useTranslation();
  const { row } = snapshot;
  const isOver = isFinished(row);
  return (
    <div className="jm-Card-foot">
      <span className="jm-ellipsis">{countsWords(row, trans)}</span>
      {isOver && row.best !== null && (
        <span className="jm-ellipsis">
          <Code text={`${expressionOf(snapshot)}.best`} /> {trans.__('is trial %1:', row.best)}{' '}
          <bdi>{oneLine(paramsWords(row.best_params), 120)}</bdi>
        </span>
      )}
      {isOver && row.best === null && row.front.length > 0 && (
        <span className="jm-ellipsis">
          <Code text={`${expressionOf(snapshot)}.front`} />{' '}
          {trans._n(
            'has %1 trial that none surpasses',
            'has %1 trials that none surpasses',
            row.front.length
          )}
        </span>
      )}
      {!isOver && (
        <span className="jm-ellipsis">
          {oneLine(aimOf(row.objectives, trans), 60)}, {trans.__('%1 at once', row.parallel)}
        </span>
      )}
      {!isOver && snapshot.captured && (
        <span className="jm-ellipsis">
          {trans.__('captured')}{' '}
          <b>
            <bdi>{oneLine(snapshot.captured, 90)}</bdi>
          </b>
        </span>
      )}
      <span className="jm-grow" />
      {tone === 'detached' && <Again snapshot={snapshot} />}
      {(tone === 'stopped' || tone === 'failed') && <Code text={`${expressionOf(snapshot)}.resume()`} />}
    </div>
  );
}

/** How far an action is. */
interface IActing {
  readonly busy: SweepVerb | null;
  readonly isAsking: boolean;
  readonly refusal: string;
  readonly act: (verb: SweepVerb) => void;
  readonly ask: (isAsking: boolean) => void;
}

function useActing(host: ISweepCardHost): IActing {
  const [busy, setBusy] = useState<SweepVerb | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [refusal, setRefusal] = useState('');
  const act = (verb: SweepVerb): void => {
    setIsAsking(false);
    setBusy(verb);
    setRefusal('');
    host
      .act(verb)
      .catch((error: unknown) => setRefusal(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(null));
  };
  return { busy, isAsking, refusal, act, ask: setIsAsking };
}

interface IActionsProps {
  readonly host: ISweepCardHost;
  readonly tone: Tone;
  readonly acting: IActing;
  /** Whether the body is shown; null where there is none. */
  readonly isOpen: boolean | null;
  readonly onToggle: () => void;
}

function Actions({ host, tone, acting, isOpen, onToggle }: IActionsProps): JSX.Element {
  const trans = useTranslation();
  const { busy, isAsking, act, ask } = acting;
  const isOver = isFinished(host.snapshot.row);
  const button = (
    verb: SweepVerb,
    icon: 'stop' | 'detached' | 'running' | 'add',
    label: string,
    pending: string,
    onClick: () => void = () => act(verb)
  ): JSX.Element | null =>
    host.can(verb) || busy === verb ? (
      <Button
        key={verb}
        className="jm-Button jm-mod-small"
        icon={icon}
        title={label}
        aria-disabled={busy !== null}
        onClick={() => busy === null && onClick()}
      >
        <span className="w">{busy === verb ? pending : label}</span>
      </Button>
    ) : null;
  const stopWord = tone === 'waiting' ? trans.__('Cancel') : trans.__('Stop');
  return (
    <div className="jm-Card-acts" role="toolbar" aria-label={trans.__('Actions')}>
      {isAsking && host.can('stop') ? (
        <Question onYes={() => act('stop')} onNo={() => ask(false)} />
      ) : (
        <>
          {button('stop', 'stop', stopWord, trans.__('Stopping…'), () => ask(true))}
          {button('detach', 'detached', trans.__('Detach'), trans.__('Detaching…'))}
          {button('resume', 'running', trans.__('Resume'), trans.__('Resuming…'))}
          {isOver && button('use', 'add', trans.__('Use in a cell'), trans.__('Use in a cell'))}
        </>
      )}
      {host.can('open') && (
        <IconButton icon="open" label={trans.__('Open the sweep')} onClick={() => act('open')} />
      )}
      {host.openMenu && (
        <IconButton
          icon="ellipsis"
          label={trans.__('More actions')}
          aria-haspopup="menu"
          onClick={event => host.openMenu?.(event.currentTarget)}
        />
      )}
      {isOpen !== null && (
        <IconButton
          icon={isOpen ? 'caret-up' : 'caret-down'}
          label={isOpen ? trans.__('Show one line') : trans.__('Show more')}
          aria-expanded={isOpen}
          onClick={onToggle}
        />
      )}
    </div>
  );
}

/** Asks once before a sweep is ended. */
function Question({ onYes, onNo }: { onYes: () => void; onNo: () => void }): JSX.Element {
  const trans = useTranslation();
  const yes = useRef<HTMLSpanElement>(null);
  // Who pressed the button goes on where it stood.
  useEffect(() => yes.current?.querySelector('button')?.focus(), []);
  return (
    <span
      ref={yes}
      className="jm-row"
      role="group"
      aria-label={trans.__('Stop this sweep?')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onNo();
        }
      }}
    >
      <Button className="jm-Button jm-mod-small jm-mod-warn" icon="stop" onClick={onYes}>
        {trans.__('Stop it now')}
      </Button>
      <Button className="jm-Button jm-mod-small" onClick={onNo}>
        {trans.__('Let it run')}
      </Button>
    </span>
  );
}
