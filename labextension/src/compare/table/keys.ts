/**
 * What keys mean in the table.
 */

/** A cell: which row, the head being -1, and which column. */
export interface ICell {
  readonly row: number;
  readonly column: number;
}

/** What a key does. */
export type Meaning =
  | { readonly kind: 'go'; readonly to: ICell }
  | { readonly kind: 'extend'; readonly to: ICell }
  | { readonly kind: 'mark'; readonly side: 'a' | 'b' }
  | { readonly kind: 'open' | 'select' | 'all' | 'clear' | 'sort' | 'hide' | 'filter' | 'menu' };

interface IKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const LETTERS: Readonly<Record<string, Meaning>> = {
  a: { kind: 'mark', side: 'a' },
  b: { kind: 'mark', side: 'b' },
  s: { kind: 'sort' },
  h: { kind: 'hide' },
  '/': { kind: 'filter' },
  ' ': { kind: 'select' },
  enter: { kind: 'open' },
  escape: { kind: 'clear' },
  contextmenu: { kind: 'menu' }
};

/** Return what a key means in a table of so many rows and columns; null if it means nothing there. */
export function meaningOf(
  event: IKey,
  at: ICell,
  rows: number,
  columns: number,
  page: number
): Meaning | null {
  const { key, shiftKey } = event;
  const isControl = event.ctrlKey || event.metaKey;
  if (event.altKey) {
    return null;
  }
  if (key === 'F10' && shiftKey) {
    return { kind: 'menu' };
  }
  if (isControl && key.toLowerCase() === 'a') {
    return { kind: 'all' };
  }
  const to = goal(key, at, rows, columns, page, isControl);
  if (to !== null) {
    const isVertical = to.column === at.column && to.row >= 0;
    return { kind: shiftKey && isVertical ? 'extend' : 'go', to };
  }
  return isControl ? null : (LETTERS[key.toLowerCase()] ?? null);
}

function goal(
  key: string,
  { row, column }: ICell,
  rows: number,
  columns: number,
  page: number,
  isControl: boolean
): ICell | null {
  const down = (by: number): ICell => ({ row: Math.min(Math.max(row + by, -1), rows - 1), column });
  const across = (by: number): ICell => ({ row, column: Math.min(Math.max(column + by, 0), columns - 1) });
  switch (key) {
    case 'ArrowUp':
      return isControl ? { row: 0, column } : down(-1);
    case 'ArrowDown':
      return isControl ? { row: rows - 1, column } : down(1);
    case 'ArrowLeft':
      return across(-1);
    case 'ArrowRight':
      return across(1);
    case 'PageUp':
      return { row: Math.max(row - page, 0), column };
    case 'PageDown':
      return down(page);
    case 'Home':
      return { row: isControl ? 0 : row, column: 0 };
    case 'End':
      return { row: isControl ? rows - 1 : row, column: columns - 1 };
    default:
      return null;
  }
}
