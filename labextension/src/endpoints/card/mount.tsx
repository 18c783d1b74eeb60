/**
 * Puts the card of an endpoint into a page. This is where React comes in, so it is loaded with the first card.
 */

import type { IDisposable } from '@lumino/disposable';

import { mountNode } from '../../runs/card/mount';
import type { ITranslation } from '../../translation';
import { EndpointCard } from './Card';
import type { IEndpointCardHost } from './host';

// What a page's style changes of it must come after it, whichever of the two is loaded first.
import '../../../style/page.css';
import '../../../style/endpoint.css';
import '../../../style/endpoint-card.css';

/** Show the card of a host's endpoint in an element, until what is returned is disposed. */
export function mountEndpointCard(
  node: HTMLElement,
  host: IEndpointCardHost,
  translation: ITranslation
): IDisposable {
  return mountNode(node, <EndpointCard host={host} />, translation);
}
