/**
 * A log as the server gives it in parts: what `services/logparts.py` does, on bytes in memory.
 */

import type { ILogPart, IMatches, ISearchQuery } from '../../../src/wire';

const RECORD = 0x1e;
const FEED = 0x0a;
const ESCAPE = 0x1b;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

export class ServedLog {
  /** Parts that were asked for. */
  asked = 0;
  isEnded = false;
  latest = 1;
  isDown = false;

  constructor(
    text = '',
    /** Where a hole begins, and where it ends. */
    private readonly _hole: readonly [number, number] = [0, 0]
  ) {
    this.print(text);
  }

  get size(): number {
    return this._bytes.length;
  }

  print(text: string): void {
    this._bytes = Uint8Array.from([...this._bytes, ...encoder.encode(text)]);
  }

  offsetOf(text: string): number {
    return find(this._bytes, encoder.encode(text), 0);
  }

  read = (offset: number, limit: number): Promise<ILogPart> => {
    if (this.isDown) {
      return Promise.reject(new Error('The server is down.'));
    }
    this.asked += 1;
    return Promise.resolve(this._part(offset, limit));
  };

  search = (query: ISearchQuery): Promise<IMatches> => {
    const needle = encoder.encode(query.text);
    const matches = [];
    let at = find(this._bytes, needle, query.offset ?? 0);
    for (; at >= 0; at = find(this._bytes, needle, at + needle.length)) {
      matches.push({
        offset: at,
        line: at === 0 ? 0 : this._bytes.lastIndexOf(FEED, at - 1) + 1,
        text: query.text
      });
      if (matches.length >= (query.limit ?? 100)) {
        return Promise.resolve({ matches, end: at + needle.length, size: this.size, done: false });
      }
    }
    return Promise.resolve({ matches, end: this.size, size: this.size, done: true });
  };

  private _part(offset: number, limit: number): ILogPart {
    const [from, to] = this._hole;
    let asked = Math.min(offset, this.size);
    const isIn = to > from && asked >= from && asked <= to;
    asked = isIn ? to : asked;
    const after = asked < from ? from : this.size;
    let stop = Math.min(asked + limit, after);
    const start = isIn ? this._bytes.indexOf(FEED, asked) + 1 : this._aligned(asked);
    const feed = this._bytes.lastIndexOf(FEED, stop - 1);
    if (this._bytes.lastIndexOf(RECORD, stop - 1) > Math.max(feed, start - 1)) {
      stop = this._bytes.indexOf(FEED, stop) + 1 || stop;
    }
    const isOver = this.isEnded && stop >= this.size;
    const end = isOver ? stop : Math.max(this._begun(stop), start);
    return {
      rank: 0,
      attempt: 1,
      start,
      end,
      size: this.size,
      text: shown(decoder.decode(this._bytes.subarray(start, end))),
      style: styleAfter(decoder.decode(this._bytes.subarray(Math.max(0, asked - 65536), start))),
      missing: isIn ? to - from : 0,
      ended: this.isEnded && end >= this.size,
      latest: this.latest
    };
  }

  /** Return an offset moved behind the record, the sequence or the character that it is in. */
  private _aligned(at: number): number {
    const feed = at > 0 ? this._bytes.lastIndexOf(FEED, at - 1) : -1;
    if (at > 0 && this._bytes.lastIndexOf(RECORD, at - 1) > feed) {
      return this._bytes.indexOf(FEED, at) + 1;
    }
    const begun = this._begun(at);
    if (begun === at) {
      return at;
    }
    let end = at;
    const isSequence = this._bytes[begun] === ESCAPE;
    while (end < this.size && (isSequence ? !isLetter(this._bytes[end - 1]) : isInside(this._bytes[end]))) {
      end += 1;
    }
    return end;
  }

  /** Return an offset moved before the sequence or the character that goes over it. */
  private _begun(at: number): number {
    const escape = at > 0 ? this._bytes.lastIndexOf(ESCAPE, at - 1) : -1;
    const begun = escape >= 0 ? decoder.decode(this._bytes.subarray(escape, at)) : '';
    // eslint-disable-next-line no-control-regex
    if (/^\x1b(?:\[[0-9;]*)?$/.test(begun)) {
      return escape;
    }
    let back = at;
    while (back > 0 && back < this.size && isInside(this._bytes[back])) {
      back -= 1;
    }
    return back;
  }

  private _bytes = new Uint8Array();
}

function isLetter(byte: number | undefined): boolean {
  return byte === 0x6d || byte === 0x4b;
}

function isInside(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function shown(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\x1e[^\n]*(?:\n|$)/g, '');
}

function styleAfter(text: string): string {
  let style: string[] = [];
  // eslint-disable-next-line no-control-regex
  for (const [sequence, numbers] of text.matchAll(/\x1b\[([0-9;]*)m/g)) {
    style = numbers === '' || numbers === '0' ? [] : [...style, sequence];
  }
  return style.slice(-4).join('');
}

function find(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const [first = 0] = needle;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (needle.every((byte, index) => bytes[at + index] === byte)) {
      return at;
    }
  }
  return -1;
}
