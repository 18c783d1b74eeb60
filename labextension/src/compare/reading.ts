/**
 * Runs beside each other, read when somebody looks and read again when one of them has changed.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isAborted, sentence, ServerSays, Unreachable } from '../client';
import type { Client } from '../client';
import { CLOCK } from '../events';
import type { Changed, Connection, IClock, IFeed } from '../events';
import type { IProblem } from '../host';
import { Pace } from '../pace';
import type { IComparison } from '../wire';
import { queryOf } from './question';
import type { IQuestion } from './question';

/** How often a comparison is read at most, in milliseconds. */
const INTERVAL = 500;

/** A comparison as the server has it. */
export class Reading implements IDisposable {
  constructor(
    private readonly _client: Client,
    private readonly _feed: IFeed,
    question: IQuestion,
    clock: IClock = CLOCK
  ) {
    this._question = question;
    this._pace = new Pace(() => this._read(), INTERVAL, clock);
    this._feed.changed.connect(this._onChanged, this);
    this._feed.connectionChanged.connect(this._onConnection, this);
  }

  /** The newest that is known; null while nothing is. */
  get comparison(): IComparison | null {
    return this._comparison;
  }

  get problem(): IProblem | null {
    return this._problem;
  }

  /** When it was read, in seconds since the epoch; 0 if it was not. */
  get asOf(): number {
    return this._asOf;
  }

  /** Comparison or problem are new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Compare others; what is shown stays until they are read. */
  ask(question: IQuestion): void {
    if (question !== this._question) {
      this._question = question;
      this._isStale = true;
      this._ask();
    }
  }

  /** Whether somebody looks. */
  get isShown(): boolean {
    return this._isShown;
  }

  /** Somebody looks, or nobody does any more. */
  show(isShown: boolean): void {
    this._isShown = isShown;
    this._ask();
  }

  /** Start from what somebody has read before. */
  begin(comparison: IComparison, asOf: number): void {
    if (this._asOf <= asOf) {
      this._comparison = comparison;
      this._asOf = asOf;
      this._changed.emit();
    }
  }

  /** Read it now. */
  async refresh(): Promise<void> {
    await this._pace.now();
  }

  get isDisposed(): boolean {
    return this._pace.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._pace.dispose();
      this._ending.abort();
      this._feed.changed.disconnect(this._onChanged, this);
      this._feed.connectionChanged.disconnect(this._onConnection, this);
      Signal.clearData(this);
    }
  }

  private _ask(): void {
    if (this._isShown && this._isStale) {
      this._pace.ask();
    }
  }

  private async _read(): Promise<void> {
    this._isStale = false;
    const question = this._question;
    try {
      const comparison = await this._client.compare(queryOf(question), this._ending.signal);
      if (question !== this._question) {
        return;
      }
      this._comparison = comparison;
      this._problem = null;
      this._asOf = Date.now() / 1000;
    } catch (error) {
      if (isAborted(error) || this.isDisposed) {
        return;
      }
      this._isStale = true;
      this._problem = problemOf(error);
    }
    this._changed.emit();
  }

  private _onChanged(_: IFeed, changed: Changed): void {
    // A run of the name, or one that now meets the condition, may be new: only named runs can be told from others.
    const named = this._question.runs;
    if (changed === 'all' || named === undefined || named.some(id => changed.has(id))) {
      this._isStale = true;
      this._ask();
    }
  }

  private _onConnection(_: IFeed, connection: Connection): void {
    if (connection === 'offline') {
      this._problem = problemOf(new Unreachable());
      this._isStale = true;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _ending = new AbortController();
  private readonly _pace: Pace;
  private _question: IQuestion;
  private _comparison: IComparison | null = null;
  private _problem: IProblem | null = null;
  private _asOf = 0;
  private _isShown = false;
  private _isStale = true;
}

function problemOf(error: unknown): IProblem {
  if (error instanceof Unreachable) {
    return { kind: 'offline', message: error.message };
  }
  const isUnknown = error instanceof ServerSays && error.code === 'not_found';
  return { kind: isUnknown ? 'unknown' : 'refused', message: sentence(error) };
}
