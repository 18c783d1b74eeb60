/**
 * A log in chunks of whole lines, each of which can be read and forgotten without the others.
 *
 * A line belongs to the chunk in whose bytes it begins. Where one goes on far into the next chunk it is cut at the
 * border, and where it is a progress bar, whose next state takes the place of this one, it is left to the next chunk.
 * Both neighbours of a border decide that by the same question to the server, so that nothing is shown twice and nothing
 * is left out.
 */

import type { ILogPart } from '../../wire';
import { Screen } from './terminal';

/** Bytes of a chunk. */
export const CHUNK = 256 << 10;

/** Bytes of a line that are still read behind the border of its chunk. */
export const REST = 32 << 10;

/** Bytes that the last chunk has at least, if the log has them. */
const SHORTEST_TAIL = 64 << 10;

const LONGEST_SEQUENCE = 512;

/** The server gives no less. */
const LEAST = 1 << 10;

/** Bytes that were cut out of the log, as a row. */
export interface IGap {
  readonly missing: number;
}

/** A line with its colour sequences, or what stands for lines that are gone. */
export type LogRow = string | IGap;

/** Asks for a part of the log. */
export type ReadLog = (offset: number, limit: number, signal?: AbortSignal) => Promise<ILogPart>;

/** Return where the bytes of a chunk begin: at the line feed before its first line. */
export function beginOf(index: number): number {
  return index === 0 ? 0 : index * CHUNK - 1;
}

/** Return the number of the chunk to which a line belongs that begins at `offset`. */
export function chunkAt(offset: number): number {
  return Math.floor(offset / CHUNK);
}

/** Return the number of the last chunk, the one that grows, of a log of that many bytes. */
export function tailOf(size: number): number {
  return Math.max(chunkAt(size - SHORTEST_TAIL), 0);
}

/** Rows of a part of a log. */
export class Chunk {
  constructor(
    readonly index: number,
    /** Offset behind what was read. */
    public end = beginOf(index)
  ) {}

  /** Whether all of its bytes are missing. */
  isGone = false;

  /** How many line feeds at its begin belong to the chunk before. */
  headFeeds = 0;

  /** The rows; the same list at each call. */
  rows(): readonly LogRow[] {
    if (!this._isDirty) {
      return this._rows;
    }
    this._isDirty = false;
    const lines = this._screen.lines();
    this._rows.length = Math.min(this._rows.length, this._base + lines.length);
    for (let at = this._fresh(lines); at < lines.length; at++) {
      this._rows[this._base + at] = lines[at] ?? '';
    }
    return this._rows;
  }

  /** Return the row of a line, which is counted from 0 by line feeds. */
  rowOf(line: number): number {
    const past = line - this._endsBefore.length;
    if (past < 0) {
      return this._endsBefore[line] ?? 0;
    }
    const ends = this._screen.ends;
    const at = past < ends.length ? ends[past] : this._screen.lines().length - 1;
    return this._base + Math.max(at ?? 0, 0);
  }

  /** How many line feeds there are. */
  get feeds(): number {
    return this._endsBefore.length + this._screen.ends.length;
  }

  /** Begin with a text of which `head` characters belong to the chunk before. */
  begin(part: ILogPart, head: number): void {
    this.headFeeds = part.text.slice(0, head).split('\n').length - 1;
    this._screen = new Screen(part.style, true);
    this._screen.pass(part.text.slice(0, head));
    this._take(part.text.slice(head), part.end);
  }

  /** Take what follows. */
  add(part: ILogPart): void {
    if (part.missing > 0) {
      this._cut(part);
    }
    this._take(part.text, part.end);
  }

  /** Take the rest of a line that ends behind the border. */
  finish(text: string): void {
    this._take(text, this.end);
  }

  /** Leave the last line to the chunk that follows. */
  leave(): void {
    this._take('\r\x1b[2K', this.end);
  }

  /** Put a mark where bytes are missing; what follows begins anew. */
  private _cut(part: ILogPart): void {
    this.rows();
    this._endsBefore.push(...this._screen.ends.map(row => row + this._base));
    this._rows.push({ missing: part.missing });
    this._base = this._rows.length;
    this._screen = new Screen(part.style, true);
    this._known = 0;
  }

  private _take(text: string, end: number): void {
    this._screen.feed(text);
    this.end = end;
    this._isDirty = true;
  }

  /** Return the first line that may differ from what is known: the cursor could go back to it. */
  private _fresh(lines: readonly string[]): number {
    const at = Math.max(Math.min(this._known, lines.length) - FAR, 0);
    this._known = lines.length;
    return at;
  }

