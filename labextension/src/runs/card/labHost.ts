/**
 * Backs a card in JupyterLab: by what the notebook says of the run at first, then by what the server knows.
 */

import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isFinished } from '../../client';
import { CommandIDs } from '../../commands';
import type { IProblem, Verb } from '../../host';
import type { ITranslation } from '../../translation';
import type { IRunSnapshot, IVersion } from '../../wire';
import type { IRunModel, IRunsModel } from '../tokens';
import type { ICardHost, ICardMemory } from './host';
import type { IPayload } from './payload';

/** What surrounds the card, as far as the run is concerned. */
export interface ISurroundings extends IDisposable {
  readonly isWaiting: boolean;
  readonly changed: ISignal<unknown, void>;
  focus(): void;
}

interface IOptions {
  readonly payload: IPayload;
  readonly model: IRunsModel;
  readonly commands: CommandRegistry;
  readonly translation: ITranslation;
  /** Whether the server fits a kernel's version and home. */
  readonly fit: (version: string, home: string) => Promise<IVersion>;
  readonly openMenu: (id: string, anchor: Element) => void;
}

/** The host of one card. */
export class LabHost implements ICardHost, IDisposable {
  constructor(private readonly _options: IOptions) {
    this._payload = this._options.payload;
    this._run = this._options.model.open(this._payload.id);
    this._run.changed.connect(this._emit, this);
    this._askFit();
  }

  get id(): string {
    return this._payload.id;
  }

  get snapshot(): IRunSnapshot {
    const said = this._payload.snapshot;
    const read = this._isElsewhere ? null : this._run.snapshot;
    // The kernel may tell the end, which is final, before the server is read again.
    const newest = read === null || (isFinished(said.row) && !isFinished(read.row)) ? said : read;
    return { ...newest, variable: newest.variable || said.variable, detached: this._isDetached };
  }

  get problem(): IProblem | null {
    const trans = this._options.translation;
    if (this._isElsewhere) {
      return {
        kind: 'elsewhere',
        message: trans.__(
          'This run lives in another home than that of the Jupyter server, which is %1; start the server with JUPYTER_MLOPS_HOME set to the home of the notebook’s kernel.',
          this._fit?.path ?? ''
        )
      };
    }
    const problem = this._run.problem;
    return problem?.kind === 'unknown'
      ? {
          kind: 'unknown',
          message: trans.__(
            'The run %1 is not in this home any more: what is shown is what the notebook says.',
            this.id
          )
        }
      : problem;
  }

  get asOf(): number {
    return this._run.asOf || this._payload.time;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get remarks(): readonly string[] {
    const sentence = this._fit?.sentence ?? '';
    return sentence && !this._isElsewhere ? [sentence] : [];
  }

  get successor(): string {
    return this._successor;
  }

  get isSeen(): boolean {
    return this._look !== null;
  }

  /** Somebody may see the card, or nobody can. */
  set isSeen(isSeen: boolean) {
    if (isSeen === this.isSeen || this.isDisposed) {
      return;
    }
    this._look?.dispose();
    this._look = isSeen ? this._run.look() : null;
    this._emit();
  }

  memory: ICardMemory = { isOpen: null, isChosen: false };

  get openMenu(): ((anchor: Element) => void) | null {
    const isLost = this._isElsewhere || this._run.problem?.kind === 'unknown';
    return isLost ? null : anchor => this._options.openMenu(this.id, anchor);
  }

  get isDisposed(): boolean {
    return this._run.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.surround(null);
      this._look?.dispose();
      this._run.dispose();
      Signal.clearData(this);
    }
  }

  /** The kernel has something new to say of the same run. */
  take(payload: IPayload): void {
    this._payload = payload;
    this._askFit();
    this._emit();
  }

  /** The card has come to stand in a cell, or nowhere any more. */
  surround(surroundings: ISurroundings | null): void {
    this._surroundings?.dispose();
    this._surroundings = surroundings;
    surroundings?.changed.connect(this._emit, this);
    this._emit();
  }

  can(verb: Verb): boolean {
    const { row, elsewhere } = this.snapshot;
    if (this._isElsewhere || this._run.problem?.kind === 'unknown') {
      return false;
    }
    const isOver = isFinished(row);
    switch (verb) {
      case 'stop':
        return !isOver && !elsewhere;
      case 'retry':
        return isOver && !row.broken;
      case 'detach':
        return !isOver && !this._isDetached && this._has(CommandIDs.detachRun);
      case 'close':
        return elsewhere !== '';
      case 'delete':
        return isOver;
      default:
        return this._has(COMMANDS[verb]);
    }
  }

  async act(verb: Verb): Promise<void> {
    const { client } = this._options.model;
    switch (verb) {
      case 'stop':
        await client.stop(this.id);
        break;
      case 'retry':
        this._successor = (await client.retry(this.id)).id;
        this._emit();
        break;
      case 'close':
        await client.close(this.id);
        break;
      default:
        await this._execute(COMMANDS[verb], this.id);
    }
  }

  async openSuccessor(): Promise<void> {
    await this._execute(CommandIDs.openRun, this._successor);
  }

  remember(memory: ICardMemory): void {
    this.memory = memory;
  }

  leave(): void {
    this._surroundings?.focus();
  }

  /** Whether the run goes on without the cell below which the card stands. */
  private get _isDetached(): boolean {
    const isSaid = this._payload.snapshot.detached;
    return isSaid || (this._surroundings !== null && !this._surroundings.isWaiting);
  }

  private get _isElsewhere(): boolean {
    const isMissing = this._run.snapshot === null;
    return (
      isMissing && this._fit !== null && this._payload.home !== '' && this._payload.home !== this._fit.home
    );
  }

  private _has(command: string): boolean {
    return this._options.commands.hasCommand(command);
  }

  private async _execute(command: string, id: string): Promise<void> {
    await this._options.commands.execute(command, { id });
  }

  private _askFit(): void {
    const { version, home } = this._payload;
    void this._options
      .fit(version, home)
      .then(fit => {
        this._fit = fit;
        this._emit();
      })
      // Whoever cannot be asked says so by itself, when the run is read.
      .catch(() => undefined);
  }

  private _emit(): void {
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _run: IRunModel;
  private _payload: IPayload;
  private _look: IDisposable | null = null;
  private _surroundings: ISurroundings | null = null;
  private _fit: IVersion | null = null;
  private _successor = '';
}

const COMMANDS: Readonly<Record<Verb, string>> = {
  stop: CommandIDs.stopRun,
  retry: CommandIDs.retryRun,
  detach: CommandIDs.detachRun,
  delete: CommandIDs.deleteRun,
  close: CommandIDs.closeRun,
  open: CommandIDs.openRun,
  'open-logs': CommandIDs.openLogs,
  'open-code': CommandIDs.restoreCode,
  'go-to-cell': CommandIDs.goToCell
};
