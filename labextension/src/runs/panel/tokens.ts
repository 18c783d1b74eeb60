/**
 * What of the panel others can use.
 */

import { Token } from '@lumino/coreutils';

import type { IRunRow } from '../../wire';

/** The Runs panel. */
export interface IRunsPanel {
  readonly isVisible: boolean;
  /** The run that its keys go to; null if none. */
  readonly active: IRunRow | null;
  /** Return a run's row, if the panel has read it. */
  find(id: string): IRunRow | undefined;
  /** Say whether the panel was the last place that somebody worked in. */
  readonly isInUse: boolean;
  /** Read again what is shown. */
  refresh(): Promise<void>;
}

export const IRunsPanel = new Token<IRunsPanel>(
  'jupyter-mlops:IRunsPanel',
  'The panel that lists all runs: which run is active in it.'
);
