/**
 * What the panel shows, without how: the choice, the list that answers it, and the row that the keys go to.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isFinished, sentence, ServerSays, Unreachable } from '../../client';
import { CLOCK } from '../../events';
import type { Connection, IClock } from '../../events';
import type { IRunRow, State } from '../../wire';
import type { IRunList, IRunsModel } from '../tokens';
import { ALL, isAll, queryOf } from './query';
import type { IChoice } from './query';
import { dayStarts } from './rows';

/** What stands in the place of the list, or that the list does. */
export type Body = 'loading' | 'rows' | 'empty' | 'nothing' | 'failed';

/** After so many milliseconds without a key what was typed is meant. */
const PAUSE = 250;

/** So many rows above and below what is seen are read as well. */
const MARGIN = 20;

/** The state of the panel. Nothing is read while nobody looks. */
export class PanelModel implements IDisposable {
  constructor(
    private readonly _runs: IRunsModel,
    private readonly _clock: IClock = CLOCK
  ) {
    this._list = this._made(ALL);
    this._runs.feed.connectionChanged.connect(this._emit, this);
  }

  /** Anything is new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A run has come to another state: its row as it is now. */
  get stateChanged(): ISignal<this, IRunRow> {
    return this._stateChanged;
  }

  get choice(): IChoice {
    return this._choice;
  }

  /** The filter line as it is being typed; after a pause it is the choice. */
  get draft(): string {
    return this._draft;
  }

  /** Why the filter line cannot be meant, in one sentence; empty if it can. The rows are still those of before. */
  get filterProblem(): string {
    return this._filterProblem;
  }

  /** Why there is nothing to show; null if there is. */
  get problem(): Error | null {
    return this._list.problem;
  }

  get connection(): Connection {
    // A list that could not be read is the first to know.
    return this._list.problem instanceof Unreachable ? 'offline' : this._runs.feed.connection;
  }

  /** When the rows were true, in seconds since the epoch. */
  get asOf(): number {
    return this._list.asOf;
  }

  get body(): Body {
    if (this._list.total > 0) {
      return 'rows';
    }
    if (this._list.status !== 'ready') {
      return this._list.status;
    }
    return isAll(this._shown) ? 'empty' : 'nothing';
  }

  /** How many rows there are. */
  get total(): number {
    return this._list.total;
  }

  /** How many runs there are whatever the choice; -1 if nobody knows. */
  get count(): number {
    return this._count;
  }

  /** How many runs stand where, of those that the filter line selects; null while nobody knows. */
  get states(): Readonly<Partial<Record<State, number>>> | null {
    return this._list.status === 'ready' ? this._list.states : null;
  }

  /** Places of rows that are the first of their day. */
  get days(): ReadonlySet<number> {
    return this._days;
  }

  /** The run that the keys go to; empty if none was chosen. */
  get active(): string {
    return this._active;
  }

