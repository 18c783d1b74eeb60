/**
 * The card of one endpoint.
 */

import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';

import { formatTime } from '../../format';
import type { IconName } from '../../icons';
import { Guard, isUnfinished, Missing, remarksOf, useHost, useOpen } from '../../runs/card/frame';
import { useKeyboard } from '../../runs/card/keyboard';
import { Code, Notes, Sentence } from '../../runs/card/pieces';
import { oneLine, said } from '../../runs/card/text';
import { toneOf } from '../../runs/words';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { Button, Chip, IconButton, ProgressBar } from '../../ui/parts';
import { Sparkline } from '../../ui/Sparkline';
import type { IEndpointRow, IEndpointSnapshot } from '../../wire';
import { useActing } from '../acting';
import type { IActing } from '../acting';
import { Mark } from '../Mark';
import {
  canaryWords,
  countsWords,
  driftWords,
  expressionOf,
  formatMilliseconds,
  formatRate,
  isGoing,
  isUp,
  markOf,
  revisionName,
  upWords,
  versionName
} from '../words';
import { Body } from './Body';
import type { EndpointVerb, IEndpointCardHost } from './host';

/** Shows an endpoint as its host knows it, at most four times a second. */
export function EndpointCard({ host }: { host: IEndpointCardHost }): JSX.Element {
  const now = useHost(host);
  const trans = useTranslation();
  const message = trans.__(
    'What this notebook says of the endpoint %1 cannot be understood.',
    oneLine(host.id, 80)
  );
  return (
    <Guard fallback={<Missing message={message} id={host.id} />}>
      <Known host={host} now={now} />
    </Guard>
  );
}

interface IKnownProps {
  readonly host: IEndpointCardHost;
  /** Seconds since the epoch. */
  readonly now: number;
}

function Known({ host, now }: IKnownProps): JSX.Element {
  const trans = useTranslation();
  const { snapshot, problem } = host;
  const { row } = snapshot;
  const tone = toneOf(row, snapshot.detached);
  const mark = markOf(row, trans);
  const isLost = isUnfinished(tone) && (problem?.kind === 'elsewhere' || problem?.kind === 'unknown');
  const hasBody = !isLost && !row.broken && snapshot.revisions.length > 0;
  const [isOpen, toggle] = useOpen(tone, host);
  const acting = useActing<EndpointVerb>();
  const keyboard = useKeyboard(() => host.leave());
  const remarks = [acting.refusal, ...remarksOf(host), ...snapshot.notes].filter(Boolean);
  const isTall = isOpen && hasBody;
  const isBusy = mark.colour === 'starting' || mark.colour === 'waiting';
  return (
    <article
      className="jm-Card"
      data-s={mark.colour}
      aria-label={trans.__('endpoint %1', oneLine(row.name, 60))}
      {...keyboard}
    >
      <div className="jm-Card-head">
        <Mark mark={mark} />
        <span className="jm-name jm-ellipsis" title={row.id}>
          <bdi>{oneLine(row.name, 60)}</bdi>
        </span>
        {!row.broken && (
          <>
            <Chip icon="endpoint">{trans.__('endpoint')}</Chip>
            {row.model && !isTall && (
              <Chip>
                <bdi>{oneLine(versionName(row), 40)}</bdi>
              </Chip>
            )}
          </>
        )}
        {!isTall && isUp(row) && <Keys row={row} />}
        <Facts host={host} now={now} />
        <Actions host={host} acting={acting} isOpen={hasBody ? isOpen : null} onToggle={toggle} />
      </div>
      {isBusy ? (
        <ProgressBar share={null} tone="starting" label={trans.__('A revision is being started')} />
      ) : (
        // It keeps its two pixels: nothing moves when it is ready.
        <div className="jm-Progress jm-mod-done" data-s={mark.colour} />
      )}
      {isTall ? (
        <>
          <Body snapshot={snapshot} now={now} />
          <Foot snapshot={snapshot} />
        </>
      ) : (
        <Line snapshot={snapshot} isLost={isLost} />
      )}
      <Notes sentences={remarks} />
      <Announcement word={mark.word} name={row.name} />
    </article>
  );
}

