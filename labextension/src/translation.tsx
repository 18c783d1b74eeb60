/**
 * Strings through JupyterLab's translator, handed down to whatever React shows.
 */

import { createContext, useContext } from 'react';

/** The part of JupyterLab's `TranslationBundle` that views use. */
export interface ITranslation {
  /** Translate; `%1`, `%2` stand for the arguments. */
  __(text: string, ...args: (string | number)[]): string;
  /** Translate what depends on a number; `%1` is the number. */
  _n(one: string, many: string, count: number, ...args: (string | number)[]): string;
}

/** English as it stands in the source: where there is no translator. */
export const UNTRANSLATED: ITranslation = {
  __: (text, ...args) => filled(text, args),
  _n: (one, many, count, ...args) => filled(count === 1 ? one : many, [count, ...args])
};

export const TranslationContext = createContext<ITranslation>(UNTRANSLATED);

/** Return the strings of the component's place. */
export function useTranslation(): ITranslation {
  return useContext(TranslationContext);
}

/** The domain of all strings. */
export const DOMAIN = 'jupyter_mlops';

function filled(text: string, args: readonly (string | number)[]): string {
  return text.replace(/%(\d+)/g, (_, at: string) => String(args[Number(at) - 1] ?? ''));
}
