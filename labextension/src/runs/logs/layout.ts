/**
 * Where the rows of a log stand, in pixels from its first: exact for chunks that are read, estimated for the others.
 */

import type { LogDocument } from './document';
import { isGap } from './document';
import type { LogRow } from './chunks';
import { plainOf } from './sgr';

/** The height of a line. */
export const LINE = 18;

/** Characters of a line that are shown before somebody wants to see them all. */
export const CUT = 4000;

/** A row, or in a chunk that is not read a share of its height. */
export interface IPlace {
  readonly chunk: number;
  readonly row: number;
  /** Pixels of the row above the place; in a chunk that is not read, its share from 0 to 1. */
  readonly rest: number;
}

/** A row and where it stands. */
export interface IPlaced {
  readonly chunk: number;
  readonly row: number;
  readonly top: number;
  readonly height: number;
}

/** A chunk that is looked at and not read yet. */
export interface IUnread {
  readonly chunk: number;
  readonly top: number;
  readonly height: number;
}

interface IMeasured {
  readonly rows: readonly LogRow[];
  /** Where the rows begin, and the last ends; null if all have the height of a line. */
  readonly tops: Float64Array | null;
  readonly count: number;
  readonly version: number;
}

// Each of these characters is as wide as the others.
const EVEN = /^[ -~]*$/;

/** Rows of a document on a page so many characters wide. */
export class Layout {
  constructor(private readonly _doc: LogDocument) {}

  /** Say how many characters a line has on the page, and whether longer ones go on in the next. */
  fit(columns: number, isWrapped: boolean): void {
    const isNew =
      isWrapped !== this._isWrapped || (columns !== this._columns && (isWrapped || this._whole.size > 0));
    this._columns = columns;
    this._isWrapped = isWrapped;
    if (isNew) {
      this._forget();
    }
  }

  /** Characters of the longest line that was shown. */
  get widest(): number {
    return this._widest;
  }

  /** Pixels of the whole log. */
  get height(): number {
    return this._tops()[this._doc.count] ?? 0;
  }

  /** Whether all of a row is shown, however long it is. */
  isWhole(chunk: number, row: number): boolean {
    return this._whole.has(key(chunk, row));
  }

  /** Show all of a row. */
  showWhole(chunk: number, row: number): void {
    this._whole.add(key(chunk, row));
    this._forget();
  }

  /** Say how high a row is on the page; return whether that is new. */
  measure(chunk: number, row: number, height: number): boolean {
    const content = this._doc.rows(chunk)?.[row];
    if (content === undefined || height <= 0 || this._heightOf(chunk, row, content) === height) {
      return false;
    }
    this._heights.set(key(chunk, row), height);
    this._chunks.delete(chunk);
    this._isStale = true;
    return true;
  }

  /** Look at the document again. */
  refresh(): void {
    // Its lines may have become longer.
    this._chunks.delete(this._doc.count - 1);
    this._isStale = true;
  }

  /** Return what stands at a height. */
  placeAt(top: number): IPlace {
    const tops = this._tops();
    const chunk = Math.max(lastUpTo(tops, top, this._doc.count), 0);
    const begin = tops[chunk] ?? 0;
    const measured = this._measured(chunk);
    if (measured === null) {
      const height = (tops[chunk + 1] ?? begin) - begin;
      return { chunk, row: -1, rest: height > 0 ? (top - begin) / height : 0 };
    }
    const past = top - begin;
    const row =
      measured.tops === null
        ? Math.min(Math.floor(past / LINE), Math.max(measured.count - 1, 0))
        : Math.max(lastUpTo(measured.tops, past, measured.count), 0);
    return { chunk, row: Math.max(row, 0), rest: past - topIn(measured, row) };
  }

  /** Return the height at which a place stands. */
  topOf({ chunk, row, rest }: IPlace): number {
    const tops = this._tops();
    const begin = tops[chunk] ?? 0;
    const measured = this._measured(chunk);
    if (row < 0) {
      return begin + rest * ((tops[chunk + 1] ?? begin) - begin);
    }
    return measured === null ? begin : begin + topIn(measured, Math.min(row, measured.count)) + rest;
  }

  /** Return the rows between two heights, and the chunks there that are not read. */
  between(top: number, bottom: number): { rows: IPlaced[]; unread: IUnread[] } {
    const tops = this._tops();
    const rows: IPlaced[] = [];
    const unread: IUnread[] = [];
    for (let chunk = this.placeAt(top).chunk; chunk < this._doc.count; chunk++) {
      const begin = tops[chunk] ?? 0;
      if (begin > bottom) {
        break;
      }
      const measured = this._measured(chunk);
      if (measured === null) {
        unread.push({ chunk, top: begin, height: (tops[chunk + 1] ?? begin) - begin });
        continue;
      }
      const first = Math.max(begin >= top ? 0 : rowAt(measured, top - begin), 0);
      for (let row = first; row < measured.count; row++) {
        const at = begin + topIn(measured, row);
        if (at > bottom) {
          break;
        }
        rows.push({ chunk, row, top: at, height: topIn(measured, row + 1) - topIn(measured, row) });
        this._widen(measured.rows[row]);
      }
    }
    return { rows, unread };
  }

