/**
 * One rank's log of one attempt, of which little is in memory however long it is, and which grows while it is watched.
 */

import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isAborted, Unreachable } from '../../client';
import { CLOCK } from '../../events';
import type { IClock } from '../../events';
import type { IProblem } from '../../host';
import type { ILogPart } from '../../wire';
import { problemOf } from '../../nouns/model';
import { beginOf, CHUNK, chunkAt, readChunk, readTail, tailOf } from './chunks';
import type { Chunk, IGap, LogRow, ReadLog } from './chunks';

/** Chunks that are kept besides the last. */
export const MOST_CHUNKS = 24;

/** A log of so many chunks is read as a whole, so that its lines have numbers. */
const COUNTED_CHUNKS = 16;

/** Bytes that the last chunk may have before it is split. */
const LONGEST_TAIL = 2 * CHUNK + (64 << 10);

const AT_ONCE = 2;

/** Seconds that the server waits for more before it answers that there is nothing. */
const WAIT = 20;

/** Milliseconds between two looks for more: of who follows, and of who reads further up. */
export const LOOKS = { followed: 100, passing: 1000 } as const;

/** Milliseconds before it is tried again, first and at most. */
const RETRIES = [1000, 10_000] as const;

/** Asks the server for a part of the log, waiting for it so many seconds. */
export type AskLog = (offset: number, limit: number, wait: number, signal: AbortSignal) => Promise<ILogPart>;

/** The log. Reading begins when somebody watches. */
export class LogDocument implements IDisposable {
  constructor(
    private readonly _ask: AskLog,
    private readonly _clock: IClock = CLOCK
  ) {
    this._read = (offset, limit, signal) => this._ask(offset, limit, 0, signal ?? this._life.signal);
  }

  /** Rows, size or problem are new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Why it cannot be read now; null if it can. */
  get problem(): IProblem | null {
    return this._problem;
  }

  /** Whether anything is known. */
  get isOpen(): boolean {
    return this._tail !== null;
  }

  /** Bytes that the log has. */
  get size(): number {
    return Math.max(this._part?.size ?? 0, this._tail?.end ?? 0);
  }

  /** Whether nothing will follow. */
  get isEnded(): boolean {
    return this._part?.ended ?? false;
  }

  /** The run's last attempt; 0 while unknown. */
  get latest(): number {
    return this._part?.latest ?? 0;
  }

  /** How many chunks there are. */
  get count(): number {
    return this._tail === null ? 0 : this._tail.index + 1;
  }

  get isDisposed(): boolean {
    return this._life.signal.aborted;
  }

  dispose(): void {
    this._life.abort();
    this._wake?.();
    this._chunks.clear();
    Signal.clearData(this);
  }

  /** Return the rows of a chunk; null while they are not read. */
  rows(index: number): readonly LogRow[] | null {
    return this._chunk(index)?.rows() ?? null;
  }

  /** Return how many rows a chunk has or had when it was read; null if it never was. */
  rowCount(index: number): number | null {
    return this._chunk(index)?.rows().length ?? this._rowCounts.get(index) ?? null;
  }

  /** Return how many bytes of the log a chunk stands for. */
  bytes(index: number): number {
    if (this._gone.has(index)) {
      return 0;
    }
    const end = index === this._tail?.index ? this.size : beginOf(index + 1);
    return Math.max(end - beginOf(index), 0);
  }

  /** Return the chunk of a line that begins at `offset`. */
  chunkAt(offset: number): number {
    return Math.min(chunkAt(offset), Math.max(this.count - 1, 0));
  }

  /** Say which chunks are looked at, the most urgent first. */
  want(indices: readonly number[]): void {
    this._wanted = indices;
    this._touch(indices);
    this._fill();
  }

  /** Return a chunk's rows, read if they must be; fails as the client does. */
  async load(index: number, signal?: AbortSignal): Promise<readonly LogRow[]> {
    const chunk = this._chunk(index) ?? (await this._load(index, signal));
    return chunk.rows();
  }

