/**
 * Runs as views see them: read when somebody looks, read again when the feed says so.
 */

import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isAborted, sentence, ServerSays, Unreachable } from '../client';
import type { Client } from '../client';
import { CLOCK } from '../events';
import type { Changed, IClock, IFeed } from '../events';
import type { IProblem } from '../host';
import { Pace } from '../pace';
import type { IRunSnapshot, IRunsQuery } from '../wire';
import { RunList } from './list';
import type { IRunList, IRunModel, IRunsModel } from './tokens';

/** The runs of one server. */
export class RunsModel implements IRunsModel, IDisposable {
  constructor(
    readonly client: Client,
    readonly feed: IFeed,
    private readonly _clock: IClock = CLOCK
  ) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    for (const shared of this._runs.values()) {
      shared.model.dispose();
    }
    this._runs.clear();
  }

  open(id: string): IRunModel {
    const shared = this._runs.get(id) ?? { model: this._made(id), users: 0 };
    this._runs.set(id, shared);
    shared.users += 1;
    return new RunView(shared.model, () => this._release(id));
  }

  list(query: IRunsQuery = {}): IRunList {
    return new RunList(this.client, this.feed, query, this._clock);
  }

  private _made(id: string): RunModel {
    return new RunModel(id, this.client, this.feed, this._clock);
  }

  private _release(id: string): void {
    const shared = this._runs.get(id);
    if (shared === undefined) {
      return;
    }
    shared.users -= 1;
    if (shared.users === 0) {
      this._runs.delete(id);
      shared.model.dispose();
    }
  }

  private readonly _runs = new Map<string, { model: RunModel; users: number }>();
  private _isDisposed = false;
}

/** One run; however many views show it, it is read once. */
export class RunModel implements IRunModel {
  constructor(
    readonly id: string,
    private readonly _client: Client,
    private readonly _feed: IFeed,
    private readonly _clock: IClock = CLOCK
  ) {
    this._pace = new Pace(() => this._read(), undefined, this._clock);
    this._feed.changed.connect(this._onChanged, this);
    this._feed.connectionChanged.connect(this._onConnection, this);
  }

  get snapshot(): IRunSnapshot | null {
    return this._snapshot;
  }

  get problem(): IProblem | null {
    return this._problem;
  }

  get asOf(): number {
    return this._asOf;
  }

  get changed(): ISignal<IRunModel, void> {
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
      this._snapshot = await this._client.snapshot(this.id);
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
    if (changed === 'all' || changed.has(this.id)) {
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
  private _snapshot: IRunSnapshot | null = null;
  private _problem: IProblem | null = null;
  private _asOf = 0;
  private _isStale = true;
  private _lookers = 0;
}

/** One user's hold on a run that others may show as well. */
class RunView implements IRunModel {
  constructor(
    private readonly _model: RunModel,
    private readonly _release: () => void
  ) {
    this._model.changed.connect(this._forward, this);
  }

  get id(): string {
    return this._model.id;
  }

  get snapshot(): IRunSnapshot | null {
    return this._model.snapshot;
  }

  get problem(): IProblem | null {
    return this._model.problem;
  }

  get asOf(): number {
    return this._model.asOf;
  }

  get changed(): ISignal<IRunModel, void> {
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

/** Return what an error means for who looks at a run. */
export function problemOf(error: unknown): IProblem {
  if (error instanceof Unreachable) {
    return { kind: 'offline', message: error.message };
  }
  const isMissing = error instanceof ServerSays && error.code === 'not_found';
  return { kind: isMissing ? 'unknown' : 'refused', message: sentence(error) };
}
