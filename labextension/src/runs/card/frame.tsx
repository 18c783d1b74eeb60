/**
 * What cards of runs and of sweeps have in common: when they are drawn, whether they are open, what they announce.
 */

import { Component, useCallback, useEffect, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import type { ISignal } from '@lumino/signaling';

import type { IProblem } from '../../host';
import { Pace } from '../../pace';
import { useTranslation } from '../../translation';
import type { IRunRow } from '../../wire';
import { toneOf, toneWord } from '../words';
import type { Tone } from '../words';
import type { ICardMemory } from './host';
import { Sentence } from './pieces';
import { oneLine } from './text';

/** The part of a card's host that does not depend on what the card shows. */
export interface IFrameHost {
  readonly snapshot: { readonly row: Pick<IRunRow, 'state' | 'broken'> } | null;
  readonly problem: IProblem | null;
  readonly remarks: readonly string[];
  readonly isSeen: boolean;
  readonly memory: ICardMemory;
  readonly changed: ISignal<unknown, void>;
  remember(memory: ICardMemory): void;
}

/** Shows something else where facts that nobody expected cannot be drawn. */
export class Guard extends Component<{ fallback: ReactNode; children: ReactNode }, { hasFailed: boolean }> {
  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override state = { hasFailed: false };

  override render(): ReactNode {
    return this.state.hasFailed ? this.props.fallback : this.props.children;
  }
}

/** Render again when the host says so, and every second while time passes for it. Return the time. */
export function useHost(host: IFrameHost): number {
  const [now, setNow] = useState(seconds);
  useEffect(() => {
    const pace = new Pace(async () => {
      setNow(seconds());
      return Promise.resolve();
    });
    const ask = (): void => pace.ask();
    host.changed.connect(ask);
    ask();
    return () => {
      host.changed.disconnect(ask);
      pace.dispose();
    };
  }, [host]);
  const isTicking =
    host.isSeen && host.problem === null && host.snapshot !== null && isUnfinished(toneOf(host.snapshot.row));
  useEffect(() => {
    if (!isTicking) {
      return undefined;
    }
    const timer = setInterval(() => setNow(seconds()), 1000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}

/**
 * Whether the body is shown. It is while it goes and where it failed; a card that ends under the reader's eyes
 * becomes a line only when they look away, or press its caret.
 */
export function useOpen(tone: Tone, host: IFrameHost): [boolean, () => void] {
  const wants = isUnfinished(tone) || tone === 'failed';
  const [isOpen, setIsOpen] = useState(host.memory.isOpen ?? wants);
  const [isChosen, setIsChosen] = useState(host.memory.isChosen);
  if (!isChosen && isOpen !== wants && (wants || !host.isSeen)) {
    setIsOpen(wants);
  }
  useEffect(() => {
    host.remember({ isOpen, isChosen });
  }, [host, isOpen, isChosen]);
  const toggle = useCallback(() => {
    setIsChosen(true);
    setIsOpen(open => !open);
  }, []);
  return [isOpen, toggle];
}

function seconds(): number {
  return Date.now() / 1000;
}

/** Return what is to be said below a card. */
export function remarksOf(host: Pick<IFrameHost, 'problem' | 'remarks'>): string[] {
  const { problem } = host;
  const isSaid = problem === null || problem.kind === 'offline';
  return [...(isSaid ? [] : [problem.message]), ...host.remarks];
}

/** Something of which nothing is known. */
export function Missing({ message, id }: { message: string; id: string }): JSX.Element {
  return (
    <article className="jm-Card" aria-label={oneLine(id, 80)}>
      <div className="jm-Card-strip">
        <span className="jm-Card-said">
          <Sentence text={message} />
        </span>
      </div>
    </article>
  );
}

/** Says a new state to who cannot see it; nothing else. */
export function Announcement({ tone, name }: { tone: Tone; name: string }): JSX.Element {
  const trans = useTranslation();
  const [first] = useState(tone);
  const [hasChanged, setHasChanged] = useState(false);
  if (tone !== first && !hasChanged) {
    setHasChanged(true);
  }
  return (
    <span className="jm-vh" role="status" aria-live="polite">
      {hasChanged && `${oneLine(name, 60)}: ${toneWord(tone, trans)}`}
    </span>
  );
}

/** Say whether there is more to come. */
export function isUnfinished(tone: Tone): boolean {
  return tone === 'waiting' || tone === 'starting' || tone === 'running' || tone === 'detached';
}
