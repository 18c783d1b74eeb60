/**
 * What a sweep's page is about: which sweep, what of it is chosen, and whether anybody looks.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isFinished } from '../../client';
import { CLOCK } from '../../events';
import type { Changed, IClock, IFeed } from '../../events';
import { Pace } from '../../pace';
import type { ISweepModel, ISweepsModel } from '../tokens';
import { Marks } from './marks';
import { TrialRuns } from './runs';

/** How often a page that nobody sees is read, in milliseconds: its icon tells the state all the same. */
const HIDDEN = 2000;

/** The state of one page. */
export class SweepPage implements IDisposable {
  constructor(
    readonly id: string,
    readonly sweeps: ISweepsModel,
    clock: IClock = CLOCK
  ) {
    this.sweep = sweeps.open(id);
    this.runs = new TrialRuns(id, sweeps.client, sweeps.feed, clock);
    this._pace = new Pace(() => this.sweep.refresh(), HIDDEN, clock);
    sweeps.feed.sweepsChanged.connect(this._onChanged, this);
  }

  readonly sweep: ISweepModel;
  /** The runs of the trials that are looked at. */
  readonly runs: TrialRuns;
  /** What of the trials is chosen and pointed at, in all views alike. */
  readonly marks = new Marks();

  /** Whether the page can be seen; it is kept current only then. */
  get isShown(): boolean {
    return this._look !== null;
  }

  set isShown(isShown: boolean) {
    if (isShown === this.isShown || this._isDisposed) {
      return;
    }
    this._look?.dispose();
    this._look = isShown ? this.sweep.look() : null;
    this.runs.isShown = isShown;
    this._changed.emit();
  }

  /** Visibility is new. */
  get changed(): ISignal<this, void> {
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
    this._look?.dispose();
    this._pace.dispose();
    this.runs.dispose();
    this.sweep.dispose();
    this.marks.dispose();
    Signal.clearData(this);
  }

  private _onChanged(_: IFeed, changed: Changed): void {
    const row = this.sweep.snapshot?.row;
    const isOpen = row !== undefined && !isFinished(row);
    if (!this.isShown && isOpen && (changed === 'all' || changed.has(this.id))) {
      this._pace.ask();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _pace: Pace;
  private _look: IDisposable | null = null;
  private _isDisposed = false;
}
