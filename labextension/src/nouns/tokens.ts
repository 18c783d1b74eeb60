/**
 * What all nouns have in common: one of them, or a list of them, kept current while somebody looks.
 */

import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { IProblem } from '../host';
import type { State } from '../wire';

/** One thing, such as a run, kept current while somebody looks. */
export interface IModel<Snapshot> extends IDisposable {
  readonly id: string;
  /** The newest that is known; null while nothing is. */
  readonly snapshot: Snapshot | null;
  readonly problem: IProblem | null;
  /** When the snapshot was read, in seconds since the epoch; 0 if it was not. */
  readonly asOf: number;
  /** Snapshot or problem are new. */
  readonly changed: ISignal<IModel<Snapshot>, void>;
  /** Keep it current until what is returned is disposed. */
  look(): IDisposable;
  /** Read it now. */
  refresh(): Promise<void>;
}

/** How far a list is. */
export type ListStatus = 'loading' | 'ready' | 'failed';

/** A list of rows, of which only those are read that are looked at. */
export interface IRowList<Row, Query> extends IDisposable {
  readonly query: Query;
  readonly status: ListStatus;
  /** Why it could not be read; null if it could. */
  readonly problem: Error | null;
  /** How many rows there are. */
  readonly total: number;
  /** How many things there are, where other rows stand below them. */
  readonly roots?: number;
  /** How many stand where, of those that the condition selects. */
  readonly states: Readonly<Partial<Record<State, number>>>;
  /** When it was last read, in seconds since the epoch; 0 if it was not. */
  readonly asOf: number;
  readonly changed: ISignal<IRowList<Row, Query>, void>;
  /** Return the row at a place; undefined while it is not read. */
  row(at: number): Row | undefined;
  /** Return where one stands among the rows that are read; -1 if it does not. */
  find(id: string): number;
  /** Say which rows are looked at: they are read, and kept current. */
  show(first: number, last: number): void;
  /** Ask for others. */
  ask(query: Query): void;
  /** Keep it current until what is returned is disposed. */
  look(): IDisposable;
  /** Read it now. */
  refresh(): Promise<void>;
}
