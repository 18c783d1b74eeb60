/**
 * Models with their versions below them, as one list of lines.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IRowList, ListStatus } from '../../nouns/tokens';
import type { IModelRow, IModelsQuery, State } from '../../wire';
import { namedBy } from '../ids';
import { modelItem, versionItem } from '../items';
import type { IModelItem } from '../items';
import type { IModelList } from '../tokens';

/** Which models show their versions, in all lists alike. */
export class Opened {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get names(): ReadonlySet<string> {
    return this._names;
  }

  set(name: string, isOpen: boolean): void {
    if (this._names.has(name) !== isOpen) {
      const others = [...this._names].filter(each => each !== name);
      this._names = new Set(isOpen ? [...others, name] : others);
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _names: ReadonlySet<string> = new Set();
}

/** A model that shows its versions: where it stands among the models, and how many lines it has below. */
interface IBranch {
  readonly at: number;
  readonly lines: number;
}

/** The lines of a list of models. */
export class ModelTree implements IRowList<IModelItem, IModelsQuery> {
  constructor(
    private readonly _models: IModelList,
    private readonly _opened: Opened
  ) {
    this._models.changed.connect(this._onChanged, this);
    this._opened.changed.connect(this._onChanged, this);
  }

  get query(): IModelsQuery {
    return this._models.query;
  }

  get status(): ListStatus {
    return this._models.status;
  }

  get problem(): Error | null {
    return this._models.problem;
  }

  get total(): number {
    return this._models.total + this._branches.reduce((sum, { lines }) => sum + lines, 0);
  }

  get roots(): number {
    return this._models.total;
  }

  get states(): Readonly<Partial<Record<State, number>>> {
    return this._models.states;
  }

  get asOf(): number {
    return this._models.asOf;
  }

  get changed(): ISignal<IRowList<IModelItem, IModelsQuery>, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._models.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._opened.changed.disconnect(this._onChanged, this);
      this._models.changed.disconnect(this._onChanged, this);
      this._models.dispose();
      Signal.clearData(this);
    }
  }

  row(place: number): IModelItem | undefined {
    const { at, line } = this._where(place);
    const model = this._models.row(at);
    return model === undefined ? undefined : this._linesOf(model)[line];
  }

  find(id: string): number {
    const { name, version } = namedBy(id);
    const at = this._models.find(name);
    const model = this._models.row(at);
    if (at < 0 || model === undefined) {
      return -1;
    }
    const line = version === 0 ? 0 : this._linesOf(model).findIndex(item => item.id === id);
    const isShown = line === 0 || (line > 0 && this._opened.names.has(name));
    return isShown ? at + line + this._above(at) : -1;
  }

  show(first: number, last: number): void {
    this._models.show(this._where(first).at, this._where(last).at);
  }

  ask(query: IModelsQuery): void {
    this._models.ask(query);
  }

  look(): IDisposable {
    return this._models.look();
  }

  async refresh(): Promise<void> {
    await this._models.refresh();
  }

  private _onChanged(): void {
    this._branches = [...this._opened.names]
      .flatMap(name => {
        const at = this._models.find(name);
        const model = this._models.row(at);
        return model === undefined ? [] : [{ at, lines: model.recent.length }];
      })
      .sort((one, other) => one.at - other.at);
    this._changed.emit();
  }

  /** Return which model stands at a place, and which of its lines: 0 is the model itself. */
  private _where(place: number): { at: number; line: number } {
    let rest = place;
    for (const { at, lines } of this._branches) {
      if (rest <= at) {
        break;
      }
      if (rest <= at + lines) {
        return { at, line: rest - at };
      }
      rest -= lines;
    }
    return { at: rest, line: 0 };
  }

  private _above(at: number): number {
    return this._branches.filter(branch => branch.at < at).reduce((sum, { lines }) => sum + lines, 0);
  }

  /** Return the lines of a model; the same ones as long as nothing of it is new. */
  private _linesOf(model: IModelRow): readonly IModelItem[] {
    const known = this._lines.get(model);
    if (known !== undefined) {
      return known;
    }
    const lines = [modelItem(model), ...model.recent.map(version => versionItem(model, version))];
    this._lines.set(model, lines);
    return lines;
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _lines = new WeakMap<IModelRow, readonly IModelItem[]>();
  private _branches: readonly IBranch[] = [];
}