  /**
   * Return the row of a line that begins at `offset`, in the chunk of `chunkAt`.
   *
   * The offset of a line is known to the server only: what it leaves out is not in the text. So it is asked how many
   * lines there are before, or behind where that is too little to ask for.
   */
  async rowAt(offset: number, signal?: AbortSignal): Promise<number> {
    const index = this.chunkAt(offset);
    const chunk = this._chunk(index) ?? (await this._load(index, signal));
    const begin = beginOf(index);
    const isNear = offset - begin < 1024;
    const feeds = isNear
      ? chunk.feeds - (await this._feeds(offset, this._borderOf(chunk), signal))
      : (await this._feeds(begin, offset, signal)) - chunk.headFeeds;
    return chunk.rowOf(Math.max(isNear && this._tail !== chunk ? feeds - 1 : feeds, 0));
  }

  /** Read, and take what comes, until what is returned is disposed. */
  watch(): IDisposable {
    this._watchers += 1;
    if (this._watchers === 1) {
      this._begin();
    }
    return new DisposableDelegate(() => {
      this._watchers -= 1;
      if (this._watchers === 0) {
        this._turn?.abort();
        this._wake?.();
      }
    });
  }

  /** Whether somebody follows the end: it is looked for more often then. */
  set isFollowed(isFollowed: boolean) {
    if (this._isFollowed !== isFollowed) {
      this._isFollowed = isFollowed;
      this._wake?.();
    }
  }

  /** The server can be heard, or no longer. */
  hear(isOnline: boolean): void {
    if (!isOnline) {
      this._fail(new Unreachable());
    } else if (this._problem?.kind === 'offline') {
      this.retry();
    }
  }

  /** Try again now. */
  retry(): void {
    this._failures = 0;
    this._problem = null;
    if (this._watchers > 0) {
      // A question that nobody answers any more may still be open.
      this._turn?.abort();
      this._wake?.();
      this._begin();
    }
    this._fill();
    this._changed.emit();
  }

  private _begin(): void {
    this._turn = new AbortController();
    void this._pump(this._turn.signal);
  }

  private async _pump(signal: AbortSignal): Promise<void> {
    // The watcher before may still be on its way out.
    await this._pumping;
    this._pumping = (async () => {
      while (!signal.aborted && !this.isDisposed && !(this.isEnded && this.isOpen)) {
        await this._look(signal);
      }
    })();
    await this._pumping;
    this._fill();
  }

  private async _look(signal: AbortSignal): Promise<void> {
    const begin = this._clock.now();
    try {
      await (this._tail === null ? this._open(signal) : this._grow(this._tail, signal));
    } catch (error) {
      if (isAborted(error)) {
        return;
      }
      this._fail(error);
      await this._pause(Math.min(RETRIES[0] * 2 ** this._failures++, RETRIES[1]), signal);
      return;
    }
    this._failures = 0;
    if (this._problem !== null) {
      this._problem = null;
      this._fill();
      this._changed.emit();
    }
    const pause = this._isFollowed ? LOOKS.followed : LOOKS.passing;
    await this._pause(begin + pause - this._clock.now(), signal);
  }

  private async _open(signal: AbortSignal): Promise<void> {
    // An offset behind the end gives nothing but the size.
    const { size } = await this._ask(Number.MAX_SAFE_INTEGER, 1024, 0, signal);
    await this._readTail(size, signal);
  }

  private async _grow(tail: Chunk, signal: AbortSignal): Promise<void> {
    const part = await this._ask(tail.end, CHUNK, WAIT, signal);
    const isNew =
      part.end > tail.end || part.ended !== this._part?.ended || part.latest !== this._part.latest;
    if (part.size - part.end > 2 * CHUNK) {
      // It grows faster than it can be read: what was printed meanwhile is read by who scrolls to it.
      await this._readTail(part.size, signal);
      return;
    }
    this._part = part;
    if (isNew) {
      tail.add(part);
    }
    if (tail.end - beginOf(tail.index) > LONGEST_TAIL) {
      await this._split(tail, signal);
    }
    if (isNew) {
      this._changed.emit();
    }
  }

  private async _readTail(size: number, signal: AbortSignal): Promise<void> {
    const { chunk, part } = await readTail(size, this._within(signal), signal);
    this._part = part;
    this._setTail(chunk);
    this._changed.emit();
  }

  /** Let most of the last chunk be chunks like the others. */
  private async _split(tail: Chunk, signal: AbortSignal): Promise<void> {
    for (let index = tail.index; index < tailOf(tail.end); index++) {
      this._keep(await readChunk(index, this._within(signal), signal));
    }
    const { chunk, part } = await readTail(tail.end, this._within(signal), signal);
    this._part = part;
    this._setTail(chunk);
  }

