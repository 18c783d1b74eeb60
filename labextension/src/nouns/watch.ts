/**
 * Which things go on, and which of them come to their end: read only when something has changed and the page is seen.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isFinished, ServerSays } from '../client';
import { CLOCK } from '../events';
import type { Changed, IClock, IFeed } from '../events';
import { Pace } from '../pace';
import type { State } from '../wire';

/** How often is read at most, in milliseconds. */
const INTERVAL = 1_000;

export const UNFINISHED: State[] = ['queued', 'starting', 'running'];

/** Where what is watched is read. */
export interface IWatched<Row> {
  readonly feed: IFeed;
  /** What of the noun has changed. */
  readonly changed: ISignal<IFeed, Changed>;
  /** Read those that go on, and how many of all stand where. */
  going(): Promise<{
    readonly rows: readonly Row[];
    readonly states: Readonly<Partial<Record<State, number>>>;
  }>;
  one(id: string): Promise<Row>;
}

/** What must be known of what is watched. */
interface IGoing {
  readonly id: string;
  readonly state: State;
  readonly broken: string;
}

/** Watches over what goes on. */
export class Watch<Row extends IGoing> implements IDisposable {
  constructor(
    private readonly _watched: IWatched<Row>,
    private readonly _isSeen: () => boolean = () => document.visibilityState === 'visible',
    clock: IClock = CLOCK
  ) {
    this._pace = new Pace(async () => this._read(), INTERVAL, clock);
    this._watched.changed.connect(this.look, this);
    this._watched.feed.connectionChanged.connect(this._onConnection, this);
    this.look();
  }

  /** Counts are new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** One that went on has ended: its row. */
  get ended(): ISignal<this, Row> {
    return this._ended;
  }

  /** How many stand where; null while nobody knows. */
  get states(): Readonly<Partial<Record<State, number>>> | null {
    return this._states;
  }

  /** Those that go on, as far as they stand on the first page; none while nobody knows. */
  get rows(): readonly Row[] {
    return this._states === null ? [] : this._rows;
  }

  get isDisposed(): boolean {
    return this._pace.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._pace.dispose();
      this._watched.changed.disconnect(this.look, this);
      this._watched.feed.connectionChanged.disconnect(this._onConnection, this);
      Signal.clearData(this);
    }
  }

  /** Read what is new, now or as soon as the page is seen. */
  look(): void {
    if (this._isSeen()) {
      this._pace.ask();
    } else {
      this._isStale = true;
    }
  }

  /** The page is seen again. */
  wake(): void {
    if (this._isStale) {
      this._isStale = false;
      this.look();
    }
  }

  private async _read(): Promise<void> {
    try {
      const { rows, states } = await this._watched.going();
      const now = new Set(rows.map(row => row.id));
      const gone = this._rows.filter(row => !now.has(row.id));
      this._states = states;
      this._rows = rows;
      for (const { id } of gone) {
        await this._tell(id);
      }
    } catch {
      // Whoever shows them says so; what is known stays until it can be read again.
      this._isStale = true;
      return;
    }
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private async _tell(id: string): Promise<void> {
    try {
      const row = await this._watched.one(id);
      // It may stand on a page that was not read.
      if (isFinished(row)) {
        this._ended.emit(row);
      }
    } catch (error) {
      if (!(error instanceof ServerSays)) {
        throw error;
      }
      // It was deleted.
    }
  }

  private _onConnection(): void {
    if (this._watched.feed.connection === 'offline') {
      this._states = null;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, Row>(this);
  private readonly _pace: Pace;
  private _rows: readonly Row[] = [];
  private _states: Readonly<Partial<Record<State, number>>> | null = null;
  private _isStale = false;
}
