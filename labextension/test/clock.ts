/**
 * Time that passes when a test says so.
 */

import type { IClock } from '../src/events';

export class TestClock implements IClock {
  now(): number {
    return this._now;
  }

  after(milliseconds: number, work: () => void): () => void {
    const timer = { when: this._now + milliseconds, work };
    this._timers.push(timer);
    return () => {
      this._timers = this._timers.filter(other => other !== timer);
    };
  }

  /** Let time pass, timer by timer, and the promises that they started with it. */
  async pass(milliseconds: number): Promise<void> {
    const end = this._now + milliseconds;
    await settled();
    for (let next = this._due(end); next !== undefined; next = this._due(end)) {
      this._timers = this._timers.filter(timer => timer !== next);
      this._now = Math.max(next.when, this._now);
      next.work();
      await settled();
    }
    this._now = end;
  }

  /** Let time pass as for a computer that sleeps: no timer fires until it is over. */
  async sleep(milliseconds: number): Promise<void> {
    this._now += milliseconds;
    await this.pass(0);
  }

  private _due(end: number): ITimer | undefined {
    return this._timers.filter(timer => timer.when <= end).sort((one, other) => one.when - other.when)[0];
  }

  private _now = 1_000_000;
  private _timers: ITimer[] = [];
}

interface ITimer {
  readonly when: number;
  readonly work: () => void;
}

/** Let all promises that can go on do so. */
export async function settled(): Promise<void> {
  // Answers of `fetch` are read in turns of the event loop, not by promises alone.
  for (let turn = 0; turn < 4; turn++) {
    await new Promise(resolve => setTimeout(resolve, 0));
  }
}
