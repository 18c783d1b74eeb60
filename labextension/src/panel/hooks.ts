/**
 * What the panel's components have in common.
 */

import type { ISignal } from '@lumino/signaling';
import { useEffect, useReducer, useState } from 'react';

/** Draw again whenever the signal says so. */
export function useSignal(signal: ISignal<unknown, unknown>): void {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    signal.connect(draw);
    return () => {
      signal.disconnect(draw);
    };
  }, [signal]);
}

/** Return the time in seconds since the epoch, again and again; as it was while the clock stands still. */
export function useNow(milliseconds: number | null): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (milliseconds === null) {
      return;
    }
    const tick = (): void => setNow(Date.now() / 1000);
    const first = setTimeout(tick);
    const timer = setInterval(tick, milliseconds);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [milliseconds]);
  return now;
}

/** So long nothing is said to be on its way, in milliseconds. */
const PATIENCE = 300;

/** Say whether something has been going on for so long that it is worth a word. */
export function useLate(isGoingOn: boolean): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isGoingOn) {
      return;
    }
    const timer = setTimeout(() => setLate(true), PATIENCE);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [isGoingOn]);
  return isGoingOn && isLate;
}
