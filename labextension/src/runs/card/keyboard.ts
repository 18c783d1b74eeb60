/**
 * One tab stop for a whole card: arrows go from action to action, Escape leaves.
 */

import { useCallback, useLayoutEffect, useRef } from 'react';
import type { FocusEvent, KeyboardEvent, RefObject } from 'react';

const ACTIONS = 'button:not([disabled]), summary, a[href]';

interface IKeyboard {
  readonly ref: RefObject<HTMLElement>;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: (event: FocusEvent) => void;
}

/** Return what the card's element has to wear. */
export function useKeyboard(leave: () => void): IKeyboard {
  const ref = useRef<HTMLElement>(null);
  const stop = useRef<Element | null>(null);
  const hasFocus = useRef(false);

  // Buttons come and go with the state of the run: the stop moves on to one that is there, and so does the focus.
  useLayoutEffect(() => {
    const actions = actionsOf(ref.current);
    const isGone = stop.current === null || !actions.some(action => action === stop.current);
    if (isGone) {
      stop.current = actions[0] ?? null;
    }
    for (const action of actions) {
      action.tabIndex = action === stop.current ? 0 : -1;
    }
    if (isGone && hasFocus.current && !ref.current?.contains(document.activeElement)) {
      actions[0]?.focus({ preventScroll: true });
    }
  });

  const onKeyDown = useCallback(
    (event: KeyboardEvent): void => {
      const to = target(event, actionsOf(ref.current));
      if (to !== undefined) {
        event.preventDefault();
        to.focus();
      } else if (event.key === 'Escape') {
        event.preventDefault();
        leave();
      }
      if (!event.ctrlKey && !event.metaKey) {
        // What is typed here is not meant for the cell around the card.
        event.stopPropagation();
      }
    },
    [leave]
  );
  const onFocus = useCallback((event: FocusEvent): void => {
    hasFocus.current = true;
    const actions = actionsOf(ref.current);
    const now = actions.find(action => action === event.target);
    if (now !== undefined) {
      stop.current = now;
      for (const action of actions) {
        action.tabIndex = action === now ? 0 : -1;
      }
    }
  }, []);
  const onBlur = useCallback((event: FocusEvent): void => {
    // An element that is taken away loses the focus to nobody; the card still has it then.
    hasFocus.current = event.relatedTarget === null && !event.target.isConnected;
  }, []);
  return { ref, onKeyDown, onFocus, onBlur };
}

function actionsOf(card: HTMLElement | null): HTMLElement[] {
  return [...(card?.querySelectorAll<HTMLElement>(ACTIONS) ?? [])];
}

function target(event: KeyboardEvent, actions: HTMLElement[]): HTMLElement | undefined {
  const at = actions.findIndex(action => action === document.activeElement);
  if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) {
    return undefined;
  }
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step !== undefined) {
    return actions[(at + step + actions.length) % actions.length];
  }
  return { Home: actions[0], End: actions[actions.length - 1] }[event.key];
}
