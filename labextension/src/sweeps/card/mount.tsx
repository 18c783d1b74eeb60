/**
 * Puts the card of a sweep into a page. This is where React comes in, so it is loaded with the first card.
 */

import type { IDisposable } from '@lumino/disposable';

import { mountNode } from '../../runs/card/mount';
import type { ITranslation } from '../../translation';
import { SweepCard } from './Card';
import type { ISweepCardHost } from './host';

// What a page's style changes of it must come after it, whichever of the two is loaded first.
import '../../../style/page.css';
import '../../../style/sweep.css';
import '../../../style/sweep-card.css';

/** Show the card of a host's sweep in an element, until what is returned is disposed. */
export function mountSweepCard(
  node: HTMLElement,
  host: ISweepCardHost,
  translation: ITranslation
): IDisposable {
  return mountNode(node, <SweepCard host={host} />, translation);
}
