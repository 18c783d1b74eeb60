/**
 * Which endpoint is meant.
 */

import { Token } from '@lumino/coreutils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

/** The endpoint that one works with. */
export interface ICurrentEndpoint {
  /** Return the name that a command's arguments give, else the endpoint that one works with; empty if there is none. */
  of(args: ReadonlyPartialJSONObject): string;
}

export const ICurrentEndpoint = new Token<ICurrentEndpoint>(
  'jupyter-mlops:ICurrentEndpoint',
  'The endpoint that one works with: in the panel, on its page, or in the active cell.'
);