  private _setTail(chunk: Chunk): void {
    this._tail = chunk;
    this._chunks.delete(chunk.index);
    this._rowCounts.delete(chunk.index);
  }

  private _within(signal: AbortSignal): ReadLog {
    return (offset, limit) => this._ask(offset, limit, 0, signal);
  }

  private _fill(): void {
    if (this.isDisposed || this._tail === null || this._problem !== null) {
      return;
    }
    for (const index of [...this._wanted, ...this._uncounted()]) {
      if (this._loading.size >= AT_ONCE) {
        return;
      }
      if (index >= 0 && index < this.count && !this._loading.has(index) && this._chunk(index) === null) {
        this._load(index).then(
          () => this._fill(),
          (error: unknown) => {
            if (!isAborted(error)) {
              this._fail(error);
            }
          }
        );
      }
    }
  }

  private _uncounted(): number[] {
    if (this.count > COUNTED_CHUNKS) {
      return [];
    }
    return Array.from({ length: this.count }, (_, index) => index).filter(
      index => this.rowCount(index) === null
    );
  }

  private async _load(index: number, signal?: AbortSignal): Promise<Chunk> {
    const loading = this._loading.get(index) ?? this._loadNew(index);
    this._loading.set(index, loading);
    const chunk = await loading;
    signal?.throwIfAborted();
    return chunk;
  }

  private async _loadNew(index: number): Promise<Chunk> {
    try {
      const chunk = await readChunk(index, this._read, this._life.signal);
      if (this._tail?.index !== index) {
        this._keep(chunk);
        this._changed.emit();
      }
      return chunk;
    } finally {
      this._loading.delete(index);
    }
  }

  private _keep(chunk: Chunk): void {
    this._chunks.set(chunk.index, chunk);
    this._rowCounts.set(chunk.index, chunk.rows().length);
    if (chunk.isGone) {
      this._gone.add(chunk.index);
    }
    this._touch(this._wanted);
    for (const index of this._chunks.keys()) {
      if (this._chunks.size <= MOST_CHUNKS) {
        break;
      }
      this._chunks.delete(index);
    }
  }

  private _chunk(index: number): Chunk | null {
    if (index === this._tail?.index) {
      return this._tail;
    }
    return this._chunks.get(index) ?? null;
  }

  /** Let chunks be the last to be forgotten. */
  private _touch(indices: readonly number[]): void {
    for (const index of [...indices].reverse()) {
      const chunk = this._chunks.get(index);
      if (chunk !== undefined) {
        // The order of a map is that of its insertions: the first is the one that nobody looked at for longest.
        this._chunks.delete(index);
        this._chunks.set(index, chunk);
      }
    }
  }

  private _borderOf(chunk: Chunk): number {
    return chunk === this._tail ? chunk.end : beginOf(chunk.index + 1);
  }

  /** Return how many line feeds are shown between two offsets. */
  private async _feeds(begin: number, end: number, signal?: AbortSignal): Promise<number> {
    let feeds = 0;
    let at = begin;
    while (at < end) {
      const part = await this._read(at, Math.max(end - at, 1024), signal);
      if (part.end <= at || part.start >= end) {
        break;
      }
      feeds += part.text.split('\n').length - 1;
      at = part.end;
    }
    return feeds;
  }

  private async _pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (milliseconds <= 0 || signal.aborted) {
      return;
    }
    await new Promise<void>(resolve => {
      const forget = this._clock.after(milliseconds, resolve);
      this._wake = () => {
        forget();
        resolve();
      };
    });
    this._wake = null;
  }

  private _fail(error: unknown): void {
    this._problem = problemOf(error);
    this._changed.emit();
  }

  private readonly _read: ReadLog;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _life = new AbortController();
  private readonly _chunks = new Map<number, Chunk>();
  private readonly _rowCounts = new Map<number, number>();
  private readonly _gone = new Set<number>();
  private readonly _loading = new Map<number, Promise<Chunk>>();
  private _tail: Chunk | null = null;
  private _part: ILogPart | null = null;
  private _problem: IProblem | null = null;
  private _wanted: readonly number[] = [];
  private _watchers = 0;
  private _turn: AbortController | null = null;
  private _pumping: Promise<void> = Promise.resolve();
  private _wake: (() => void) | null = null;
  private _isFollowed = false;
  private _failures = 0;
}

/** Say whether a row stands for lines that are gone. */
export function isGap(row: LogRow): row is IGap {
  return typeof row !== 'string';
}
