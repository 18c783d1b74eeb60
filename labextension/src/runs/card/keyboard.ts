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
  const focused = useRef<Element | null>(null);

  // Buttons come and go with the state of the run: the stop moves on to one that is there, and so does the focus.
  useLayoutEffect(() => {
    const actions = actionsOf(ref.current);
    if (!actions.some(action => action === stop.current)) {
      stop.current = actions[0] ?? null;
    }
    for (const action of actions) {
      action.tabIndex = action === stop.current ? 0 : -1;
    }
    const isLost = focused.current !== null && !focused.current.isConnected;
    if (isLost && (document.activeElement ?? document.body) === document.body) {
      actions[0]?.focus({ preventScroll: true });
    }
  });

  const onKeyDown = useCallback(
    (event: KeyboardEvent): void => {
      const to = goal(event, actionsOf(ref.current));
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
    focused.current = event.target;
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
    const { target } = event;
    // A button that is taken away while it has the focus loses it to nobody: then the card still has it.
    setTimeout(() => {
      if (focused.current === target && target.isConnected) {
        focused.current = null;
      }
    }, 0);
  }, []);
  return { ref, onKeyDown, onFocus, onBlur };
}

function actionsOf(card: HTMLElement | null): HTMLElement[] {
  return [...(card?.querySelectorAll<HTMLElement>(ACTIONS) ?? [])];
}

function goal(event: KeyboardEvent, actions: HTMLElement[]): HTMLElement | undefined {
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
