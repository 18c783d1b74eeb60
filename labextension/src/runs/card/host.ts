/**
 * What a card needs beside what every view of a run needs.
 */

import type { IRunHost } from '../../host';

export interface ICardHost extends IRunHost {
  /** Sentences that do not come from the run, such as that kernel and server do not fit. */
  readonly remarks: readonly string[];
  /** Id of the run that repeats this one, where it was asked for here; empty if none was. */
  readonly successor: string;
  /** Whether somebody may see the card: else it need not be brought up to date. */
  readonly isSeen: boolean;
  /** Show the run that repeats this one. */
  openSuccessor(): Promise<void>;
  /** Show everything that can be done, below an element; null where there is no more. */
  readonly openMenu: ((anchor: Element) => void) | null;
  /** Give the keyboard back to what the card stands in. */
  leave(): void;
}
