/**
 * A list of which only what is looked at is read: with 10,000 rows as fast as with ten.
 */

import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isAborted } from '../client';
import type { Changed, IClock, IFeed } from '../events';
import { Pace } from '../pace';
import type { State } from '../wire';
import type { IRowList, ListStatus } from './tokens';

/** So many rows are read at once. */
export const PAGE = 100;

/** The whole of what is looked at is read again at most that often, in milliseconds. */
const INTERVAL = 1000;

/** So many rows that changed are read one by one; more of them by the page. */
const FEW = 4;

/** What a row must have to stand in a list. */
export interface IRow {
  readonly id: string;
  readonly state: State;
  readonly archived: boolean;
}

/** What a list asks with. */
export interface IQuery {
  where?: string;
  limit?: number;
  offset?: number;
}

/** A page as the server gives it. */
export interface IRows<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly states: Readonly<Partial<Record<State, number>>>;
}

/** Where the rows of a list come from. */
export interface ISource<Row, Query> {
  page(query: Query, signal: AbortSignal): Promise<IRows<Row>>;
  /** Read one row that is known to have changed. */
  one(id: string): Promise<Row>;
  /** What of this noun has changed. */
  readonly changed: ISignal<IFeed, Changed>;
  /** Say whether a change of what has this id can matter to a list. */
  matters?(id: string, query: Query): boolean;
}

/** A list of one server's rows. */
export class RowList<Row extends IRow, Query extends IQuery> implements IRowList<Row, Query> {
  constructor(
    private readonly _source: ISource<Row, Query>,
    private readonly _feed: IFeed,
    private _query: Query,
    clock: IClock
  ) {
    this._clock = clock;
    this._pace = new Pace(() => this._read(), INTERVAL, clock);
    this._few = new Pace(() => this._readFew(), undefined, clock);
    this._source.changed.connect(this._onChanged, this);
    this._feed.connectionChanged.connect(this._emit, this);
  }

  get query(): Query {
    return this._query;
  }

  get status(): ListStatus {
    return this._status;
  }

  get problem(): Error | null {
    return this._problem;
  }

  get total(): number {
    return this._total;
  }

  get states(): Readonly<Partial<Record<State, number>>> {
    return this._states;
  }

  get asOf(): number {
    return this._asOf;
  }

  get changed(): ISignal<IRowList<Row, Query>, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._pace.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._asking?.abort();
      this._pace.dispose();
      this._few.dispose();
      Signal.clearData(this);
    }
  }

  row(at: number): Row | undefined {
    return this._rows.get(at);
  }

  find(id: string): number {
    for (const [at, row] of this._rows) {
      if (row.id === id) {
        return at;
      }
    }
    return -1;
  }

  show(first: number, last: number): void {
    this._first = Math.max(first, 0);
    this._last = last;
    if (this._missing().length > 0 && this._lookers > 0) {
      void this._pace.now();
    }
  }

  ask(query: Query): void {
    this._query = query;
    this._asking?.abort();
    this._isOther = true;
    this._first = 0;
    this._last = 0;
    this._status = this._rows.size > 0 ? this._status : 'loading';
    void this._pace.now();
  }

  look(): IDisposable {
    this._lookers += 1;
    if (this._isStale) {
      this._pace.ask();
    }
    return new DisposableDelegate(() => {
      this._lookers -= 1;
    });
  }

  async refresh(): Promise<void> {
    this._isStale = true;
    await this._pace.now();
  }

  /** Read the pages that are looked at: all of them if something has changed, else those that are missing. */
  private async _read(): Promise<void> {
    const asking = new AbortController();
    this._asking = asking;
    const isWhole = this._isStale || this._isOther;
    const pages = isWhole ? this._pages() : this._missing();
    this._isStale = false;
    try {
      const answers: [number, IRows<Row>][] = [];
      for (const page of pages) {
        const query = { ...this._query, limit: PAGE, offset: page * PAGE };
        answers.push([page, await this._source.page(query, asking.signal)]);
      }
      asking.signal.throwIfAborted();
      this._take(answers, isWhole);
    } catch (error) {
      this._isStale = true;
      if (asking.signal.aborted) {
        return;
      }
      this._fail(error);
    }
    this._emit();
  }

  private _take(answers: readonly [number, IRows<Row>][], isWhole: boolean): void {
    const total = answers[answers.length - 1]?.[1].total ?? this._total;
    if (isWhole || total !== this._total) {
      this._rows.clear();
    }
    for (const [page, answer] of answers) {
      answer.rows.forEach((row, at) => this._rows.set(page * PAGE + at, row));
      this._states = answer.states;
    }
    this._total = total;
    this._isOther = false;
    this._status = 'ready';
    this._problem = null;
    this._asOf = this._clock.now() / 1000;
  }

  private _fail(error: unknown): void {
    this._problem = error instanceof Error ? error : new Error(String(error));
    if (this._rows.size === 0 || this._isOther) {
      this._rows.clear();
      this._total = 0;
      this._status = 'failed';
    }
  }

  private async _readFew(): Promise<void> {
    const ids = [...this._changedIds];
    this._changedIds.clear();
    let isReordered = false;
    for (const id of ids) {
      try {
        const row = await this._source.one(id);
        const at = this.find(id);
        isReordered ||= isElsewhere(this._rows.get(at), row);
        if (at >= 0) {
          this._rows.set(at, row);
        }
      } catch (error) {
        // It was deleted, or nobody answers: reading the list says which.
        isReordered ||= !isAborted(error);
      }
    }
    if (isReordered) {
      this._isStale = true;
      this._pace.ask();
    }
    this._emit();
  }

  private _onChanged(_: IFeed, changed: Changed): void {
    const ids = changed === 'all' ? [] : [...changed].filter(id => this._matters(id));
    if (changed !== 'all' && ids.length === 0) {
      return;
    }
    if (this._lookers === 0) {
      this._isStale = true;
    } else if (changed === 'all' || ids.length > FEW || ids.some(id => this._isUnsure(id))) {
      this._isStale = true;
      this._pace.ask();
    } else {
      ids.forEach(id => this._changedIds.add(id));
      this._few.ask();
    }
  }

  private _matters(id: string): boolean {
    return this._source.matters?.(id, this._query) ?? true;
  }

  /** Say whether a row may have come to the list, or may leave it, which only the server can say. */
  private _isUnsure(id: string): boolean {
    return Boolean(this._query.where) || this.find(id) < 0;
  }

  private _emit(): void {
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private _pages(): number[] {
    const first = Math.floor(this._first / PAGE);
    const last = Math.floor(Math.max(this._last, this._first) / PAGE);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  }

  private _missing(): number[] {
    return this._pages().filter(
      page => page * PAGE < Math.max(this._total, 1) && !this._rows.has(page * PAGE)
    );
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _clock: IClock;
  private readonly _pace: Pace;
  private readonly _few: Pace;
  private readonly _rows = new Map<number, Row>();
  private readonly _changedIds = new Set<string>();
  private _status: ListStatus = 'loading';
  private _problem: Error | null = null;
  private _total = 0;
  private _states: Readonly<Partial<Record<State, number>>> = {};
  private _asOf = 0;
  private _first = 0;
  private _last = 0;
  private _lookers = 0;
  private _isStale = true;
  private _isOther = false;
  private _asking: AbortController | null = null;
}

/** Say whether a row may no longer stand where it stood. */
function isElsewhere(before: IRow | undefined, now: IRow): boolean {
  return before?.state !== now.state || before.archived !== now.archived;
}