  /** Return a row and where it stands; null if its chunk is not read. */
  placed(chunk: number, row: number): IPlaced | null {
    const measured = this._measured(chunk);
    if (measured === null || row < 0 || row >= measured.count) {
      return null;
    }
    const top = topIn(measured, row);
    return { chunk, row, top: (this._tops()[chunk] ?? 0) + top, height: topIn(measured, row + 1) - top };
  }

  /** Return how many rows there are before a chunk; -1 if they were never counted. */
  before(chunk: number): number {
    let rows = 0;
    for (let index = 0; index < chunk; index++) {
      const count = this._doc.rowCount(index);
      if (count === null) {
        return -1;
      }
      rows += count;
    }
    return rows;
  }

  /** Return how many rows there are: exactly, or about. */
  count(): { rows: number; isExact: boolean } {
    const exact = this.before(this._doc.count);
    if (exact >= 0) {
      return { rows: exact, isExact: true };
    }
    const [rows, bytes] = this._known();
    return { rows: bytes > 0 ? (rows / bytes) * this._doc.size : 0, isExact: false };
  }

  private _widen(content: LogRow | undefined): void {
    if (typeof content === 'string' && content.length > this._widest) {
      this._widest = Math.max(this._widest, Math.min(plainOf(content).length, CUT + 40));
    }
  }

  private _tops(): Float64Array {
    if (this._isStale || this._chunkTops.length !== this._doc.count + 1) {
      this._isStale = false;
      this._chunkTops = this._stacked();
    }
    return this._chunkTops;
  }

  private _stacked(): Float64Array {
    const tops = new Float64Array(this._doc.count + 1);
    const perByte = this._perByte();
    for (let chunk = 0; chunk < this._doc.count; chunk++) {
      const measured = this._measured(chunk);
      const height =
        measured !== null
          ? topIn(measured, measured.count)
          : (this._chunkHeights.get(chunk) ?? Math.max(this._doc.bytes(chunk) * perByte, LINE));
      if (measured !== null) {
        this._chunkHeights.set(chunk, height);
      }
      tops[chunk + 1] = (tops[chunk] ?? 0) + height;
    }
    return tops;
  }

  private _perByte(): number {
    const [rows, bytes] = this._known();
    return bytes > 0 ? (Math.max(rows, 1) * LINE) / bytes : LINE / 80;
  }

  /** Return the rows of what is or was read, wrapped as they are, and its bytes. */
  private _known(): [number, number] {
    let [rows, bytes] = [0, 0];
    for (let chunk = 0; chunk < this._doc.count; chunk++) {
      const count = this._doc.rowCount(chunk);
      if (count !== null) {
        rows += count;
        bytes += this._doc.bytes(chunk);
      }
    }
    return [rows, bytes];
  }

  private _measured(chunk: number): IMeasured | null {
    const rows = this._doc.rows(chunk);
    if (rows === null) {
      this._chunks.delete(chunk);
      return null;
    }
    const known = this._chunks.get(chunk);
    if (known?.rows === rows && known.count === rows.length && known.version === this._version) {
      return known;
    }
    const measured = {
      rows,
      tops: this._isEven(chunk) ? null : this._rowTops(chunk, rows),
      count: rows.length,
      version: this._version
    };
    this._chunks.set(chunk, measured);
    return measured;
  }

  private _isEven(chunk: number): boolean {
    if (this._isWrapped) {
      return false;
    }
    const prefix = `${chunk}:`;
    return ![...this._whole].some(name => name.startsWith(prefix));
  }

  private _rowTops(chunk: number, rows: readonly LogRow[]): Float64Array {
    const tops = new Float64Array(rows.length + 1);
    for (const [row, content] of rows.entries()) {
      tops[row + 1] = (tops[row] ?? 0) + this._heightOf(chunk, row, content);
    }
    return tops;
  }

  private _heightOf(chunk: number, row: number, content: LogRow): number {
    const name = key(chunk, row);
    const isWhole = this._whole.has(name);
    if (isGap(content) || (!this._isWrapped && !isWhole)) {
      return LINE;
    }
    const length = plainOf(content).length;
    const shown = isWhole ? length : Math.min(length, CUT);
    return this._heights.get(name) ?? Math.max(Math.ceil(shown / Math.max(this._columns, 1)), 1) * LINE;
  }

  private _forget(): void {
    this._heights.clear();
    this._chunkHeights.clear();
    this._version += 1;
    this._isStale = true;
  }

  private readonly _chunks = new Map<number, IMeasured>();
  private readonly _chunkHeights = new Map<number, number>();
  private readonly _heights = new Map<string, number>();
  private readonly _whole = new Set<string>();
  private _chunkTops: Float64Array = new Float64Array(1);
  private _isStale = true;
  private _version = 0;
  private _widest = 0;
  private _columns = 80;
  private _isWrapped = false;
}

/** Say whether the height of a wrapped row is known without looking at it. */
export function isEven(row: LogRow): boolean {
  return !isGap(row) && row.length <= CUT && EVEN.test(plainOf(row));
}

function topIn(measured: IMeasured, row: number): number {
  return measured.tops === null ? row * LINE : (measured.tops[row] ?? 0);
}

function rowAt(measured: IMeasured, past: number): number {
  return measured.tops === null
    ? Math.min(Math.floor(past / LINE), measured.count - 1)
    : lastUpTo(measured.tops, past, measured.count);
}

/** Return the last of the first `count` values that is not above `value`. */
function lastUpTo(values: Float64Array, value: number, count: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

function key(chunk: number, row: number): string {
  return `${chunk}:${row}`;
}
