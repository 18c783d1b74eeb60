/**
 * What has changed, as the server tells it over Jupyter's event bus; and whether it can be heard at all.
 *
 * An event is a hint: which runs, sweeps, models and endpoints to read again. Who misses one, because a number is missing, the heartbeat stays away
 * or the computer slept, reads everything again that is shown.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { CHANGES } from './wire';
import type { IChange } from './wire';

/** Ids of what has changed, which are names for models and endpoints; `all` if nobody knows which. */
export type Changed = ReadonlySet<string> | 'all';

/** Whether the server can be heard. */
export type Connection = 'connecting' | 'online' | 'offline';

/** Time that passes, or that a test lets pass. */
export interface IClock {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Call `work` once, later; what is returned forgets it. */
  after(milliseconds: number, work: () => void): () => void;
}

/** The time. */
export const CLOCK: IClock = {
  now: () => Date.now(),
  after: (milliseconds, work) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  }
};

/** Server and heartbeat as numbers of milliseconds. */
export const TIMES = {
  /** The server's heart beats that often. */
  beat: 10_000,
  /** After that long without one the server is asked. */
  silence: 25_000,
  /** How often the silence is looked at. */
  look: 5_000,
  /** How long after a failure it is tried again, first and at most. */
  retry: [1_000, 10_000]
} as const;

/** The part of Jupyter's event bus that is used. */
export interface IEventBus {
  connect(slot: (sender: unknown, event: { schema_id: string }) => void): boolean;
  disconnect(slot: (sender: unknown, event: { schema_id: string }) => void): boolean;
}

/** Who tells what has changed. */
export interface IFeed {
  /** Runs have changed. */
  readonly changed: ISignal<IFeed, Changed>;
  /** Sweeps have changed. */
  readonly sweepsChanged: ISignal<IFeed, Changed>;
  /** Models have changed. */
  readonly modelsChanged: ISignal<IFeed, Changed>;
  /** Endpoints have changed. */
  readonly endpointsChanged: ISignal<IFeed, Changed>;
  /** The server can be heard, or no longer. */
  readonly connectionChanged: ISignal<IFeed, Connection>;
  readonly connection: Connection;
  /** When the server was last heard, in milliseconds since the epoch. */
  readonly heard: number;
  /** Ask the server now whether it is there; then what is shown is read again. */
  tryNow(): Promise<void>;
}

/**
 * The feed of one server.
 *
 * Args:
 *   bus: Jupyter's event bus.
 *   ask: A question that fails where the server cannot be reached.
 */
export class Feed implements IFeed, IDisposable {
  constructor(
    private readonly _bus: IEventBus,
    private readonly _ask: () => Promise<unknown>,
    private readonly _clock: IClock = CLOCK
  ) {
    this._heard = this._clock.now();
    this._looked = this._heard;
    this._bus.connect(this._onEvent);
    this._look();
  }

  get changed(): ISignal<IFeed, Changed> {
    return this._changed;
  }

  get sweepsChanged(): ISignal<IFeed, Changed> {
    return this._sweepsChanged;
  }

  get modelsChanged(): ISignal<IFeed, Changed> {
    return this._modelsChanged;
  }

  get endpointsChanged(): ISignal<IFeed, Changed> {
    return this._endpointsChanged;
  }

  get connectionChanged(): ISignal<IFeed, Connection> {
    return this._connectionChanged;
  }

  get connection(): Connection {
    return this._connection;
  }

  get heard(): number {
    return this._heard;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._cancel?.();
    this._bus.disconnect(this._onEvent);
    Signal.clearData(this);
  }

  /** A question got no answer, or the reader came back: is the server there? */
  async tryNow(): Promise<void> {
    this._trying ??= this._try().finally(() => {
      this._trying = null;
    });
    return this._trying;
  }

  /** The reader looks at the page again: believe nothing that is older than a heartbeat. */
  wake(): void {
    if (this._clock.now() - this._heard > TIMES.beat * 1.2) {
      void this.tryNow();
    }
  }

  private async _try(): Promise<void> {
    try {
      await this._ask();
    } catch {
      this._setConnection('offline');
      this._schedule(this._retryIn);
      this._retryIn = Math.min(this._retryIn * 2, TIMES.retry[1]);
      return;
    }
    if (this._isDisposed) {
      return;
    }
    this._hear();
    // What was told meanwhile is lost, and the next event's number says nothing about it.
    this._known = null;
    this._emitAll();
    this._schedule(TIMES.look);
  }

  /** Look whether the silence lasts too long, or whether this very look comes late because the computer slept. */
  private _look(): void {
    const now = this._clock.now();
    const slept = now - this._looked > TIMES.look + TIMES.beat;
    this._looked = now;
    if (slept || now - this._heard > TIMES.silence || this._connection === 'offline') {
      void this.tryNow();
    } else {
      this._schedule(TIMES.look);
    }
  }

  private _schedule(milliseconds: number): void {
    this._cancel?.();
    if (!this._isDisposed) {
      this._looked = this._clock.now() - TIMES.look + milliseconds;
      this._cancel = this._clock.after(milliseconds, () => this._look());
    }
  }

  private readonly _onEvent = (_: unknown, event: { schema_id: string }): void => {
    if (event.schema_id === CHANGES) {
      this._take(event as unknown as IChange);
    }
  };

  private _take(change: IChange): void {
    const known = this._known;
    this._known = { generation: change.generation, seq: change.seq };
    const wasOffline = this._connection === 'offline';
    this._hear();
    const isGap = known?.generation !== change.generation || known.seq !== change.since;
    if (isGap || wasOffline || change.kind === 'reset') {
      this._emitAll();
      return;
    }
    for (const [signal, ids] of this._told(change)) {
      if (ids.length > 0) {
        signal.emit(new Set(ids));
      }
    }
  }

  private _emitAll(): void {
    for (const signal of [this._changed, this._sweepsChanged, this._modelsChanged, this._endpointsChanged]) {
      signal.emit('all');
    }
  }

  private _told(change: IChange): readonly [Signal<IFeed, Changed>, readonly string[]][] {
    return [
      [this._changed, change.runs],
      [this._sweepsChanged, change.sweeps],
      [this._modelsChanged, change.models],
      [this._endpointsChanged, change.endpoints]
    ];
  }

  private _hear(): void {
    this._heard = this._clock.now();
    this._retryIn = TIMES.retry[0];
    this._setConnection('online');
  }

  private _setConnection(connection: Connection): void {
    if (this._connection !== connection && !this._isDisposed) {
      this._connection = connection;
      this._connectionChanged.emit(connection);
    }
  }

  private readonly _changed = new Signal<IFeed, Changed>(this);
  private readonly _sweepsChanged = new Signal<IFeed, Changed>(this);
  private readonly _modelsChanged = new Signal<IFeed, Changed>(this);
  private readonly _endpointsChanged = new Signal<IFeed, Changed>(this);
  private readonly _connectionChanged = new Signal<IFeed, Connection>(this);
  private _connection: Connection = 'connecting';
  private _known: { generation: string; seq: number } | null = null;
  private _heard: number;
  private _looked: number;
  private _retryIn: number = TIMES.retry[0];
  private _cancel: (() => void) | null = null;
  private _trying: Promise<void> | null = null;
  private _isDisposed = false;
}
