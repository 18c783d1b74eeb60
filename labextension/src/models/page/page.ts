/**
 * What a model's page is about: which model, which of its versions is looked at, and whether anybody looks.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { idOf } from '../ids';
import type { IModelModel, IModelsModel, IVersionModel } from '../tokens';

/** The state of one page. */
export class ModelPage implements IDisposable {
  /**
   * @param name - The model's.
   * @param selected - The version to look at first; 0 is the latest.
   */
  constructor(
    readonly name: string,
    readonly models: IModelsModel,
    selected = 0
  ) {
    this.model = models.open(name);
    this._wanted = selected;
    this.model.changed.connect(this._choose, this);
    this._choose();
  }

  readonly model: IModelModel;

  /** The version that is looked at; null while nobody knows of any. */
  get version(): IVersionModel | null {
    return this._version;
  }

  /** Its number; 0 if there is none. */
  get selected(): number {
    return this._selected;
  }

  /** What commands on the page are about: the version that is looked at, else the model. */
  get id(): string {
    return idOf(this.name, this._selected);
  }

  /** Whether the page can be seen; it is kept current only then. */
  get isShown(): boolean {
    return this._look !== null;
  }

  set isShown(isShown: boolean) {
    if (isShown === this.isShown || this._isDisposed) {
      return;
    }
    this._look?.dispose();
    this._versionLook?.dispose();
    this._look = isShown ? this.model.look() : null;
    this._versionLook = isShown ? (this._version?.look() ?? null) : null;
    this._changed.emit();
  }

  /** Visibility or the version that is looked at are new, or there is news of it. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._look?.dispose();
    this._drop();
    this.model.dispose();
    Signal.clearData(this);
  }

  /** Look at another version. */
  select(number: number): void {
    this._wanted = number;
    this._choose();
  }

  /** Look at the version that is wanted; where it is not there, at the latest. */
  private _choose(): void {
    const versions = this.model.snapshot?.versions ?? [];
    const isThere = versions.some(({ version }) => version === this._wanted);
    const chosen = isThere ? this._wanted : (versions[0]?.version ?? 0);
    if (chosen === this._selected) {
      return;
    }
    this._drop();
    this._selected = chosen;
    if (chosen !== 0) {
      this._version = this.models.openVersion(idOf(this.name, chosen));
      this._version.changed.connect(this._forward, this);
      this._versionLook = this.isShown ? this._version.look() : null;
    }
    this._changed.emit();
  }

  private _forward(): void {
    this._changed.emit();
  }

  private _drop(): void {
    this._versionLook?.dispose();
    this._versionLook = null;
    this._version?.dispose();
    this._version = null;
  }

  private readonly _changed = new Signal<this, void>(this);
  private _wanted: number;
  private _selected = 0;
  private _version: IVersionModel | null = null;
  private _look: IDisposable | null = null;
  private _versionLook: IDisposable | null = null;
  private _isDisposed = false;
}
