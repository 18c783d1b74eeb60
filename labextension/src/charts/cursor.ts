/**
 * One cursor for all charts of a page.
 */

import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

/** Where the reader points. */
export class Cursor {
  /** On the axis at the bottom; null while nobody points. */
  get x(): number | null {
    return this._x;
  }

  /** Whose chart is pointed at. */
  get owner(): object | null {
    return this._owner;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Point at a place. */
  point(x: number, owner: object): void {
    if (x !== this._x || owner !== this._owner) {
      this._x = x;
      this._owner = owner;
      this._changed.emit();
    }
  }

  /** Point nowhere, if it is `owner` that pointed. */
  leave(owner: object): void {
    if (owner === this._owner) {
      this._x = null;
      this._owner = null;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _x: number | null = null;
  private _owner: object | null = null;
}
