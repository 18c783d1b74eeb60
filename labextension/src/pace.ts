/**
 * Reads again when asked to, but never two at once and never so often that reading is most of the work.
 */

import type { IDisposable } from '@lumino/disposable';

import { CLOCK } from './events';
import type { IClock } from './events';

/** A view is brought up to date at most four times a second. */
export const INTERVAL = 250;

/** Of each span that a reading takes, so many pass before the next. */
const REST = 3;

/**
 * Does `work` when asked, at once if it has rested, later otherwise. What is asked for meanwhile is done once.
 */
export class Pace implements IDisposable {
  constructor(
    private readonly _work: () => Promise<void>,
    private readonly _interval: number = INTERVAL,
    private readonly _clock: IClock = CLOCK
  ) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._cancel?.();
  }

  /** Ask for it. */
  ask(): void {
    if (this._isDisposed || this._cancel !== null) {
      return;
    }
    if (this._running !== null) {
      this._isWanted = true;
      return;
    }
    const wait = this._next - this._clock.now();
    if (wait <= 0) {
      void this.now();
      return;
    }
    this._cancel = this._clock.after(wait, () => {
      this._cancel = null;
      void this.now();
    });
  }

  /** Do it now; where it is being done, once more after that. */
  async now(): Promise<void> {
    if (this._running !== null) {
      await this._running;
    }
    if (!this._isDisposed) {
      this._running ??= this._run();
      await this._running;
    }
  }

  private async _run(): Promise<void> {
    this._cancel?.();
    this._cancel = null;
    this._isWanted = false;
    const begin = this._clock.now();
    try {
      await this._work();
    } finally {
      const took = this._clock.now() - begin;
      this._next = begin + Math.max(this._interval, took * (1 + REST));
      this._running = null;
      this._askAgain();
    }
  }

  private _askAgain(): void {
    if (this._isWanted) {
      this.ask();
    }
  }

  private _next = 0;
  private _cancel: (() => void) | null = null;
  private _running: Promise<void> | null = null;
  private _isWanted = false;
  private _isDisposed = false;
}
