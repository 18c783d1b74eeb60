/**
 * What of sweeps goes on, and which sweep is meant.
 */

import { Token } from '@lumino/coreutils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { ISweepRow } from '../../wire';

/** Which sweeps go on, and which of them come to their end. */
export interface ISweepsWatch {
  /** Those that go on; none while nobody knows. */
  readonly rows: readonly ISweepRow[];
  /** Something is new. */
  readonly changed: ISignal<unknown, void>;
  /** A sweep that went on has ended: its row. */
  readonly ended: ISignal<unknown, ISweepRow>;
}

export const ISweepsWatch = new Token<ISweepsWatch>(
  'jupyter-mlops:ISweepsWatch',
  'Which sweeps go on, and which of them have just ended.'
);

/** The sweep that one works with. */
export interface ICurrentSweep {
  /** Return the id that a command's arguments name, else the sweep that one works with; empty if there is none. */
  of(args: ReadonlyPartialJSONObject): string;
}

export const ICurrentSweep = new Token<ICurrentSweep>(
  'jupyter-mlops:ICurrentSweep',
  'The sweep that one works with: in the panel, on its page, or in the active cell.'
);
