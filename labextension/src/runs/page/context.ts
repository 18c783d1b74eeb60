/**
 * What all parts of a page need.
 */

import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { createContext, useContext, useEffect, useReducer } from 'react';

import type { IRunSnapshot } from '../../wire';
import type { Page } from './page';

/** What JupyterLab lends to a page. */
export interface IServices {
  readonly commands: CommandRegistry;
  readonly rendermime: IRenderMimeRegistry;
  /** Null where code cannot be highlighted. */
  readonly languages: IEditorLanguageRegistry | null;
}

export interface IPageContext {
  readonly page: Page;
  readonly services: IServices;
}

/** What a tab of the page is given; each tab is the default export of its own chunk. */
export interface ITabProps {
  readonly page: Page;
  /** The newest that is known. */
  readonly snapshot: IRunSnapshot;
  readonly services: IServices;
  /** Whether the page can be seen: else nothing is to be read. */
  readonly isShown: boolean;
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

/** Return how commands are executed for the page's run. */
export function useCommand(): (id: string, args?: ReadonlyPartialJSONObject) => void {
  const { page, services } = usePage();
  return (id, args = {}) => {
    if (services.commands.hasCommand(id)) {
      void services.commands.execute(id, { id: page.id, ...args });
    }
  };
}

/** Render again when a page's state or its run changes. */
export function usePageChanges(page: Page): void {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    page.changed.connect(again);
    page.run.changed.connect(again);
    again();
    return () => {
      page.changed.disconnect(again);
      page.run.changed.disconnect(again);
    };
  }, [page]);
}
