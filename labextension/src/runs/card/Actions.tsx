/**
 * What can be done with a run, as buttons at the head of its card.
 */

import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';

import type { Verb } from '../../host';
import type { IconName } from '../../icons';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { Button, IconButton } from '../../ui/parts';
import type { Tone } from '../words';
import type { ICardHost } from './host';

/** How far an action is. */
export interface IActing {
  /** What is being done; null if nothing is. */
  readonly busy: Verb | null;
  /** Whether it is asked if the run shall end. */
  readonly isAsking: boolean;
  /** Why the last one could not be done, in one sentence; empty if it could. */
  readonly refusal: string;
  readonly act: (verb: Verb) => void;
  readonly ask: (isAsking: boolean) => void;
}

/** Return what does actions. It belongs to the whole card, whose tab stop moves with the buttons. */
export function useActing(host: ICardHost): IActing {
  const [busy, setBusy] = useState<Verb | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [refusal, setRefusal] = useState('');
  const act = (verb: Verb): void => {
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
  readonly host: ICardHost;
  readonly tone: Tone;
  readonly acting: IActing;
  /** Whether the body is shown; null where there is none. */
  readonly isOpen: boolean | null;
  readonly onToggle: () => void;
}

/** The buttons. */
export function Actions({ host, tone, acting, isOpen, onToggle }: IActionsProps): JSX.Element {
  const trans = useTranslation();
  const { busy, isAsking, act, ask } = acting;
  const press = (verb: Verb): void => (verb === 'stop' ? ask(true) : act(verb));
  const canStop = host.can('stop');
  return (
    <div className="jm-Card-acts" role="toolbar" aria-label={trans.__('Actions')}>
      {isAsking && canStop ? (
        <Question tone={tone} onYes={() => act('stop')} onNo={() => ask(false)} />
      ) : (
        offered(tone, trans)
          .filter(action => host.can(action.verb) || busy === action.verb)
          .map(action => (
            <Button
              key={action.verb}
              className={`jm-Button jm-mod-small${action.isAccept ? ' jm-mod-accept' : ''}`}
              icon={action.icon}
              title={action.label}
              aria-disabled={busy !== null}
              onClick={() => busy === null && press(action.verb)}
            >
              <span className="w">{busy === action.verb ? action.pending : action.label}</span>
            </Button>
          ))
      )}
      {host.can('open') && (
        <IconButton icon="open" label={trans.__('Open the run')} onClick={() => act('open')} />
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

interface IOffer {
  readonly verb: Verb;
  readonly label: string;
  /** What it says while it is being done. */
  readonly pending: string;
  readonly icon: IconName;
  readonly isAccept?: boolean;
}

/** Return what a state calls for. */
function offered(tone: Tone, trans: ITranslation): IOffer[] {
  const stop: IOffer = {
    verb: 'stop',
    label: tone === 'waiting' ? trans.__('Cancel') : trans.__('Stop'),
    pending: trans.__('Stopping…'),
    icon: 'stop'
  };
  const detach: IOffer = {
    verb: 'detach',
    label: trans.__('Detach'),
    pending: trans.__('Detaching…'),
    icon: 'detached'
  };
  const retry: IOffer = {
    verb: 'retry',
    label: trans.__('Retry'),
    pending: trans.__('Retrying…'),
    icon: 'retry'
  };
  const close: IOffer = {
    verb: 'close',
    label: trans.__('Close'),
    pending: trans.__('Closing…'),
    icon: 'close'
  };
  const logs: IOffer = {
    verb: 'open-logs',
    label: trans.__('Open logs'),
    pending: trans.__('Open logs'),
    icon: 'terminal'
  };
  switch (tone) {
    case 'waiting':
    case 'starting':
    case 'running':
    case 'detached':
      return [stop, detach, close];
    case 'failed':
      return [{ ...retry, isAccept: true }, logs];
    case 'stopped':
      return [retry];
    default:
      return [];
  }
}

interface IQuestionProps {
  readonly tone: Tone;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Asks once before a run is ended. */
function Question({ tone, onYes, onNo }: IQuestionProps): JSX.Element {
  const trans = useTranslation();
  const yes = useRef<HTMLSpanElement>(null);
  // Who pressed the button goes on where it stood.
  useEffect(() => yes.current?.querySelector('button')?.focus(), []);
  const isWaiting = tone === 'waiting';
  return (
    <span
      ref={yes}
      className="jm-row"
      role="group"
      aria-label={isWaiting ? trans.__('Cancel this run?') : trans.__('Stop this run?')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onNo();
        }
      }}
    >
      <Button className="jm-Button jm-mod-small jm-mod-warn" icon="stop" onClick={onYes}>
        {isWaiting ? trans.__('Cancel it') : trans.__('Stop it now')}
      </Button>
      <Button className="jm-Button jm-mod-small" onClick={onNo}>
        {isWaiting ? trans.__('Keep waiting') : trans.__('Let it run')}
      </Button>
    </span>
  );
}
