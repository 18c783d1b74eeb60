/**
 * What a card needs beside what every view of a run needs.
 */

import type { IRunHost } from '../../host';

/** Whether the body of a card is shown, and whether somebody has decided so; null before it was drawn. */
export interface ICardMemory {
  readonly isOpen: boolean | null;
  readonly isChosen: boolean;
}

export interface ICardHost extends IRunHost {
  /** Sentences that do not come from the run, such as that kernel and server do not fit. */
  readonly remarks: readonly string[];
  /** Id of the run that repeats this one, where it was asked for here; empty if none was. */
  readonly successor: string;
  /** Whether somebody may see the card: else it need not be brought up to date. */
  readonly isSeen: boolean;
  /** What the card was when it was drawn before. */
  readonly memory: ICardMemory;
  /** Keep what the card is, for when it is drawn anew. */
  remember(memory: ICardMemory): void;
  /** Show the run that repeats this one. */
  openSuccessor(): Promise<void>;
  /** Show everything that can be done, below an element; null where there is no more. */
  readonly openMenu: ((anchor: Element) => void) | null;
  /** Give the keyboard back to what the card stands in. */
  leave(): void;
}
