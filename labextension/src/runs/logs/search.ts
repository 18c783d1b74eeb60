/**
 * What is searched for in a log: by the server, over all of it.
 */

import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isAborted, sentence } from '../../client';
import type { IMatches } from '../../wire';

/** Where the log holds what was searched for. */
export interface IHit {
  /** Where it begins. */
  readonly offset: number;
  /** Where its line begins. */
  readonly line: number;
}

/** Matches that are counted; there may be more. */
export const MOST_HITS = 20_000;

const PAGE = 1000;
const BACKWARDS = 1 << 20;

/** Asks the server for matches from an offset on. */
export type AskMatches = (
  text: string,
  isCased: boolean,
  offset: number,
  limit: number,
  signal: AbortSignal
) => Promise<IMatches>;

/** One search at a time. */
export class LogSearch {
  constructor(private readonly _ask: AskMatches) {}

  /** Hits, the one that is shown, or whether it goes on, are new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What is searched for; empty if nothing is. */
  get text(): string {
    return this._text;
  }

  get isCased(): boolean {
    return this._isCased;
  }

  /** How many matches were counted. */
  get count(): number {
    return this._hits.length;
  }

  /** Whether there are no others than those that were counted. */
  get isComplete(): boolean {
    return this._isComplete;
  }

  get isBusy(): boolean {
    return this._isBusy;
  }

  /** Why it could not be searched; empty if it could. */
  get problem(): string {
    return this._problem;
  }

  /** The match that is shown. */
  get current(): IHit | null {
    return this._current;
  }

  /** The number of the match that is shown, from 1; 0 if it is not among those that were counted. */
  get place(): number {
    const current = this._current;
    if (current === null) {
      return 0;
    }
    const at = this._firstFrom(current.offset);
    return this._hits[at]?.offset === current.offset ? at + 1 : 0;
  }

  /** Return which of the matches in its line the one is that is shown, from 0. */
  get placeInLine(): number {
    const current = this._current;
    if (current === null) {
      return 0;
    }
    return Math.max(this._firstFrom(current.offset) - this._firstOfLine(current.line), 0);
  }

  dispose(): void {
    this._turn.abort();
    Signal.clearData(this);
  }

  /** Search for something else. */
  async start(text: string, isCased: boolean): Promise<void> {
    this._turn.abort();
    this._turn = new AbortController();
    this._text = text;
    this._isCased = isCased;
    this._hits = [];
    this._current = null;
    this._end = 0;
    this._problem = '';
    this._isComplete = text === '';
    await this._count();
  }

  /** Search what was printed meanwhile. */
  async goOn(): Promise<void> {
    if (this._text && this._isComplete && !this._isBusy) {
      this._isComplete = false;
      await this._count();
    }
  }

  /** Show the first match from an offset on, or else the last before it; null if there is none. */
  async near(offset: number): Promise<IHit | null> {
    return this._find(async () => (await this._from(offset)) ?? (await this._before(offset)));
  }

  /** Show the next match; behind the last comes the first. */
  async next(offset: number): Promise<IHit | null> {
    return this._find(async () => {
      const from = this._current === null ? offset : this._current.offset + 1;
      return (await this._from(from)) ?? (await this._from(0));
    });
  }

  /** Show the match before; before the first comes the last. */
  async previous(offset: number): Promise<IHit | null> {
    return this._find(async () => {
      const until = this._current?.offset ?? offset;
      return (await this._before(until)) ?? (await this._before(Number.MAX_SAFE_INTEGER));
    });
  }

  private async _count(): Promise<void> {
    this._counting = this._countOn();
    await this._counting;
  }

  private async _countOn(): Promise<void> {
    const { signal } = this._turn;
    this._isBusy = true;
    this._changed.emit();
    try {
      while (!this._isComplete && this._hits.length < MOST_HITS) {
        const found = await this._ask(this._text, this._isCased, this._end, PAGE, signal);
        if (signal.aborted) {
          return;
        }
        this._take(found);
        this._changed.emit();
      }
    } catch (error) {
      if (isAborted(error)) {
        return;
      }
      this._problem = sentence(error);
    }
    if (!signal.aborted) {
      this._isBusy = false;
      this._changed.emit();
    }
  }

