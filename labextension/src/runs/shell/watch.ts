/**
 * Which runs go on, and which of them come to their end: read only when something has changed and the page is seen.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isFinished, ServerSays } from '../../client';
import { CLOCK } from '../../events';
import type { IClock } from '../../events';
import { Pace } from '../../pace';
import type { IRunRow, State } from '../../wire';
import type { IRunsModel } from '../tokens';

/** How often is read at most, in milliseconds. */
const INTERVAL = 1_000;

const UNFINISHED: State[] = ['queued', 'starting', 'running'];

/** Watches over the runs that go on. */
export class RunsWatch implements IDisposable {
  constructor(
    private readonly _runs: IRunsModel,
    private readonly _isSeen: () => boolean = () => document.visibilityState === 'visible',
    clock: IClock = CLOCK
  ) {
    this._pace = new Pace(async () => this._read(), INTERVAL, clock);
    this._runs.feed.changed.connect(this.look, this);
    this._runs.feed.connectionChanged.connect(this._onConnection, this);
    this.look();
  }

  /** Counts are new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A run that went on has ended: its row. */
  get ended(): ISignal<this, IRunRow> {
    return this._ended;
  }

  /** How many runs stand where; null while nobody knows. */
  get states(): Readonly<Partial<Record<State, number>>> | null {
    return this._states;
  }

  get isDisposed(): boolean {
    return this._pace.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._pace.dispose();
      this._runs.feed.changed.disconnect(this.look, this);
      this._runs.feed.connectionChanged.disconnect(this._onConnection, this);
      Signal.clearData(this);
    }
  }

  /** Read what is new, now or as soon as the page is seen. */
  look(): void {
    if (this._isSeen()) {
      this._pace.ask();
    } else {
      this._isStale = true;
    }
  }

  /** The page is seen again. */
  wake(): void {
    if (this._isStale) {
      this._isStale = false;
      this.look();
    }
  }

  private async _read(): Promise<void> {
    try {
      const page = await this._runs.client.runs({ state: UNFINISHED, trials: true, archived: 'both' });
      const now = new Set(page.runs.map(run => run.id));
      const gone = [...this._going].filter(id => !now.has(id));
      this._states = page.states;
      this._going = now;
      for (const id of gone) {
        await this._tell(id);
      }
    } catch {
      // Whoever shows runs says so; what is known stays until it can be read again.
      this._isStale = true;
      return;
    }
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private async _tell(id: string): Promise<void> {
    try {
      const { row } = await this._runs.client.run(id);
      // It may stand on a page that was not read.
      if (isFinished(row)) {
        this._ended.emit(row);
      }
    } catch (error) {
      if (!(error instanceof ServerSays)) {
        throw error;
      }
      // It was deleted.
    }
  }

  private _onConnection(): void {
    if (this._runs.feed.connection === 'offline') {
      this._states = null;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, IRunRow>(this);
  private readonly _pace: Pace;
  private _going: ReadonlySet<string> = new Set();
  private _states: Readonly<Partial<Record<State, number>>> | null = null;
  private _isStale = false;
}
