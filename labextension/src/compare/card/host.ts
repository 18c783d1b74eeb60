/**
 * Backs the card of a comparison: by what the notebook says at first, then by what the server knows.
 */

import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { CommandIDs } from '../../commands';
import type { IProblem } from '../../host';
import type { IRunsModel } from '../../runs/tokens';
import type { ITranslation } from '../../translation';
import type { IComparison, IVersion } from '../../wire';
import { Colours } from '../colours';
import { CompareCurves } from '../curves';
import { argsOf, keyOf } from '../question';
import { Reading } from '../reading';
import type { IComparisonPayload } from './payload';

/** What a card works with. */
export interface ICardServices {
  readonly model: IRunsModel;
  readonly commands: CommandRegistry;
  readonly translation: ITranslation;
  /** Whether the server fits a kernel's version and home. */
  readonly fit: (version: string, home: string) => Promise<IVersion>;
}

/** The host of one card. */
export class ComparisonHost implements IDisposable {
  constructor(
    private readonly _services: ICardServices,
    private _payload: IComparisonPayload
  ) {
    const { client, feed } = _services.model;
    this.curves = new CompareCurves(client);
    this._reading = new Reading(client, feed, _payload.question);
    this._reading.changed.connect(this._emit, this);
    this.curves.changed.connect(this._emit, this);
    this._askFit();
  }

  readonly curves: CompareCurves;
  readonly colours = new Colours();

  get client(): IRunsModel['client'] {
    return this._services.model.client;
  }

  /** The newest that is known. */
  get comparison(): IComparison {
    const read = this._reading.comparison;
    return read === null || read.runs.length === 0 ? this._payload.comparison : read;
  }

  /** When that was, in seconds since the epoch. */
  get asOf(): number {
    return this._reading.asOf || this._payload.time;
  }

  get problem(): IProblem | null {
    const trans = this._services.translation;
    if (this._isElsewhere) {
      return {
        kind: 'elsewhere',
        message: trans.__(
          'These runs live in another home than that of the Jupyter server, which is %1; start the server with JUPYTER_MLOPS_HOME set to the home of the notebook’s kernel.',
          this._fit?.path ?? ''
        )
      };
    }
    if (this._reading.comparison?.runs.length === 0) {
      return {
        kind: 'unknown',
        message: trans.__(
          'None of these runs is in this home any more: what is shown is what the notebook says.'
        )
      };
    }
    return this._reading.problem;
  }

  /** Whether the server is one that can be asked for these runs. */
  get isLive(): boolean {
    return this._isSeen && this._fit !== null && this.problem === null;
  }

  get canOpen(): boolean {
    return !this._isElsewhere && this._services.commands.hasCommand(CommandIDs.openComparison);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  open(): void {
    void this._services.commands.execute(CommandIDs.openComparison, argsOf(this._payload.question));
  }

  openRun(id: string): void {
    void this._services.commands.execute(CommandIDs.openRun, { id });
  }

  take(payload: IComparisonPayload): void {
    const isOther = keyOf(payload.question) !== keyOf(this._payload.question);
    this._payload = payload;
    if (isOther) {
      this._reading.ask(payload.question);
    }
    this._askFit();
    this._emit();
  }

  see(isSeen: boolean): void {
    this._isSeen = isSeen;
    this._reading.show(isSeen && this._fit !== null && !this._isElsewhere);
    this._emit();
  }

  get isDisposed(): boolean {
    return this._reading.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._reading.dispose();
      this.curves.dispose();
      Signal.clearData(this);
    }
  }

  private get _isElsewhere(): boolean {
    return this._fit !== null && this._payload.home !== '' && this._payload.home !== this._fit.home;
  }

  private _askFit(): void {
    void this._services
      .fit(this._payload.version, this._payload.home)
      .then(fit => {
        this._fit = fit;
        if (!this.isDisposed) {
          this.see(this._isSeen);
        }
      })
      // Whoever cannot be asked says so by itself, when it is read.
      .catch(() => undefined);
  }

  private _emit(): void {
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _reading: Reading;
  private _fit: IVersion | null = null;
  private _isSeen = false;
}
