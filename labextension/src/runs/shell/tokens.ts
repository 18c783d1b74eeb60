/**
 * What goes on, for whoever wants to say so.
 */

import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { IRunRow, State } from '../../wire';

/** Which runs go on, and which of them come to their end. */
export interface IRunsWatch {
  /** How many runs stand where; null while nobody knows. */
  readonly states: Readonly<Partial<Record<State, number>>> | null;
  /** Counts are new. */
  readonly changed: ISignal<unknown, void>;
  /** A run that went on has ended: its row. */
  readonly ended: ISignal<unknown, IRunRow>;
}

export const IRunsWatch = new Token<IRunsWatch>(
  'jupyter-mlops:IRunsWatch',
  'How many runs go on and wait, and which of them have just ended.'
);
