/**
 * How a comparison is shown.
 */

import type { Choices } from './chosen';
import type { ISort } from './order';
import { LAST } from './values';
import type { Shown } from './values';

/** What the reader has chosen; what is null is as it is at first. */
export interface ISettings {
  readonly sort: ISort | null;
  readonly filter: string;
  readonly choices: Choices;
  readonly shown: Shown;
  /** The column by which runs are grouped; empty for none. */
  readonly group: string;
  readonly folded: ReadonlySet<string>;
  /** The metric that is drawn. */
  readonly metric: string;
  /** Whether curves go by what is counted or by time. */
  readonly isByTime: boolean;
  readonly isLog: boolean;
  readonly smoothing: number;
  /** What is drawn beside the curves. */
  readonly relation: 'parallel' | 'scatter';
  /** Columns of the scatter's axes, and by which of them colours are; empty for what is most likely wanted. */
  readonly x: string;
  readonly y: string;
  readonly colour: string;
}

export const FIRST: ISettings = {
  sort: null,
  filter: '',
  choices: new Map(),
  shown: LAST,
  group: '',
  folded: new Set(),
  metric: '',
  isByTime: false,
  isLog: false,
  smoothing: 0.6,
  relation: 'parallel',
  x: '',
  y: '',
  colour: ''
};

/** Change some of the settings. */
export type Change = (changes: Partial<ISettings>) => void;
