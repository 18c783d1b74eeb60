/**
 * How something that was asked for gets on: what is being done, and why it could not be.
 */

import { useEffect, useRef, useState } from 'react';

import { sentence } from '../client';

/** What is being done. */
export interface IActing<Name extends string> {
  /** What is being done; null if nothing is. */
  readonly busy: Name | null;
  /** Why the last could not be done, in one sentence; empty if it could. */
  readonly refusal: string;
  /** Do something, unless something is being done. */
  act(name: Name, work: () => Promise<unknown>): void;
  /** Forget the refusal. */
  forget(): void;
}

/** Return what is being done, and how something is. */
export function useActing<Name extends string>(): IActing<Name> {
  const [busy, setBusy] = useState<Name | null>(null);
  const [refusal, setRefusal] = useState('');
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  const act = (name: Name, work: () => Promise<unknown>): void => {
    if (busy !== null) {
      return;
    }
    setBusy(name);
    setRefusal('');
    work()
      .catch((error: unknown) => isHere.current && setRefusal(sentence(error)))
      .finally(() => isHere.current && setBusy(null));
  };
  return { busy, refusal, act, forget: () => setRefusal('') };
}
