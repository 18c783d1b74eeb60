/**
 * The runs of a sweep's trials: of a thousand, those that are looked at, and those only when they have changed.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { Client } from '../../client';
import type { Changed, IClock, IFeed } from '../../events';
import { Pace } from '../../pace';
import type { IRunRow } from '../../wire';

/** So many trials are read at once. */
export const CHUNK = 100;

/** So many runs that changed are read one by one; more of them with all of their chunk. */
const FEW = 4;

/** What is looked at is read again at most that often, in milliseconds. */
const INTERVAL = 500;

/** Runs by the numbers of their trials. */
export class TrialRuns implements IDisposable {
  constructor(
    private readonly _sweep: string,
    private readonly _client: Client,
    feed: IFeed,
    clock: IClock
  ) {
    this._pace = new Pace(() => this._read(), INTERVAL, clock);
    feed.changed.connect(this._onChanged, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._pace.isDisposed;
  }

  get isShown(): boolean {
    return this._isShown;
  }

  set isShown(isShown: boolean) {
    this._isShown = isShown;
    this._askIfNeeded();
  }

  dispose(): void {
    this._pace.dispose();
    Signal.clearData(this);
  }

  /** Return a trial's run; undefined while it is not read. */
  row(trial: number): IRunRow | undefined {
    return this._rows.get(trial);
  }

  /** Say which trials are looked at. */
  show(trials: readonly number[]): void {
    this._looked = trials;
    this._askIfNeeded();
  }

  private async _read(): Promise<void> {
    const wanted = this._wanted();
    const chunks = [...new Set(wanted.map(chunkOf))];
    const isFew = wanted.length <= FEW && wanted.every(trial => this._rows.has(trial));
    try {
      if (isFew) {
        await Promise.all(wanted.map(trial => this._readOne(trial)));
      } else {
        for (const chunk of chunks) {
          await this._readChunk(chunk);
        }
      }
    } catch {
      // The page says that nobody answers; what is known stays until the feed tells to read again.
      return;
    }
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private async _readOne(trial: number): Promise<void> {
    this._stale.delete(trial);
    const { row } = await this._client.run(`${this._sweep}t${trial}`);
    this._rows.set(trial, row);
  }

  private async _readChunk(chunk: number): Promise<void> {
    const first = chunk * CHUNK + 1;
    const last = first + CHUNK - 1;
    for (let trial = first; trial <= last; trial++) {
      this._stale.delete(trial);
    }
    const { runs } = await this._client.runs({
      sweep: this._sweep,
      where: `trial >= ${first} trial <= ${last}`,
      archived: 'both',
      limit: CHUNK
    });
    this._chunks.add(chunk);
    for (const row of runs) {
      if (row.trial !== null) {
        this._rows.set(row.trial, row);
      }
    }
  }

  /** Return the trials that are looked at and not known as they are now. */
  private _wanted(): number[] {
    return this._looked.filter(
      trial => this._stale.has(trial) || (!this._rows.has(trial) && !this._chunks.has(chunkOf(trial)))
    );
  }

  private _askIfNeeded(): void {
    if (this._isShown && this._wanted().length > 0) {
      this._pace.ask();
    }
  }

  private _onChanged(_: IFeed, changed: Changed): void {
    if (changed === 'all') {
      this._chunks.clear();
      for (const trial of this._rows.keys()) {
        this._stale.add(trial);
      }
    } else {
      for (const id of changed) {
        if (id.startsWith(`${this._sweep}t`)) {
          this._stale.add(Number(id.slice(this._sweep.length + 1)));
        }
      }
    }
    this._askIfNeeded();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _pace: Pace;
  private readonly _rows = new Map<number, IRunRow>();
  /** Chunks that were read as a whole. */
  private readonly _chunks = new Set<number>();
  private readonly _stale = new Set<number>();
  private _looked: readonly number[] = [];
  private _isShown = false;
}

function chunkOf(trial: number): number {
  return Math.floor((trial - 1) / CHUNK);
}
