/**
 * Text of a log between two places, to be copied.
 */

import type { LogDocument } from './document';
import { isGap } from './document';
import type { LogRow } from './chunks';
import { plainOf } from './sgr';

/** A character of a row. */
export interface ISpot {
  readonly chunk: number;
  readonly row: number;
  readonly column: number;
}

/** Characters that are copied at most. */
export const MOST_COPIED = 5_000_000;

/** Say which of two spots comes first. */
export function compare(one: ISpot, other: ISpot): number {
  return one.chunk - other.chunk || one.row - other.row || one.column - other.column;
}

/** Return the text between two spots if all of it is read; null if not. */
export function textBetween(doc: LogDocument, from: ISpot, to: ISpot): string | null {
  const pieces: string[] = [];
  let size = 0;
  for (let chunk = from.chunk; chunk <= to.chunk && size < MOST_COPIED; chunk++) {
    const rows = doc.rows(chunk);
    if (rows === null) {
      return null;
    }
    size += push(pieces, rows, chunk, from, to);
  }
  return pieces.join('\n').slice(0, MOST_COPIED);
}

/** Return the text between two spots; what is missing is read. */
export async function readBetween(doc: LogDocument, from: ISpot, to: ISpot): Promise<string> {
  const pieces: string[] = [];
  let size = 0;
  for (let chunk = from.chunk; chunk <= to.chunk && size < MOST_COPIED; chunk++) {
    size += push(pieces, await doc.load(chunk), chunk, from, to);
  }
  return pieces.join('\n').slice(0, MOST_COPIED);
}

/** Return the end of the log, as much as is copied at most; and whether that is all of it. */
export async function readEnd(doc: LogDocument): Promise<{ text: string; isAll: boolean }> {
  const pieces: string[] = [];
  let size = 0;
  let chunk = doc.count - 1;
  for (; chunk >= 0 && size < MOST_COPIED; chunk--) {
    const text = (await doc.load(chunk)).map(shown).join('\n');
    pieces.unshift(text);
    size += text.length;
  }
  const text = pieces.filter(Boolean).join('\n');
  return { text: text.slice(-MOST_COPIED), isAll: chunk < 0 && text.length <= MOST_COPIED };
}

function push(pieces: string[], rows: readonly LogRow[], chunk: number, from: ISpot, to: ISpot): number {
  const first = chunk === from.chunk ? from.row : 0;
  const last = chunk === to.chunk ? Math.min(to.row, rows.length - 1) : rows.length - 1;
  let size = 0;
  for (let row = first; row <= last; row++) {
    const text = shown(rows[row] ?? '');
    const begin = chunk === from.chunk && row === from.row ? from.column : 0;
    const end = chunk === to.chunk && row === to.row ? to.column : text.length;
    pieces.push(text.slice(begin, end));
    size += end - begin + 1;
  }
  return size;
}

function shown(row: LogRow): string {
  return isGap(row) ? '' : plainOf(row);
}
