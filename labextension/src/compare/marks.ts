/**
 * Which runs are selected, pointed at, put away from the charts, and set against each other: the same in all views.
 */

import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { KeptRanges } from '../charts/dimensions';

/** What is marked. */
export class Marks {
  /** In the order in which they were selected. */
  get selected(): ReadonlySet<string> {
    return this._selected;
  }

  /** Put away from the charts. */
  get hidden(): ReadonlySet<string> {
    return this._hidden;
  }

  /** The two whose differences are told; empty if there is none. */
  get a(): string {
    return this._a;
  }

  get b(): string {
    return this._b;
  }

  /** What is kept of the axes of the charts. */
  get kept(): KeptRanges {
    return this._kept;
  }

  /** The run that is pointed at. */
  get hovered(): string | null {
    return this._hovered;
  }

  /** All but what is pointed at. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get hoveredChanged(): ISignal<this, void> {
    return this._hoveredChanged;
  }

  /** Select runs, or with `isMore` these too; one that is selected already then is not any more. */
  select(ids: readonly string[], isMore: boolean): void {
    const [only] = ids;
    if (isMore && ids.length === 1 && only !== undefined && this._selected.has(only)) {
      this._selected = new Set([...this._selected].filter(id => id !== only));
    } else {
      this._selected = new Set(isMore ? [...this._selected, ...ids] : ids);
    }
    this._changed.emit();
  }

  /** Put a run away from the charts, or take it back. */
  toggleHidden(ids: readonly string[]): void {
    const hidden = new Set(this._hidden);
    const isAll = ids.every(id => hidden.has(id));
    ids.forEach(id => (isAll ? hidden.delete(id) : hidden.add(id)));
    this._hidden = hidden;
    this._changed.emit();
  }

  /** Make a run one of the two, or neither where it is that one already. */
  set(side: 'a' | 'b', id: string): void {
    const [mine, other] = side === 'a' ? [this._a, this._b] : [this._b, this._a];
    // One run cannot be both: the two change places.
    const next = mine === id ? '' : id;
    const rest = other === id ? mine : other;
    [this._a, this._b] = side === 'a' ? [next, rest] : [rest, next];
    this._changed.emit();
  }

  swap(): void {
    [this._a, this._b] = [this._b, this._a];
    this._changed.emit();
  }

  keep(kept: KeptRanges): void {
    this._kept = kept;
    this._changed.emit();
  }

  hover(id: string | null): void {
    if (id !== this._hovered) {
      this._hovered = id;
      this._hoveredChanged.emit();
    }
  }

  /** Forget what is not there any more; where none was chosen yet, the first two of `order` are set side by side. */
  settle(order: readonly string[]): void {
    const known = new Set(order);
    const isNew = !this._isSettled && order.length > 0;
    if (isNew) {
      this._isSettled = true;
      [this._a = '', this._b = ''] = order.length > 1 ? order : [];
    }
    const before = [this._selected.size, this._hidden.size, this._a, this._b].join();
    this._selected = keptOf(this._selected, known);
    this._hidden = keptOf(this._hidden, known);
    this._a = known.has(this._a) ? this._a : '';
    this._b = known.has(this._b) ? this._b : '';
    if (isNew || before !== [this._selected.size, this._hidden.size, this._a, this._b].join()) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _hoveredChanged = new Signal<this, void>(this);
  private _selected: ReadonlySet<string> = new Set();
  private _hidden: ReadonlySet<string> = new Set();
  private _kept: KeptRanges = {};
  private _a = '';
  private _b = '';
  private _hovered: string | null = null;
  private _isSettled = false;
}

function keptOf(ids: ReadonlySet<string>, known: ReadonlySet<string>): ReadonlySet<string> {
  return [...ids].every(id => known.has(id)) ? ids : new Set([...ids].filter(id => known.has(id)));
}
