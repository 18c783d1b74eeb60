/**
 * What of the panel others can use.
 */

import { Token } from '@lumino/coreutils';

import type { IModelItem } from '../models/items';
import type { IEndpointRow, IRunRow, ISweepRow } from '../wire';
import type { SectionName } from './nouns';

/** One section of the panel. */
export interface IPanelSection<Row> {
  readonly isVisible: boolean;
  /** Whether it was the last place that somebody worked in. */
  readonly isInUse: boolean;
  /** The row that its keys go to; null if none. */
  readonly active: Row | null;
  /** What is selected, as last read; the active row alone is no selection. */
  readonly selected: readonly Row[];
  /** Return a row, if the panel has read it. */
  find(id: string): Row | undefined;
  /** Rows are gone, or put away: they are selected no longer. */
  deselect(ids: Iterable<string>): void;
}

/** The panel. */
export interface IPanel {
  readonly isVisible: boolean;
  readonly runs: IPanelSection<IRunRow>;
  readonly sweeps: IPanelSection<ISweepRow>;
  /** Models, and versions below them. */
  readonly models: IPanelSection<IModelItem>;
  readonly endpoints: IPanelSection<IEndpointRow>;
  /** Show one of its sections, and go there. */
  show(section: SectionName): void;
  /** Read again what is shown. */
  refresh(): Promise<void>;
}

export const IPanel = new Token<IPanel>(
  'jupyter-mlops:IPanel',
  'The panel that lists runs, sweeps, models and endpoints: what is active and selected in it.'
);
