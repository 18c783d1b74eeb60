/**
 * What a page of a comparison is about: which runs, and whether anybody looks. All else is loaded when it is shown.
 */

import { UUID } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { IDisposable } from '@lumino/disposable';

import type { IRunsModel } from '../runs/tokens';
import type { IQuestion } from './question';

/** The state of one page. */
export class ComparePage implements IDisposable {
  constructor(
    readonly runs: IRunsModel,
    question: IQuestion,
    /** What the layout knows the page by, whatever it compares. */
    readonly key: string = UUID.uuid4()
  ) {
    this._question = question;
  }

  /** Which runs are compared. */
  get question(): IQuestion {
    return this._question;
  }

  /** Compare others. */
  ask(question: IQuestion): void {
    this._question = question;
    this._changed.emit();
  }

  /** What is compared, as the server calls it; empty until it has. */
  get title(): string {
    return this._title;
  }

  /** The server has said what is compared. */
  call(title: string): void {
    if (title !== this._title) {
      this._title = title;
      this._changed.emit();
    }
  }

  /** Whether the page can be seen; it is kept current only then. */
  get isShown(): boolean {
    return this._isShown;
  }

  set isShown(isShown: boolean) {
    if (isShown !== this._isShown) {
      this._isShown = isShown;
      this._changed.emit();
    }
  }

  /** Question, title or visibility are new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _question: IQuestion;
  private _title = '';
  private _isShown = false;
  private _isDisposed = false;
}
