/**
 * What all parts of a sweep's page need.
 */

import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { createContext, useCallback, useContext, useEffect, useReducer, useSyncExternalStore } from 'react';

import type { Marks } from './marks';
import type { SweepPage } from './page';

/** What JupyterLab lends to the page. */
export interface IServices {
  readonly commands: CommandRegistry;
}

export interface IPageContext {
  readonly page: SweepPage;
  readonly services: IServices;
}

export const PageContext = createContext<IPageContext | null>(null);

/** Return what all parts of a page need. */
export function usePage(): IPageContext {
  const context = useContext(PageContext);
  if (context === null) {
    throw new Error('A part of a page stands outside of one.');
  }
  return context;
}

/** Return how commands are executed, for the page's sweep if no other id is given. */
export function useCommand(): (id: string, args?: ReadonlyPartialJSONObject) => void {
  const { page, services } = usePage();
  return (id, args = {}) => {
    if (services.commands.hasCommand(id)) {
      void services.commands.execute(id, { id: page.id, ...args });
    }
  };
}

/** Render again when a signal is emitted. */
export function useSignal(signal: ISignal<unknown, void>): void {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    signal.connect(again);
    // Something may have changed between rendering and now.
    again();
    return () => {
      signal.disconnect(again);
    };
  }, [signal]);
}

/** Return what is chosen; whoever asks is rendered again when that changes. */
export function useMarks(): Marks {
  const { page } = usePage();
  useSignal(page.marks.changed);
  return page.marks;
}

/** Return a part of what is chosen; whoever asks is rendered again when that part changes. */
export function useMark<K extends 'selected' | 'kept' | 'active'>(part: K): Marks[K] {
  const { marks } = usePage().page;
  const subscribe = useCallback(
    (changed: () => void) => {
      marks.changed.connect(changed);
      return () => {
        marks.changed.disconnect(changed);
      };
    },
    [marks]
  );
  return useSyncExternalStore(subscribe, () => marks[part]);
}
