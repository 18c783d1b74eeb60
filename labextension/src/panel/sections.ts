/**
 * What a section shows, without how: the choice, the list that answers it, the row that the keys go to, and what is
 * selected.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { isFinished, sentence, ServerSays, Unreachable } from '../client';
import { CLOCK } from '../events';
import type { Changed, Connection, IClock, IFeed } from '../events';
import type { IRowList } from '../nouns/tokens';
import type { ITranslation } from '../translation';
import type { State } from '../wire';
import { dayStarts } from './days';
import type { IListed, INoun, IRowWords } from './nouns';
import { ALL, isAll } from './query';
import type { IChoice } from './query';
import { MOST, Selection } from './selection';

/** What stands in the place of the list, or that the list does. */
export type Body = 'loading' | 'rows' | 'empty' | 'nothing' | 'failed';

/** After so many milliseconds without a key what was typed is meant. */
const PAUSE = 250;

/** So many rows above and below what is seen are read as well. */
const MARGIN = 20;

/** So many selected rows that have changed are looked after one by one. */
const FEW = 20;

/** The state of a section. Nothing is read while nobody looks. */
export class SectionModel<Row extends IListed, Query extends object> implements IDisposable {
  constructor(
    readonly noun: INoun<Row, Query>,
    private readonly _clock: IClock = CLOCK
  ) {
    this._list = this._made(ALL);
    this.noun.feed.connectionChanged.connect(this._emit, this);
    this.noun.changed.connect(this._onChanged, this);
  }