/** How many requests, how long they take, and a small curve. */
function Keys({ row }: { row: IEndpointRow }): JSX.Element {
  const trans = useTranslation();
  return (
    <span className="jm-Card-keys jm-num">
      <span>
        <span className="jm-muted">{trans.__('rate')}</span> <b>{formatRate(row.rate)}</b>
      </span>
      {row.p95 !== null && (
        <span>
          <span className="jm-muted">{trans.__('p95')}</span> <b>{formatMilliseconds(row.p95)}</b>
        </span>
      )}
      <span className="jm-Card-spark">
        <Sparkline values={row.recent} width={84} height={20} />
      </span>
    </span>
  );
}

/** How much there is of it, and since when; and when that was true, if it may not be any more. */
function Facts({ host, now }: IKnownProps): JSX.Element {
  const trans = useTranslation();
  const { row } = host.snapshot;
  const isOld = host.problem !== null && isGoing(row) && host.asOf > 0;
  const all = [
    isGoing(row) ? countsWords(row, trans) : '',
    upWords(row, isOld ? host.asOf : now, trans),
    isOld ? trans.__('as of %1', formatTime(host.asOf)) : ''
  ].filter(Boolean);
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

/** The card of an endpoint that needs no attention. */
function Line({ snapshot, isLost }: { snapshot: IEndpointSnapshot; isLost: boolean }): JSX.Element {
  const trans = useTranslation();
  const { row } = snapshot;
  return (
    <div className="jm-Card-strip">
      <span className="jm-Card-said">
        {isLost ? (
          trans.__('How it went on cannot be read here.')
        ) : (
          <Sentence text={said(whyOf(row, trans))} />
        )}
      </span>
      {!isLost && !row.broken && (
        <span className="jm-ellipsis">
          <Code text={`${expressionOf(snapshot)}.${isGoing(row) ? 'predict(X)' : 'start()'}`} />
        </span>
      )}
    </div>
  );
}

function whyOf(row: IEndpointRow, trans: ITranslation): string {
  if (row.broken) {
    return row.broken;
  }
  if (row.why && row.state !== 'running') {
    return row.why;
  }
  switch (row.state) {
    case 'stopped':
      return trans.__('It was stopped on request; nobody answers');
    case 'failed':
      return trans.__('Nothing answers');
    case 'running': {
      const said = [canaryWords(row, trans), driftWords(row, trans)].filter(Boolean).join(', ');
      return said || trans.__('%1 answers all requests', revisionName(row.stable));
    }
    default:
      return trans.__('The first revision is being started');
  }
}

/** The last row: how it is asked. */
function Foot({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { row, url } = snapshot;
  return (
    <div className="jm-Card-foot">
      <span className="jm-ellipsis">
        <Code text={`${expressionOf(snapshot)}.predict(X)`} /> {trans.__('asks it')}
      </span>
      {url && (
        <span className="jm-ellipsis">
          {trans.__('others at')} <Code text={url} />
        </span>
      )}
      <span className="jm-grow" />
      {row.drifting.length > 0 && (
        <span className="jm-ellipsis jm-Ep-warns" data-s="warning">
          {driftWords(row, trans)}
        </span>
      )}
    </div>
  );
}

interface IActionsProps {
  readonly host: IEndpointCardHost;
  readonly acting: IActing<EndpointVerb>;
  /** Whether the body is shown; null where there is none. */
  readonly isOpen: boolean | null;
  readonly onToggle: () => void;
}

/** What is asked once before it is done. */
type Asked = 'promote' | 'rollback' | 'stop';

function Actions({ host, acting, isOpen, onToggle }: IActionsProps): JSX.Element {
  const trans = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { row } = host.snapshot;
  const { busy, act } = acting;
  const start = (verb: EndpointVerb): void => {
    setAsked(null);
    act(verb, async () => host.act(verb));
  };
  const button = (
    verb: EndpointVerb,
    icon: IconName,
    label: string,
    pending: string,
    onClick: () => void
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
  const canary = revisionName(row.canary);
  const back = row.canary > 0 ? trans.__('Roll back to %1', revisionName(row.stable)) : trans.__('Roll back');
  return (
    <div className="jm-Card-acts" role="toolbar" aria-label={trans.__('Actions')}>
      {asked !== null && host.can(asked) ? (
        <Question asked={asked} row={row} onYes={() => start(asked)} onNo={() => setAsked(null)} />
      ) : (
        <>
          {button('promote', 'promote', trans.__('Promote %1', canary), trans.__('Promoting…'), () =>
            setAsked('promote')
          )}
          {button('rollback', 'rollback', back, trans.__('Rolling back…'), () => setAsked('rollback'))}
          {button('start', 'running', trans.__('Start'), trans.__('Starting…'), () => start('start'))}
          {button('stop', 'stop', trans.__('Stop'), trans.__('Stopping…'), () => setAsked('stop'))}
          {button('detach', 'detached', trans.__('Detach'), trans.__('Detaching…'), () => start('detach'))}
        </>
      )}
      {host.can('open') && (
        <IconButton icon="open" label={trans.__('Open the endpoint')} onClick={() => void host.act('open')} />
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

interface IQuestionProps {
  readonly asked: Asked;
  readonly row: IEndpointRow;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Asks once before traffic moves for good, or the endpoint ends. */
function Question({ asked, row, onYes, onNo }: IQuestionProps): JSX.Element {
  const trans = useTranslation();
  const yes = useRef<HTMLSpanElement>(null);
  // Who pressed the button goes on where it stood.
  useEffect(() => yes.current?.querySelector('button')?.focus(), []);
  const { question, answer } = questionOf(asked, row, trans);
  return (
    <span
      ref={yes}
      className="jm-row"
      role="group"
      aria-label={question}
      title={question}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onNo();
        }
      }}
    >
      <Button
        className={`jm-Button jm-mod-small jm-mod-${asked === 'promote' ? 'accept' : 'warn'}`}
        onClick={onYes}
      >
        {answer}
      </Button>
      <Button className="jm-Button jm-mod-small" onClick={onNo}>
        {trans.__('Leave it')}
      </Button>
    </span>
  );
}

function questionOf(
  asked: Asked,
  row: IEndpointRow,
  trans: ITranslation
): { question: string; answer: string } {
  const [stable, canary] = [revisionName(row.stable), revisionName(row.canary)];
  switch (asked) {
    case 'promote':
      return {
        question: trans.__('%1 gets all traffic, %2 none any more?', canary, stable),
        answer: trans.__('All traffic to %1', canary)
      };
    case 'rollback':
      return row.canary > 0
        ? {
            question: trans.__('%1 gets all traffic, %2 none any more?', stable, canary),
            answer: trans.__('All traffic to %1', stable)
          }
        : {
            question: trans.__('All traffic goes to the stable revision before %1?', stable),
            answer: trans.__('Go back from %1', stable)
          };
    case 'stop':
      return {
        question: trans.__('Stop this endpoint? Nobody answers then.'),
        answer: trans.__('Stop it now')
      };
  }
}

/** Says a new state to who cannot see it; nothing else. */
function Announcement({ word, name }: { word: string; name: string }): JSX.Element {
  const [first] = useState(word);
  const [hasChanged, setHasChanged] = useState(false);
  if (word !== first && !hasChanged) {
    setHasChanged(true);
  }
  return (
    <span className="jm-vh" role="status" aria-live="polite">
      {hasChanged && `${oneLine(name, 60)}: ${word}`}
    </span>
  );
}
