/**
 * Backs a card in JupyterLab: by what the notebook says at first, then by what the server knows.
 */

import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isFinished } from '../client';
import type { IProblem } from '../host';
import type { ICardMemory } from '../runs/card/host';
import type { ITranslation } from '../translation';
import type { IVersion, State } from '../wire';
import type { IPayload } from './payload';
import type { IModel } from './tokens';

/** What surrounds the card, as far as what it shows is concerned. */
export interface ISurroundings extends IDisposable {
  readonly isWaiting: boolean;
  readonly changed: ISignal<unknown, void>;
  focus(): void;
  /** Let the cell that waits go on. */
  interrupt(): Promise<void>;
}

/** What a snapshot must have to stand on a card. */
export interface ICardSnapshot {
  readonly row: { readonly id: string; readonly state: State; readonly broken: string };
  readonly variable: string;
  readonly detached: boolean;
}

export interface ICardOptions<Snapshot> {
  readonly payload: IPayload<Snapshot>;
  readonly commands: CommandRegistry;
  readonly translation: ITranslation;
  /** Whether the server fits a kernel's version and home. */
  readonly fit: (version: string, home: string) => Promise<IVersion>;
  readonly openMenu: (id: string, anchor: Element) => void;
}

/** The host of one card. */
export abstract class CardHost<Snapshot extends ICardSnapshot> implements IDisposable {
  constructor(
    protected readonly options: ICardOptions<Snapshot>,
    protected readonly model: IModel<Snapshot>
  ) {
    this._payload = options.payload;
    this.model.changed.connect(this.emit, this);
    this._askFit();
  }

  get id(): string {
    return this._payload.id;
  }

  get snapshot(): Snapshot {
    const said = this._payload.snapshot;
    const read = this.isElsewhere ? null : this.model.snapshot;
    // The kernel may tell the end, which is final, before the server is read again.
    const newest = read === null || this.isNewer(said, read) ? said : read;
    return { ...newest, variable: newest.variable || said.variable, detached: this.isDetached };
  }

  get problem(): IProblem | null {
    if (this.isElsewhere) {
      return { kind: 'elsewhere', message: this.elsewhereWords(this._fit?.path ?? '') };
    }
    const { problem } = this.model;
    return problem?.kind === 'unknown' ? { kind: 'unknown', message: this.unknownWords() } : problem;
  }

  get asOf(): number {
    return this.model.asOf || this._payload.time;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get remarks(): readonly string[] {
    const sentence = this._fit?.sentence ?? '';
    return sentence && !this.isElsewhere ? [sentence] : [];
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
    this._look = isSeen ? this.model.look() : null;
    this.emit();
  }

  memory: ICardMemory = { isOpen: null, isChosen: false };

  get openMenu(): ((anchor: Element) => void) | null {
    return this.isLost ? null : anchor => this.options.openMenu(this.id, anchor);
  }

  get isDisposed(): boolean {
    return this.model.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.surround(null);
      this._look?.dispose();
      this.model.dispose();
      Signal.clearData(this);
    }
  }

  /** The kernel has something new to say of the same. */
  take(payload: IPayload<Snapshot>): void {
    this._payload = payload;
    this._askFit();
    this.emit();
  }

  /** The card has come to stand in a cell, or nowhere any more. */
  surround(surroundings: ISurroundings | null): void {
    this.surroundings?.dispose();
    this.surroundings = surroundings;
    surroundings?.changed.connect(this.emit, this);
    this.emit();
  }

  remember(memory: ICardMemory): void {
    this.memory = memory;
  }

  leave(): void {
    this.surroundings?.focus();
  }

  /** Say whether what the kernel says counts more than what was read. */
  protected isNewer(said: Snapshot, read: Snapshot): boolean {
    return isFinished(said.row) && !isFinished(read.row);
  }

  /** Say in one sentence that another home has it than the one at a path. */
  protected abstract elsewhereWords(path: string): string;

  /** Say in one sentence that this home does not have it any more. */
  protected abstract unknownWords(): string;

  /** Whether it goes on without the cell below which the card stands. */
  protected get isDetached(): boolean {
    const isSaid = this._payload.snapshot.detached;
    return isSaid || (this.surroundings !== null && !this.surroundings.isWaiting);
  }

  protected get isElsewhere(): boolean {
    const isMissing = this.model.snapshot === null;
    return (
      isMissing && this._fit !== null && this._payload.home !== '' && this._payload.home !== this._fit.home
    );
  }

  /** Whether this server cannot do anything with it. */
  protected get isLost(): boolean {
    return this.isElsewhere || this.model.problem?.kind === 'unknown';
  }

  protected has(command: string): boolean {
    return this.options.commands.hasCommand(command);
  }

  protected async execute(command: string, id: string): Promise<void> {
    await this.options.commands.execute(command, { id });
  }

  protected emit(): void {
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  protected surroundings: ISurroundings | null = null;

  private _askFit(): void {
    const { version, home } = this._payload;
    void this.options
      .fit(version, home)
      .then(fit => {
        this._fit = fit;
        this.emit();
      })
      // Whoever cannot be asked says so by itself, when it is read.
      .catch(() => undefined);
  }

  private readonly _changed = new Signal<this, void>(this);
  private _payload: IPayload<Snapshot>;
  private _look: IDisposable | null = null;
  private _fit: IVersion | null = null;
}
