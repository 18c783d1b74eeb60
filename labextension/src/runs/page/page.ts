/**
 * What a run's page is about: which run, which tab, and whether anybody looks.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isFinished } from '../../client';
import { TABS } from '../../commands';
import type { Tab } from '../../commands';
import { CLOCK } from '../../events';
import type { Changed, IClock, IFeed } from '../../events';
import { Pace } from '../../pace';
import type { IRunModel, IRunsModel } from '../tokens';

/** How often a page that nobody sees is read, in milliseconds: its icon tells the state all the same. */
const HIDDEN = 2000;

/** What a tab is asked to show when it is opened from elsewhere. */
export interface ITarget {
  /** The rank whose log or display is meant. */
  readonly rank?: number;
  /** The line of the cell that is meant. */
  readonly line?: number;
}

/** The state of one page. */
export class Page implements IDisposable {
  constructor(
    readonly id: string,
    readonly runs: IRunsModel,
    tab: Tab = 'overview',
    clock: IClock = CLOCK
  ) {
    this.run = runs.open(id);
    this._pace = new Pace(() => this.run.refresh(), HIDDEN, clock);
    this._tab = tab;
    runs.feed.changed.connect(this._onChanged, this);
  }

  readonly run: IRunModel;

  get tab(): Tab {
    return this._tab;
  }

  /** What the tab was last asked to show; a new object each time. */
  get target(): ITarget {
    return this._target;
  }

  /** Whether the page can be seen; it is kept current only then. */
  get isShown(): boolean {
    return this._look !== null;
  }

  set isShown(isShown: boolean) {
    if (isShown === this.isShown || this._isDisposed) {
      return;
    }
    this._look?.dispose();
    this._look = isShown ? this.run.look() : null;
    this._changed.emit();
  }

  /** Tab, target or visibility are new. */
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
    this.run.dispose();
    Signal.clearData(this);
  }

  /** Show a tab. */
  go(tab: Tab, target: ITarget = {}): void {
    this._tab = tab;
    this._target = target;
    this._changed.emit();
  }

  private _onChanged(_: IFeed, changed: Changed): void {
    const row = this.run.snapshot?.row;
    const isOpen = row !== undefined && !isFinished(row);
    if (!this.isShown && isOpen && (changed === 'all' || changed.has(this.id))) {
      this._pace.ask();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _pace: Pace;
  private _tab: Tab;
  private _target: ITarget = {};
  private _look: IDisposable | null = null;
  private _isDisposed = false;
}

/** Return a tab's name, the first one where there is no such tab. */
export function tabOf(value: unknown): Tab {
  return TABS.find(tab => tab === value) ?? 'overview';
}