  private _screen = new Screen('', true);
  private readonly _rows: LogRow[] = [];
  private readonly _endsBefore: number[] = [];
  private _base = 0;
  private _known = 0;
  private _isDirty = false;
}

/** More lines than the cursor can go back. */
const FAR = 500;

/**
 * Read a chunk that is not the last.
 *
 * Args:
 *   index: Which.
 *   read: Asks the server; an error of it goes through.
 */
export async function readChunk(index: number, read: ReadLog, signal?: AbortSignal): Promise<Chunk> {
  const border = beginOf(index + 1);
  const [chunk, first] = index === 0 ? [new Chunk(0), null] : await readFirst(index, read, signal);
  if (first !== null && first.start >= border) {
    const empty = new Chunk(index, border);
    empty.isGone = first.missing > 0;
    if (!empty.isGone) {
      await readRest(empty, border, read, signal);
    }
    return empty;
  }
  // A character or a sequence that begins right before the border ends behind it.
  while (chunk.end < border - LONGEST_SEQUENCE) {
    const part = await readUpTo(border, chunk.end, read, signal);
    if (part.start >= border && part.missing > 0) {
      chunk.add({ ...part, text: '', end: border });
      return chunk;
    }
    if (part.start >= border || part.end <= chunk.end) {
      break;
    }
    chunk.add(part);
  }
  await readRest(chunk, border, read, signal);
  return chunk;
}

/** Read the last chunk, to the end of the log as it is now. */
export async function readTail(
  size: number,
  read: ReadLog,
  signal?: AbortSignal
): Promise<{ chunk: Chunk; part: ILogPart }> {
  const index = tailOf(size);
  let part: ILogPart;
  let chunk: Chunk;
  if (index === 0) {
    chunk = new Chunk(0);
    part = await read(0, CHUNK, signal);
    chunk.add(part);
  } else {
    [chunk, part] = await readFirst(index, read, signal);
  }
  while (part.end < part.size && part.end < size + CHUNK) {
    const before = chunk.end;
    part = await read(chunk.end, CHUNK, signal);
    chunk.add(part);
    if (chunk.end <= before) {
      break;
    }
  }
  return { chunk, part };
}

/** Read from an offset to a border, and no further where bytes are missing between them. */
async function readUpTo(
  border: number,
  offset: number,
  read: ReadLog,
  signal?: AbortSignal
): Promise<ILogPart> {
  const part = await read(offset, Math.max(border - offset, LEAST), signal);
  const first = offset + part.missing;
  return part.missing > 0 && part.end > border && first < border
    ? read(offset, Math.max(border - first, LEAST), signal)
    : part;
}

async function readFirst(index: number, read: ReadLog, signal?: AbortSignal): Promise<[Chunk, ILogPart]> {
  const part = await read(beginOf(index), REST, signal);
  const chunk = new Chunk(index);
  const head = part.missing > 0 ? 0 : headOf(part);
  chunk.begin(part, head);
  return [chunk, part];
}

/** Let the chunk have what belongs to its last line, or know of the gap that begins at its border. */
async function readRest(chunk: Chunk, border: number, read: ReadLog, signal?: AbortSignal): Promise<void> {
  const part = await read(border, REST, signal);
  if (part.missing > 0) {
    chunk.add({ ...part, text: '', end: border });
    return;
  }
  if (isBar(part.text)) {
    chunk.leave();
    return;
  }
  const head = headOf(part);
  if (head > 0) {
    const cut = chunk.end < part.start ? await readCut(chunk.end, read, signal) : '';
    chunk.finish(cut + part.text.slice(0, head));
  }
}

/** Return the character or the sequence over which a border goes. */
async function readCut(offset: number, read: ReadLog, signal?: AbortSignal): Promise<string> {
  const { text } = await read(offset, LEAST, signal);
  // eslint-disable-next-line no-control-regex
  const sequence = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|[ -/]*[0-~])/.exec(
    text
  );
  return sequence?.[0] ?? String.fromCodePoint(text.codePointAt(0) ?? 0x20);
}

/** Return how many characters belong to a line that began before: none if its end is not near. */
function headOf({ text, start, end, size }: ILogPart): number {
  if (isBar(text)) {
    return text.indexOf('\r');
  }
  // Where bytes are missing soon there is less than was asked for.
  const isCutOff = end < size && end - start < REST - 2 * LONGEST_SEQUENCE;
  return text.indexOf('\n') + 1 || (isCutOff ? text.length : 0);
}

/** Say whether a line goes on for long, and begins anew meanwhile. */
function isBar(text: string): boolean {
  return !text.includes('\n') && text.includes('\r');
}
