/**
 * What all parts of an endpoint's page need.
 */

import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { createContext, useContext, useEffect, useReducer } from 'react';

import type { EndpointPage, IWish, Place } from './page';

/** What JupyterLab lends to the page. */
export interface IServices {
  readonly commands: CommandRegistry;
}

export interface IPageContext {
  readonly page: EndpointPage;
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

/** Return how commands are executed, for the page's endpoint if no other id is given. */
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

/** Call back when somebody wants to go to a place of the page, once for each time. */
export function useWish(place: Place, go: (wish: IWish) => void): void {
  const { page } = usePage();
  useEffect(() => {
    const look = (): void => {
      const wish = page.take(place);
      if (wish !== null) {
        go(wish);
      }
    };
    page.changed.connect(look);
    look();
    return () => {
      page.changed.disconnect(look);
    };
  });
}
