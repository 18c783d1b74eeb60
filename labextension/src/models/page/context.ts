/**
 * What all parts of a model's page need.
 */

import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { createContext, useContext } from 'react';

import type { ModelPage } from './page';

/** What JupyterLab lends to the page. */
export interface IServices {
  readonly commands: CommandRegistry;
}

export interface IPageContext {
  readonly page: ModelPage;
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

/** Return how commands are executed, for the version that is looked at if no other id is given. */
export function useCommand(): (id: string, args?: ReadonlyPartialJSONObject) => void {
  const { page, services } = usePage();
  return (id, args = {}) => {
    if (services.commands.hasCommand(id)) {
      void services.commands.execute(id, { id: page.id, ...args });
    }
  };
}
