/**
 * What the keys mean on a row.
 */

import type { Act } from './nouns';

/** Go so many rows on, go to an end, select, do something, or go to the filter. */
export type Meaning =
  | { readonly kind: 'by'; readonly rows: number }
  | { readonly kind: 'to'; readonly end: 'first' | 'last' }
  | { readonly kind: 'extend'; readonly by: 1 | -1 }
  | { readonly kind: 'act'; readonly act: Act }
  | { readonly kind: 'within'; readonly by: 1 | -1 }
  | { readonly kind: 'filter' | 'clear' | 'toggle' | 'all' };

type Keys = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>;

/** Return what a key means; null if it is none of ours. `page` is how many rows are seen. */
export function meaningOf(event: Keys, page: number, acts: Readonly<Record<string, Act>>): Meaning | null {
  const { key, shiftKey } = event;
  if (key === 'F10' && shiftKey) {
    return { kind: 'act', act: 'menu' };
  }
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return key.toLowerCase() === 'a' && !shiftKey && !event.altKey ? { kind: 'all' } : null;
  }
  if (shiftKey) {
    return key === 'ArrowDown' || key === 'ArrowUp'
      ? { kind: 'extend', by: key === 'ArrowDown' ? 1 : -1 }
      : null;
  }
  const move = moveOf(key, page);
  if (move !== null) {
    return move;
  }
  const act = acts[key.length === 1 ? key.toLowerCase() : key];
  return act === undefined ? null : { kind: 'act', act };
}

function moveOf(key: string, page: number): Meaning | null {
  switch (key) {
    case 'ArrowDown':
      return { kind: 'by', rows: 1 };
    case 'ArrowUp':
      return { kind: 'by', rows: -1 };
    case 'PageDown':
      return { kind: 'by', rows: page };
    case 'PageUp':
      return { kind: 'by', rows: -page };
    case 'Home':
      return { kind: 'to', end: 'first' };
    case 'End':
      return { kind: 'to', end: 'last' };
    case 'ArrowRight':
      return { kind: 'within', by: 1 };
    case 'ArrowLeft':
      return { kind: 'within', by: -1 };
    case ' ':
      return { kind: 'toggle' };
    case '/':
      return { kind: 'filter' };
    case 'Escape':
      return { kind: 'clear' };
    default:
      return null;
  }
}
