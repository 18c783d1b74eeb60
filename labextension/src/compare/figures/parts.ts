/**
 * What figures have in common.
 */

import { useCallback, useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

interface IFlip {
  readonly isTable: boolean;
  /** Show the other one, and let the keyboard go on there. */
  readonly flip: () => void;
  /** Show the other one. */
  readonly toggle: () => void;
}

/** A chart and the table that says the same; `wanted` finds either of them. */
export function useFlip(frame: RefObject<HTMLElement | null>, wanted: string): IFlip {
  const [isTable, setTable] = useState(false);
  const isFlipped = useRef(false);
  useEffect(() => {
    if (isFlipped.current) {
      isFlipped.current = false;
      frame.current?.querySelector<HTMLElement>(wanted)?.focus();
    }
  }, [isTable, frame, wanted]);
  const toggle = useCallback(() => setTable(before => !before), []);
  const flip = useCallback(() => {
    isFlipped.current = true;
    setTable(before => !before);
  }, []);
  return { isTable, flip, toggle };
}

/** Say whether an element can be seen where it is scrolled to. */
export function useSeen(element: RefObject<HTMLElement | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (element.current === null) {
      return;
    }
    const observer = new IntersectionObserver(
      entries => setSeen(entries.some(entry => entry.isIntersecting)),
      { rootMargin: '100px' }
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isSeen;
}
