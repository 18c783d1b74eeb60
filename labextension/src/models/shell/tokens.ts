/**
 * Which model is meant.
 */

import { Token } from '@lumino/coreutils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

/** The model, or the version, that one works with. */
export interface ICurrentModel {
  /**
   * Return the id that a command's arguments give, `digits` or `digits:3`, else the model or version that one works
   * with; empty if there is none.
   */
  of(args: ReadonlyPartialJSONObject): string;
}

export const ICurrentModel = new Token<ICurrentModel>(
  'jupyter-mlops:ICurrentModel',
  'The model or version that one works with: in the panel, on its page, or in the active cell.'
);
