/**
 * What goes on, and which run is meant.
 */

import { Token } from '@lumino/coreutils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
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

/** The run that one works with. */
export interface ICurrentRun {
  /** Return the id that a command's arguments name, else the run that one works with; empty if there is none. */
  of(args: ReadonlyPartialJSONObject): string;
}

export const ICurrentRun = new Token<ICurrentRun>(
  'jupyter-mlops:ICurrentRun',
  'The run that one works with: in the panel, on its page, or in the active cell.'
);
