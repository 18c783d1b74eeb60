/**
 * What the keys mean on a row.
 */

import type { RowAct } from './Row';

/** Go so many rows on, go to an end, do something, or go to the filter. */
export type Meaning =
  | { readonly kind: 'by'; readonly rows: number }
  | { readonly kind: 'to'; readonly end: 'first' | 'last' }
  | { readonly kind: 'act'; readonly act: RowAct }
  | { readonly kind: 'within'; readonly by: 1 | -1 }
  | { readonly kind: 'filter' | 'clear' };

type Keys = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>;

const ACTS: Readonly<Record<string, RowAct>> = {
  Enter: 'open',
  s: 'stop',
  r: 'retry',
  l: 'logs',
  n: 'cell',
  Delete: 'delete',
  ContextMenu: 'menu'
};

/** Return what a key means; null if it is none of ours. `page` is how many rows are seen. */
export function meaningOf(event: Keys, page: number): Meaning | null {
  if (event.key === 'F10' && event.shiftKey) {
    return { kind: 'act', act: 'menu' };
  }
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return null;
  }
  switch (event.key) {
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
    case '/':
      return { kind: 'filter' };
    case 'Escape':
      return { kind: 'clear' };
  }
  const act = event.shiftKey ? undefined : ACTS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  return act === undefined ? null : { kind: 'act', act };
}
