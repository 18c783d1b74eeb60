/**
 * What the card of a version needs to know and may ask for.
 */

import type { CommandRegistry } from '@lumino/commands';

import type { IFrameHost } from '../../runs/card/frame';
import type { IShownVersion } from '../tokens';

/** What a card can ask to be done with its version. */
export type ModelVerb = 'deploy' | 'open' | 'load' | 'champion';

export interface IModelCardHost extends IFrameHost {
  readonly id: string;
  /** The newest that is known. */
  readonly snapshot: IShownVersion;
  /** When the snapshot was true, in seconds since the epoch. */
  readonly asOf: number;
  /** What opens the things of its chain. */
  readonly commands: CommandRegistry;
  /** Whether a verb makes sense here and now. */
  can(verb: ModelVerb): boolean;
  /** Do it; the promise fails with an error whose message is one sentence. */
  act(verb: ModelVerb): Promise<void>;
  /** Show everything that can be done, below an element; null where there is no more. */
  readonly openMenu: ((anchor: Element) => void) | null;
  /** Give the keyboard back to what the card stands in. */
  leave(): void;
}
