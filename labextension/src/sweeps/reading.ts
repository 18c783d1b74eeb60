/**
 * How a sweep is read again and again: of its trials, only those that have changed.
 */

import type { Client } from '../client';
import type { Changed, IFeed } from '../events';
import type { IReading } from '../nouns/model';
import type { ISignal } from '@lumino/signaling';
import type { ISweepSnapshot, ITrialFact } from '../wire';

/** Reads one sweep; a thousand trials are asked for once. */
export class SweepReading implements IReading<ISweepSnapshot> {
  constructor(
    private readonly _id: string,
    private readonly _client: Client,
    feed: IFeed
  ) {
    this.changed = feed.sweepsChanged;
  }

  readonly changed: ISignal<IFeed, Changed>;

  async read(): Promise<ISweepSnapshot> {
    const known = this._known;
    // First the trials: what is said of the sweep as a whole is never older than they are.
    const { trials, next } = await this._client.trials(this._id, { since: known.next });
    const snapshot = await this._client.sweep(this._id, { trials: false });
    const now = { trials: trials.length > 0 ? merged(known.trials, trials) : known.trials, next };
    if (known === this._known) {
      this._known = now;
    }
    return { ...snapshot, trials: now.trials };
  }

  forget(): void {
    this._known = { trials: [], next: 0 };
  }

  private _known: { trials: ITrialFact[]; next: number } = { trials: [], next: 0 };
}

/** Return trials in the order of their numbers, with those that have changed as they are now. */
export function merged(known: readonly ITrialFact[], changed: readonly ITrialFact[]): ITrialFact[] {
  const found = new Map(known.map(fact => [fact.trial, fact]));
  for (const fact of changed) {
    found.set(fact.trial, fact);
  }
  return [...found.values()].sort((one, other) => one.trial - other.trial);
}