  private _take({ matches, end, done }: IMatches): void {
    this._hits.push(...matches.map(({ offset, line }) => ({ offset, line })));
    this._end = end;
    this._isComplete = done;
    this._size = Math.max(this._size, end);
  }

  /** Do one move after the other: each begins where the one before has led. */
  private async _find(find: () => Promise<IHit | null>): Promise<IHit | null> {
    const { signal } = this._turn;
    this._moving = this._moving.then(() =>
      this._text && !signal.aborted ? this._moved(find, signal) : null
    );
    return this._moving;
  }

  private async _moved(find: () => Promise<IHit | null>, signal: AbortSignal): Promise<IHit | null> {
    try {
      const hit = await find();
      if (signal.aborted) {
        return null;
      }
      this._current = hit;
      this._changed.emit();
      return hit;
    } catch (error) {
      if (!isAborted(error)) {
        this._problem = sentence(error);
        this._changed.emit();
      }
      return null;
    }
  }

  private async _from(offset: number): Promise<IHit | null> {
    const counted = this._hits[this._firstFrom(offset)];
    if (counted !== undefined || (this._isComplete && offset <= this._end)) {
      return counted ?? null;
    }
    const from = Math.max(offset, this._end);
    const found = await this._ask(this._text, this._isCased, from, 1, this._turn.signal);
    this._size = Math.max(this._size, found.size);
    return found.matches[0] ?? null;
  }

  private async _before(offset: number): Promise<IHit | null> {
    let high = Math.min(offset, this._isComplete ? offset : await this._whole());
    for (let step = BACKWARDS; !this._isComplete && high > this._end; step *= 2) {
      const low = Math.max(high - step, this._end);
      const hit = await this._lastWithin(low, high);
      if (hit !== null) {
        return hit;
      }
      high = low;
      // What is not near is likely rare, and then all of it is counted soon.
      await this._counting;
    }
    return this._hits[this._firstFrom(high) - 1] ?? null;
  }

  private async _lastWithin(low: number, high: number): Promise<IHit | null> {
    let last: IHit | null = null;
    for (let from = low; from < high;) {
      const found = await this._ask(this._text, this._isCased, from, PAGE, this._turn.signal);
      const before = found.matches.filter(match => match.offset < high);
      last = before[before.length - 1] ?? last;
      if (before.length < found.matches.length || found.done || found.matches.length === 0) {
        break;
      }
      from = found.end;
    }
    return last;
  }

  /** Return how many bytes the log has. */
  private async _whole(): Promise<number> {
    const found = await this._ask(
      this._text,
      this._isCased,
      Math.max(this._size - 1, 0),
      1,
      this._turn.signal
    );
    return found.size;
  }

  private _firstFrom(offset: number): number {
    return first(this._hits, hit => hit.offset >= offset);
  }

  private _firstOfLine(line: number): number {
    return first(this._hits, hit => hit.line >= line);
  }

  private readonly _changed = new Signal<this, void>(this);
  private _turn = new AbortController();
  private _moving: Promise<IHit | null> = Promise.resolve(null);
  private _counting: Promise<void> = Promise.resolve();
  private _hits: IHit[] = [];
  private _current: IHit | null = null;
  private _text = '';
  private _isCased = false;
  private _isComplete = true;
  private _isBusy = false;
  private _problem = '';
  private _end = 0;
  private _size = 0;
}

/** Return where the first is, of those that are sorted, for which something is true. */
function first<T>(sorted: readonly T[], is: (item: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = sorted[middle];
    if (item !== undefined && is(item)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** Return where a line without sequences holds a text, as the server finds it. */
export function placesOf(line: string, text: string, isCased: boolean): number[] {
  if (!text) {
    return [];
  }
  const hay = isCased ? line : lowered(line);
  const needle = isCased ? text : lowered(text);
  const places: number[] = [];
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length)) {
    places.push(at);
  }
  return places;
}

/** The server folds the letters of ASCII only; that keeps every place where it is. */
function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase());
}
