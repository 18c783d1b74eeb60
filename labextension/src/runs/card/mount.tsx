/**
 * Puts a card into a page. This is where React comes in, so it is loaded with the first card.
 */

import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import type { JSX } from 'react';
import { createRoot } from 'react-dom/client';

import { TranslationContext } from '../../translation';
import type { ITranslation } from '../../translation';
import { Card } from './Card';
import type { ICardHost } from './host';

import '../../../style/hang.css';

/** Show the card of a host's run in an element, until what is returned is disposed. */
export function mountCard(node: HTMLElement, host: ICardHost, translation: ITranslation): IDisposable {
  return mountNode(node, <Card host={host} />, translation);
}

/** Show a card in an element, until what is returned is disposed. */
export function mountNode(node: HTMLElement, card: JSX.Element, translation: ITranslation): IDisposable {
  const root = createRoot(node);
  const release = keepKeys(node);
  root.render(<TranslationContext.Provider value={translation}>{card}</TranslationContext.Provider>);
  return new DisposableDelegate(() => {
    release();
    root.unmount();
  });
}

/**
 * Keep keys from the notebook's shortcuts while an element has the focus: `d d` there must not delete the cell, nor
 * Enter run it. Shortcuts with Ctrl or Command, such as the one that saves, work as everywhere.
 */
function keepKeys(node: HTMLElement): () => void {
  // Shortcuts are looked for before any element of the page hears of a key, but not before the window does.
  const mark = (event: KeyboardEvent): void => {
    const isMine = event.key === 'Enter' || !(event.ctrlKey || event.metaKey);
    node.toggleAttribute('data-lm-suppress-shortcuts', isMine);
  };
  const onFocusIn = (): void => window.addEventListener('keydown', mark, true);
  const onFocusOut = (): void => window.removeEventListener('keydown', mark, true);
  node.addEventListener('focusin', onFocusIn);
  node.addEventListener('focusout', onFocusOut);
  return () => {
    onFocusOut();
    node.removeEventListener('focusin', onFocusIn);
    node.removeEventListener('focusout', onFocusOut);
  };
}
