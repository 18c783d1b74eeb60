/**
 * Puts the card of a version into a page. This is where React comes in, so it is loaded with the first card.
 */

import type { IDisposable } from '@lumino/disposable';

import { mountNode } from '../../runs/card/mount';
import type { ITranslation } from '../../translation';
import { ModelCard } from './Card';
import type { IModelCardHost } from './host';

// What a page's style changes of it must come after it, whichever of the two is loaded first.
import '../../../style/page.css';
import '../../../style/model.css';
import '../../../style/model-card.css';

/** Show the card of a host's version in an element, until what is returned is disposed. */
export function mountModelCard(
  node: HTMLElement,
  host: IModelCardHost,
  translation: ITranslation
): IDisposable {
  return mountNode(node, <ModelCard host={host} />, translation);
}
