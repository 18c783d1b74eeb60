/**
 * What an endpoint's page is about: which endpoint, what of it was asked for, and whether anybody looks.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { CLOCK } from '../../events';
import type { Changed, IClock, IFeed } from '../../events';
import { Pace } from '../../pace';
import type { IEndpointModel, IEndpointsModel } from '../tokens';

/** How often a page that nobody sees is read, in milliseconds: its icon tells the state all the same. */
const HIDDEN = 2000;

/** Places of the page that a command may lead to. */
export const PLACES = ['logs', 'try', 'gates'] as const;
export type Place = (typeof PLACES)[number];

/** Where somebody wants to go. */
export interface IWish {
  readonly place: Place;
  /** Of the logs. */
  readonly source: string;
}

/** The state of one page. */
export class EndpointPage implements IDisposable {
  constructor(
    readonly id: string,
    readonly endpoints: IEndpointsModel,
    clock: IClock = CLOCK
  ) {
    this.endpoint = endpoints.open(id);
    this._pace = new Pace(() => this.endpoint.refresh(), HIDDEN, clock);
    endpoints.feed.endpointsChanged.connect(this._onChanged, this);
  }

  readonly endpoint: IEndpointModel;

  /** Whether the page can be seen; it is kept current only then. */
  get isShown(): boolean {
    return this._look !== null;
  }

  set isShown(isShown: boolean) {
    if (isShown === this.isShown || this._isDisposed) {
      return;
    }
    this._look?.dispose();
    this._look = isShown ? this.endpoint.look() : null;
    this._changed.emit();
  }

  /** Visibility or wish is new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Where somebody wants to go; null if that was done. */
  get wish(): IWish | null {
    return this._wish;
  }

  /** Lead to a place of the page. */
  go(wish: IWish): void {
    this._wish = wish;
    this._changed.emit();
  }

  /** Take a wish that is for a place: it is done. */
  take(place: Place): IWish | null {
    const wish = this._wish;
    if (wish?.place !== place) {
      return null;
    }
    this._wish = null;
    return wish;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._look?.dispose();
    this._pace.dispose();
    this.endpoints.feed.endpointsChanged.disconnect(this._onChanged, this);
    this.endpoint.dispose();
    Signal.clearData(this);
  }

  private _onChanged(_: IFeed, changed: Changed): void {
    if (!this.isShown && (changed === 'all' || changed.has(this.id))) {
      this._pace.ask();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _pace: Pace;
  private _look: IDisposable | null = null;
  private _wish: IWish | null = null;
  private _isDisposed = false;
}