  /** Anything is new. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A row has come to another state: as it is now. */
  get stateChanged(): ISignal<this, Row> {
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
    return this._list.problem instanceof Unreachable ? 'offline' : this.noun.feed.connection;
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

  /** Whether the rows are only some of all. */
  get isFiltered(): boolean {
    return !isAll(this._shown);
  }

  /** How many rows there are. */
  get total(): number {
    return this._list.total;
  }

  /** How many things there are, without what stands below them. */
  get things(): number {
    return this._list.roots ?? this._list.total;
  }

  /** How many there are whatever the choice; -1 if nobody knows. */
  get count(): number {
    return this._count;
  }

  /** How many stand where, of those that the filter line selects; null while nobody knows. */
  get states(): Readonly<Partial<Record<State, number>>> | null {
    return this._list.status === 'ready' ? this._list.states : null;
  }

  /** Places of rows that are the first of their day. */
  get days(): ReadonlySet<number> {
    return this._days;
  }

  /** The row that the keys go to; empty if none was chosen. */
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
      this.noun.feed.connectionChanged.disconnect(this._emit, this);
      this.noun.changed.disconnect(this._onChanged, this);
      Signal.clearData(this);
    }
  }

  row(at: number): Row | undefined {
    return this._list.row(at);
  }

  /** Return a row, if it is among those that were read. */
  find(id: string): Row | undefined {
    return this._list.row(this.place(id));
  }

  /** Return where a row stands among those that were read; -1 if it does not. */
  place(id: string): number {
    return id ? this._list.find(id) : -1;
  }

  /** Return what a row says at a time; while one scrolls, time stands still. */
  words(row: Row, now: number, trans: ITranslation): IRowWords {
    if (now !== this._wordsAt) {
      // A map that is emptied is less work for the browser than one that lets go by itself.
      this._words.clear();
      this._wordsAt = now;
    }
    const words = this._words.get(row) ?? this.noun.wordsOf(row, now, trans);
    this._words.set(row, words);
    return words;
  }

  /** Say whether somebody sees the section. */
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

  /** Show other rows. What is shown stays until they are read. */
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
    if (JSON.stringify(this.noun.queryOf(next)) === JSON.stringify(this._list.query)) {
      this._shown = next;
    } else {
      this._ask(next);
    }
    this._emit();
  }

  /** Let the keys go to a row. */
  activate(id: string): void {
    if (this._active !== id) {
      this._active = id;
      this._place = this.place(id);
      this._emit();
    }
  }

  /** Say whether a row is selected; where none was selected by itself, the active one counts as selected. */
  isSelected(id: string): boolean {
    return this.selection.size > 0 ? this.selection.has(id) : id === this._active;
  }

  /** A row was pressed: nothing else is selected any more. */
  press(id: string): void {
    this.selection.anchor = id;
    this.selection.clear();
    this.activate(id);
    this._emit();
  }

  /** Move the keys to a row, and let a range begin there. */
  go(id: string): void {
    this.selection.anchor = id;
    this.activate(id);
  }

  /** Select a row besides the others, or no longer. */
  toggle(id: string): void {
    const row = this.find(id);
    if (!this.noun.isMulti || row === undefined) {
      return;
    }
    const other = this.find(this.selection.anchor);
    if (this.selection.size === 0 && other !== undefined && other.id !== id) {
      // It was shown as selected.
      this.selection.toggle(other);
    }
    this.selection.toggle(row);
    this.go(id);
    this._emit();
  }

  /** Select all from where the range begins to a place. */
  async extendTo(place: number): Promise<void> {
    const target = this.row(place);
    if (!this.noun.isMulti || target === undefined) {
      return;
    }
    const anchor = this.place(this.selection.anchor || this._active);
    const from = anchor < 0 ? place : anchor;
    this.selection.anchor = this.row(from)?.id ?? target.id;
    this.activate(target.id);
    await this._select(Math.min(from, place), Math.abs(place - from) + 1, from > place);
  }

  /** Select all that are shown. */
  async selectAll(): Promise<void> {
    if (this.noun.isMulti) {
      await this._select(0, this.total);
    }
  }

  /** Select nothing. */
  clearSelection(): void {
    this.selection.clear();
    this._emit();
  }

  /** Rows are gone, or put away: they are selected no longer. */
  deselect(ids: Iterable<string>): void {
    if (this.selection.remove(ids)) {
      this._emit();
    }
  }

  /** Read again, and find out whether the server is there. */
  async refresh(): Promise<void> {
    await (this.noun.feed.connection === 'offline' ? this.noun.feed.tryNow() : this._list.refresh());
  }

  private async _select(offset: number, count: number, isFromEnd = false): Promise<void> {
    const wanted = Math.min(count, MOST);
    const first = isFromEnd ? offset + count - wanted : offset;
    const known = Array.from({ length: wanted }, (_, at) => this.row(first + at));
    const rows = known.filter(row => row !== undefined);
    // What is asked for last counts: an answer may come late.
    const turn = ++this._turn;
    const isWhole = rows.length === wanted;
    const found = isWhole ? rows : (await this.noun.read(this._list.query, first, wanted)).rows;
    if (turn === this._turn && !this._isDisposed) {
      this.selection.set(found, count > MOST);
      this._emit();
    }
  }

  private _ask(choice: IChoice): void {
    const asked = this._made(choice);
    this._asked = asked;
    if (this.isLooking) {
      this._looks.push(asked.look());
    }
  }

  private _made(choice: IChoice): IRowList<Row, Query> {
    const list = this.noun.list(this.noun.queryOf(choice));
    list.changed.connect(() => (list === this._list ? this._onList() : this._onAsked(list, choice)));
    return list;
  }

  private _onAsked(list: IRowList<Row, Query>, choice: IChoice): void {
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
    if (this.noun.hasDays) {
      this._days = kept(
        this._days,
        dayStarts(list.total, at => list.row(at))
      );
    }
    if (list.status === 'ready') {
      this._counted();
    }
    this._keepActive();
    this._keepSelected();
    this._tell();
    this._emit();
  }

  /** Note how many there are in all; where only some are shown from the start, that is asked for once. */
  private _counted(): void {
    if (!this.isFiltered) {
      this._count = this.things;
    } else if (this._count < 0) {
      this._count = 0;
      const asked = this.noun.read(this.noun.queryOf(ALL), 0, 1);
      void asked.then(
        ({ total }) => {
          this._count = total;
          this._emit();
        },
        // Whoever reads the list says why.
        () => (this._count = -1)
      );
    }
  }

  /** Where the active row is gone, the next one takes its place. */
  private _keepActive(): void {
    const place = this.place(this._active);
    if (place >= 0) {
      this._place = place;
    } else if (this._active) {
      this._active = this._list.row(Math.min(this._place, this.total - 1))?.id ?? '';
    }
  }

  private _keepSelected(): void {
    if (this.selection.size > 0) {
      for (const { id } of this.selection.rows) {
        const row = this.find(id);
        if (row !== undefined) {
          this.selection.update(row);
        }
      }
    }
  }

  /** A selected row that changed may be gone; that it is not read says nothing. */
  private _onChanged(_: IFeed, changed: Changed): void {
    if (this.selection.size === 0 || changed === 'all') {
      return;
    }
    const ids = [...changed].filter(id => this.selection.has(id)).slice(0, FEW);
    void Promise.all(ids.map(async id => ((await this.noun.exists(id)) ? [] : [id]))).then(
      gone => this.deselect(gone.flat()),
      // Nobody answers; the next change tells.
      () => undefined
    );
  }

  /** Tell which rows came to another state since they were last read. */
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

  readonly selection = new Selection<Row>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _stateChanged = new Signal<this, Row>(this);
  private readonly _unfinished = new Map<string, State>();
  private readonly _words = new Map<Row, IRowWords>();
  private _wordsAt = 0;
  private _list: IRowList<Row, Query>;
  private _asked: IRowList<Row, Query> | null = null;
  private _choice: IChoice = ALL;
  private _shown: IChoice = ALL;
  private _draft = '';
  private _cancelPause: (() => void) | null = null;
  private _filterProblem = '';
  private _days: ReadonlySet<number> = new Set();
  private _count = -1;
  private _active = '';
  private _place = 0;
  private _turn = 0;
  private _looks: IDisposable[] = [];
  private _isDisposed = false;
}

/** A section whatever it lists. */
export type AnySection = SectionModel<IListed, object>;

/** Return the set as it is where it holds the same, so that nothing is measured anew. */
function kept(before: ReadonlySet<number>, now: readonly number[]): ReadonlySet<number> {
  return before.size === now.length && now.every(place => before.has(place)) ? before : new Set(now);
}
