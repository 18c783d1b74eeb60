/**
 * The curves of one metric of many runs: each is read once, and again when there is more of it.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isAborted, sentence } from '../client';
import type { Client } from '../client';
import { CLOCK } from '../events';
import type { IClock } from '../events';
import { Pace } from '../pace';
import type { IRunRow, ISeries } from '../wire';

/** So many runs are drawn over each other at most. */
export const MOST_CURVES = 200;

/** Curves are read again at most that often, in milliseconds. */
const INTERVAL = 1000;

/** A run's points. */
export interface IRunCurve {
  readonly series: ISeries;
  /** When it reached the first line of its cell, in seconds since the epoch. */
  readonly start: number;
}

/** What is known of the curves of all runs. */
export class CompareCurves implements IDisposable {
  constructor(
    private readonly _client: Client,
    clock: IClock = CLOCK
  ) {
    this._pace = new Pace(() => this._read(), INTERVAL, clock);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Why they could not be read; empty if they could. */
  get problem(): string {
    return this._problem;
  }

  /** Whether some are wanted that are not there yet. */
  get isReading(): boolean {
    return this._wanted.some(({ id }) => !this._known.has(keyOf(this._metric, id)));
  }

  /** Return a run's curve; undefined if it is not there, or the run has none. */
  of(metric: string, id: string): IRunCurve | undefined {
    return this._known.get(keyOf(metric, id))?.curve ?? undefined;
  }

  /** Say which curves are wanted: those that are new, or have grown, are read. */
  want(metric: string, rows: readonly IRunRow[], points: number): void {
    this._metric = metric;
    this._points = points;
    this._wanted = rows.filter(row => row.metrics[metric] !== undefined).slice(0, MOST_CURVES);
    if (this._stale().length > 0) {
      this._pace.ask();
    }
  }

  get isDisposed(): boolean {
    return this._pace.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._pace.dispose();
      this._ending.abort();
      Signal.clearData(this);
    }
  }

  private _stale(): readonly IRunRow[] {
    return this._wanted.filter(
      row => this._known.get(keyOf(this._metric, row.id))?.stamp !== stampOf(row, this._metric)
    );
  }

  private async _read(): Promise<void> {
    const metric = this._metric;
    const rows = this._stale();
    if (rows.length === 0) {
      return;
    }
    try {
      const { series, starts } = await this._client.overlay(
        { run: rows.map(row => row.id), metric, most: this._points },
        this._ending.signal
      );
      for (const row of rows) {
        const found = series[row.id];
        const curve = found === undefined ? null : { series: found, start: starts[row.id] ?? row.created };
        this._known.set(keyOf(metric, row.id), { curve, stamp: stampOf(row, metric) });
      }
      this._problem = '';
    } catch (error) {
      if (isAborted(error)) {
        return;
      }
      this._problem = sentence(error);
    }
    this._changed.emit();
    if (metric !== this._metric && this._stale().length > 0) {
      this._pace.ask();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _ending = new AbortController();
  private readonly _known = new Map<string, { curve: IRunCurve | null; stamp: string }>();
  private readonly _pace: Pace;
  private _metric = '';
  private _wanted: readonly IRunRow[] = [];
  private _points = 300;
  private _problem = '';
}

function keyOf(metric: string, id: string): string {
  return `${id} ${metric}`;
}

/** Return what changes when there is more of a curve. */
function stampOf(row: IRunRow, metric: string): string {
  const { count = 0, last = 0 } = row.metrics[metric] ?? {};
  return `${row.attempt} ${count} ${last}`;
}
