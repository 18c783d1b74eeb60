/**
 * What the card of a sweep needs to know and may ask for.
 */

import type { IFrameHost } from '../../runs/card/frame';
import type { ISweepSnapshot } from '../../wire';

/** What a card can ask to be done with its sweep. */
export type SweepVerb = 'stop' | 'resume' | 'detach' | 'open' | 'open-best' | 'use';

export interface ISweepCardHost extends IFrameHost {
  readonly id: string;
  /** The newest that is known. */
  readonly snapshot: ISweepSnapshot;
  /** When the snapshot was true, in seconds since the epoch. */
  readonly asOf: number;
  /** Whether a verb makes sense here and now. */
  can(verb: SweepVerb): boolean;
  /** Do it; the promise fails with an error whose message is one sentence. */
  act(verb: SweepVerb): Promise<void>;
  /** Show everything that can be done, below an element; null where there is no more. */
  readonly openMenu: ((anchor: Element) => void) | null;
  /** Give the keyboard back to what the card stands in. */
  leave(): void;
}
