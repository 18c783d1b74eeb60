/**
 * What metrics were at a step, read metric by metric as they come into view.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isAborted, sentence } from '../client';
import type { Client } from '../client';
import type { ICompared } from '../wire';
import type { AtSteps } from './values';

/** So many runs are asked for at once: an address has an end. */
const AT_ONCE = 400;

/** Values at one step. */
export class StepValues implements IDisposable {
  constructor(private readonly _client: Client) {}

  /** Metrics are new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What is read so far; another object each time there is more. */
  get values(): AtSteps {
    return this._values;
  }

  get problem(): string {
    return this._problem;
  }

  /** Say which metrics are wanted, and where. */
  want(step: number, metrics: readonly string[], runs: readonly ICompared[]): void {
    const key = `${step} ${runs.map(({ row }) => row.id).join()}`;
    if (key !== this._key) {
      this._key = key;
      this._asked.clear();
      this._values = new Map();
    }
    for (const metric of metrics.filter(name => !this._asked.has(name))) {
      this._asked.add(metric);
      void this._read(key, step, metric, runs);
    }
  }

  get isDisposed(): boolean {
    return this._ending.signal.aborted;
  }

  dispose(): void {
    this._ending.abort();
    Signal.clearData(this);
  }

  private async _read(key: string, step: number, metric: string, runs: readonly ICompared[]): Promise<void> {
    const ids = runs.filter(({ row }) => row.metrics[metric] !== undefined).map(({ row }) => row.id);
    try {
      const found: Record<string, number> = {};
      for (let at = 0; at < ids.length; at += AT_ONCE) {
        const query = { run: ids.slice(at, at + AT_ONCE), metric, step };
        const { values } = await this._client.atStep(query, this._ending.signal);
        Object.entries(values).forEach(([id, value]) => (found[id] = Number(value)));
      }
      if (key === this._key) {
        this._values = new Map([...this._values, [metric, found]]);
        this._problem = '';
      }
    } catch (error) {
      if (isAborted(error)) {
        return;
      }
      this._asked.delete(metric);
      this._problem = sentence(error);
    }
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _ending = new AbortController();
  private readonly _asked = new Set<string>();
  private _values: AtSteps = new Map();
  private _key = '';
  private _problem = '';
}
