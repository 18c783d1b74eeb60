/**
 * What the card of an endpoint needs to know and may ask for.
 */

import type { IFrameHost } from '../../runs/card/frame';
import type { IEndpointSnapshot } from '../../wire';

/** What a card can ask to be done with its endpoint. */
export type EndpointVerb = 'promote' | 'rollback' | 'stop' | 'start' | 'detach' | 'open';

export interface IEndpointCardHost extends IFrameHost {
  readonly id: string;
  /** The newest that is known. */
  readonly snapshot: IEndpointSnapshot;
  /** When the snapshot was true, in seconds since the epoch. */
  readonly asOf: number;
  /** Whether a verb makes sense here and now. */
  can(verb: EndpointVerb): boolean;
  /** Do it; the promise fails with an error whose message is one sentence. */
  act(verb: EndpointVerb): Promise<void>;
  /** Show everything that can be done, below an element; null where there is no more. */
  readonly openMenu: ((anchor: Element) => void) | null;
  /** Give the keyboard back to what the card stands in. */
  leave(): void;
}