  get isLooking(): boolean {
    return this._looks.length > 0;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this.look(false);
      this._cancelPause?.();
      this._list.dispose();
      this._asked?.dispose();
      this._runs.feed.connectionChanged.disconnect(this._emit, this);
      Signal.clearData(this);
    }
  }

  row(at: number): IRunRow | undefined {
    return this._list.row(at);
  }

  /** Return a run's row, if it is among those that were read. */
  find(id: string): IRunRow | undefined {
    return this._list.row(this.place(id));
  }

  /** Return where a run stands among the rows that were read; -1 if it does not. */
  place(id: string): number {
    return id ? this._list.find(id) : -1;
  }

  /** Say whether somebody sees the panel. */
  look(isSeen: boolean): void {
    if (isSeen === this.isLooking) {
      return;
    }
    this._looks.forEach(look => look.dispose());
    const lists = [this._list, ...(this._asked === null ? [] : [this._asked])];
    this._looks = isSeen ? lists.map(list => list.look()) : [];
    this._emit();
  }

  /** Say which places are seen. */
  show(first: number, last: number): void {
    this._list.show(Math.max(first - MARGIN, 0), Math.max(Math.min(last + MARGIN, this.total - 1), 0));
  }

  /** Take what is typed into the filter line. */
  type(text: string): void {
    this._draft = text;
    this._cancelPause?.();
    this._cancelPause = this._clock.after(PAUSE, () => this.choose({ text }));
    this._emit();
  }

  /** Show other runs. What is shown stays until they are read. */
  choose(choice: Partial<IChoice>): void {
    const next = { ...this._choice, text: this._draft, ...choice };
    this._cancelPause?.();
    this._draft = next.text;
    if (JSON.stringify(next) === JSON.stringify(this._choice)) {
      this._emit();
      return;
    }
    this._choice = next;
    this._drop();
    this._filterProblem = '';
    if (JSON.stringify(queryOf(next)) === JSON.stringify(this._list.query)) {
      this._shown = next;
    } else {
      this._ask(next);
    }
    this._emit();
  }

  /** Let the keys go to a run. */
  activate(id: string): void {
    if (this._active !== id) {
      this._active = id;
      this._place = this.place(id);
      this._emit();
    }
  }

  /** Read again, and find out whether the server is there. */
  async refresh(): Promise<void> {
    await (this._runs.feed.connection === 'offline' ? this._runs.feed.tryNow() : this._list.refresh());
  }

  private _ask(choice: IChoice): void {
    const asked = this._made(choice);
    this._asked = asked;
    if (this.isLooking) {
      this._looks.push(asked.look());
    }
  }

  private _made(choice: IChoice): IRunList {
    const list = this._runs.list(queryOf(choice));
    list.changed.connect(() => (list === this._list ? this._onList() : this._onAsked(list, choice)));
    return list;
  }

  private _onAsked(list: IRunList, choice: IChoice): void {
    if (list !== this._asked || list.status === 'loading') {
      return;
    }
    this._asked = null;
    if (list.problem instanceof ServerSays && list.problem.status === 400) {
      this._filterProblem = sentence(list.problem);
      list.dispose();
      this._emit();
      return;
    }
    this._list.dispose();
    this._list = list;
    this._shown = choice;
    this._unfinished.clear();
    this._looks = this._looks.slice(-1);
    this._onList();
  }

  private _onList(): void {
    const list = this._list;
    this._days = kept(
      this._days,
      dayStarts(list.total, at => list.row(at))
    );
    if (list.status === 'ready' && isAll(this._shown)) {
      this._count = list.total;
    }
    this._keepActive();
    this._tell();
    this._emit();
  }

  /** Where the active run is gone, the next one takes its place. */
  private _keepActive(): void {
    const place = this.place(this._active);
    if (place >= 0) {
      this._place = place;
    } else if (this._active) {
      this._active = this._list.row(Math.min(this._place, this.total - 1))?.id ?? '';
    }
  }

  /** Tell which runs came to another state since they were last read. */
  private _tell(): void {
    for (const [id, state] of this._unfinished) {
      const row = this.find(id);
      if (row !== undefined && (row.state !== state || row.broken)) {
        this._stateChanged.emit(row);
      }
    }
    this._unfinished.clear();
    // The latest come first, and only they can be unfinished but by exception.
    for (let at = 0; at < Math.min(this.total, 100); at++) {
      const row = this.row(at);
      if (row !== undefined && !isFinished(row)) {
        this._unfinished.set(row.id, row.state);
      }
    }
  }

  private _drop(): void {
    if (this._asked !== null) {
      this._asked.dispose();
      this._asked = null;
      this._looks.splice(1).forEach(look => look.dispose());
    }
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _stateChanged = new Signal<this, IRunRow>(this);
  private readonly _unfinished = new Map<string, State>();
  private _list: IRunList;
  private _asked: IRunList | null = null;
  private _choice: IChoice = ALL;
  private _shown: IChoice = ALL;
  private _draft = '';
  private _cancelPause: (() => void) | null = null;
  private _filterProblem = '';
  private _days: ReadonlySet<number> = new Set();
  private _count = -1;
  private _active = '';
  private _place = 0;
  private _looks: IDisposable[] = [];
  private _isDisposed = false;
}

/** Return the set as it is where it holds the same, so that nothing is measured anew. */
function kept(before: ReadonlySet<number>, now: readonly number[]): ReadonlySet<number> {
  return before.size === now.length && now.every(place => before.has(place)) ? before : new Set(now);
}
