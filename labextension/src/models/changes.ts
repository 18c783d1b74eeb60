/**
 * When models must be read again: when they have changed, and when an endpoint that serves one of them has.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { Changed, IClock, IFeed } from '../events';
import { Pace } from '../pace';
import type { IVersionRow } from '../wire';

/** An endpoint changes with its traffic; of what a model's page says of it that is rarely news. In milliseconds. */
const INTERVAL = 2_000;

/** Tells which models have changed, by their names. */
export class ModelChanges implements IDisposable {
  constructor(
    private readonly _feed: IFeed,
    clock: IClock
  ) {
    this._changed = new Signal(_feed);
    this._pace = new Pace(
      () => {
        this._tell();
        return Promise.resolve();
      },
      INTERVAL,
      clock
    );
    this._feed.modelsChanged.connect(this._forward, this);
    this._feed.endpointsChanged.connect(this._onEndpoints, this);
  }

  get changed(): ISignal<IFeed, Changed> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._pace.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._pace.dispose();
      this._feed.modelsChanged.disconnect(this._forward, this);
      this._feed.endpointsChanged.disconnect(this._onEndpoints, this);
    }
  }

  /** Versions were read: note which endpoints serve their model. */
  learn(rows: readonly IVersionRow[]): void {
    for (const { model, uses } of rows) {
      for (const { endpoint } of uses) {
        const served = this._served.get(endpoint) ?? new Set();
        this._served.set(endpoint, served.add(model));
      }
    }
  }

  private _forward(_: IFeed, changed: Changed): void {
    this._changed.emit(changed);
  }

  private _onEndpoints(_: IFeed, changed: Changed): void {
    // Who hears that everything may have changed hears it of models as well.
    if (changed !== 'all') {
      changed.forEach(name => this._waiting.add(name));
      this._pace.ask();
    }
  }

  private _tell(): void {
    const names = [...this._waiting];
    this._waiting.clear();
    // An endpoint that was never heard of may serve any model, which is found out once.
    const isNew = names.some(name => !this._served.has(name));
    names.forEach(name => this._served.set(name, this._served.get(name) ?? new Set()));
    const models = new Set(names.flatMap(name => [...(this._served.get(name) ?? [])]));
    if (isNew || models.size > 0) {
      this._changed.emit(isNew ? 'all' : models);
    }
  }

  private readonly _changed: Signal<IFeed, Changed>;
  private readonly _served = new Map<string, Set<string>>();
  private readonly _waiting = new Set<string>();
  private readonly _pace: Pace;
}
