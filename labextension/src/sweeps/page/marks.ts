/**
 * What of the trials is chosen, pointed at and kept: the same in history, parallel axes and table.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { KeptRanges } from '../../charts/dimensions';

/** Trials are told by the ids of their runs. */
export class Marks implements IDisposable {
  /** Those that are chosen. */
  get selected(): ReadonlySet<string> {
    return this._selected;
  }

  /** The one that the keyboard is at; empty if it is at none. */
  get active(): string {
    return this._active;
  }

  /** The one that is pointed at. */
  get hovered(): string | null {
    return this._hovered;
  }

  /** Ranges of the parallel axes. */
  get kept(): KeptRanges {
    return this._kept;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /** Choose one trial, or one more or less; null chooses none. */
  select(id: string | null, isMore = false): void {
    if (id === null) {
      this.choose([]);
    } else if (isMore) {
      const others = [...this._selected].filter(other => other !== id);
      this.choose(this._selected.has(id) ? others : [...others, id], id);
    } else {
      this.choose([id], id);
    }
  }

  /** Choose these. */
  choose(ids: readonly string[], active = this._active): void {
    this._selected = new Set(ids);
    this._active = active;
    this._changed.emit();
  }

  activate(id: string): void {
    if (id !== this._active) {
      this._active = id;
      this._changed.emit();
    }
  }

  hover(id: string | null): void {
    if (id !== this._hovered) {
      this._hovered = id;
      this._changed.emit();
    }
  }

  keep(kept: KeptRanges): void {
    this._kept = kept;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _selected: ReadonlySet<string> = new Set();
  private _active = '';
  private _hovered: string | null = null;
  private _kept: KeptRanges = {};
  private _isDisposed = false;
}
