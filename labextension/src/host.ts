/**
 * What a view of one run needs to know and may ask for: in JupyterLab from the server, elsewhere from the kernel.
 */

import type { ISignal } from '@lumino/signaling';

import type { IRunSnapshot } from './wire';

/** What a view can ask to be done with its run. */
export type Verb =
  'stop' | 'retry' | 'detach' | 'delete' | 'close' | 'open' | 'open-logs' | 'open-code' | 'go-to-cell';

/** Why what is shown may not be true any more, or why there is nothing to show. */
export interface IProblem {
  /**
   * `offline`: the server cannot be heard; `unknown`: this home has no such run; `elsewhere`: another home has it;
   * `refused`: the server said no.
   */
  readonly kind: 'offline' | 'unknown' | 'elsewhere' | 'refused';
  /** One sentence for people. */
  readonly message: string;
}

/** One run, as a view sees it. */
export interface IRunHost {
  readonly id: string;
  /** The newest that is known; null while nothing is. */
  readonly snapshot: IRunSnapshot | null;
  readonly problem: IProblem | null;
  /** When the snapshot was true, in seconds since the epoch. */
  readonly asOf: number;
  /** Snapshot or problem are new. */
  readonly changed: ISignal<unknown, void>;
  /** Whether a verb makes sense here and now. */
  can(verb: Verb): boolean;
  /** Do it; the promise fails with an error whose message is one sentence. */
  act(verb: Verb): Promise<void>;
}
