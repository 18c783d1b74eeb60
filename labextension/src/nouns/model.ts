/**
 * Things as views see them: read when somebody looks, read again when the feed says so.
 */

import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isAborted, sentence, ServerSays, Unreachable } from '../client';
import { CLOCK } from '../events';
import type { Changed, IClock, IFeed } from '../events';
import type { IProblem } from '../host';
import { Pace } from '../pace';
import type { IModel } from './tokens';

/** All things of one kind that are shown: each is read once, however many views show it. */
export class Models<Snapshot> implements IDisposable {
  constructor(
    private readonly _readingOf: (id: string) => IReading<Snapshot>,
    private readonly _feed: IFeed,
    private readonly _clock: IClock = CLOCK
  ) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    for (const shared of this._shared.values()) {
      shared.model.dispose();
    }
    this._shared.clear();
  }

  /** Return one as it is kept current while somebody looks at it. Dispose what is returned. */
  open(id: string): IModel<Snapshot> {
    const shared = this._shared.get(id) ?? { model: this._made(id), users: 0 };
    this._shared.set(id, shared);
    shared.users += 1;
    return new View(shared.model, () => this._release(id));
  }

  private _made(id: string): IModel<Snapshot> {
    return new Model(id, this._readingOf(id), this._feed, this._clock);
  }

  private _release(id: string): void {
    const shared = this._shared.get(id);
    if (shared === undefined) {
      return;
    }
    shared.users -= 1;
    if (shared.users === 0) {
      this._shared.delete(id);
      shared.model.dispose();
    }
  }

  private readonly _shared = new Map<string, { model: IModel<Snapshot>; users: number }>();
  private _isDisposed = false;
}

/** How one thing is read, and who tells when it must be. */
export interface IReading<Snapshot> {
  read(): Promise<Snapshot>;
  /** The id whose change it is about, where that is not its own: a version changes with its model. */
  readonly about?: string;
  readonly changed: ISignal<IFeed, Changed>;
  /** Nobody knows what was missed: what a reading remembers of the one before counts no more. */
  forget?(): void;
}

/** One thing; however many views show it, it is read once. */
class Model<Snapshot> implements IModel<Snapshot> {
  constructor(
    readonly id: string,
    private readonly _reading: IReading<Snapshot>,
    private readonly _feed: IFeed,
    private readonly _clock: IClock
  ) {
    this._pace = new Pace(() => this._read(), undefined, this._clock);
    this._reading.changed.connect(this._onChanged, this);
    this._feed.connectionChanged.connect(this._onConnection, this);
  }

  get snapshot(): Snapshot | null {
    return this._snapshot;
  }

  get problem(): IProblem | null {
    return this._problem;
  }

  get asOf(): number {
    return this._asOf;
  }

  get changed(): ISignal<IModel<Snapshot>, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._pace.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._pace.dispose();
      Signal.clearData(this);
    }
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
    await this._pace.now();
  }

  private async _read(): Promise<void> {
    this._isStale = false;
    try {
      this._snapshot = await this._reading.read();
      this._asOf = this._clock.now() / 1000;
      this._problem = null;
    } catch (error) {
      if (isAborted(error)) {
        return;
      }
      this._isStale = true;
      this._problem = problemOf(error);
    }
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private _onChanged(_: IFeed, changed: Changed): void {
    if (changed === 'all') {
      this._reading.forget?.();
    }
    if (changed === 'all' || changed.has(this._reading.about ?? this.id)) {
      this._isStale = true;
      if (this._lookers > 0) {
        this._pace.ask();
      }
    }
  }

  private _onConnection(): void {
    if (this._feed.connection === 'offline') {
      this._isStale = true;
      this._problem = problemOf(new Unreachable());
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _pace: Pace;
  private _snapshot: Snapshot | null = null;
  private _problem: IProblem | null = null;
  private _asOf = 0;
  private _isStale = true;
  private _lookers = 0;
}

/** One user's hold on what others may show as well. */
class View<Snapshot> implements IModel<Snapshot> {
  constructor(
    private readonly _model: IModel<Snapshot>,
    private readonly _release: () => void
  ) {
    this._model.changed.connect(this._forward, this);
  }

  get id(): string {
    return this._model.id;
  }

  get snapshot(): Snapshot | null {
    return this._model.snapshot;
  }

  get problem(): IProblem | null {
    return this._model.problem;
  }

  get asOf(): number {
    return this._model.asOf;
  }

  get changed(): ISignal<IModel<Snapshot>, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    for (const look of this._looks) {
      look.dispose();
    }
    this._model.changed.disconnect(this._forward, this);
    Signal.clearData(this);
    this._release();
  }

  look(): IDisposable {
    const look = this._model.look();
    this._looks.add(look);
    return new DisposableDelegate(() => {
      this._looks.delete(look);
      look.dispose();
    });
  }

  async refresh(): Promise<void> {
    await this._model.refresh();
  }

  private _forward(): void {
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _looks = new Set<IDisposable>();
  private _isDisposed = false;
}

/** Return what an error means for who looks at it. */
export function problemOf(error: unknown): IProblem {
  if (error instanceof Unreachable) {
    return { kind: 'offline', message: error.message };
  }
  const isMissing = error instanceof ServerSays && error.code === 'not_found';
  return { kind: isMissing ? 'unknown' : 'refused', message: sentence(error) };
}
