/**
 * What other extensions can build on.
 */

import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { Client } from '../client';
import type { IFeed } from '../events';
import type { IProblem } from '../host';
import type { IRunPage, IRunRow, IRunSnapshot, IRunsQuery, State } from '../wire';

/** The runs of this server's home. */
export interface IRunsModel {
  /** The REST interface. */
  readonly client: Client;
  /** What has changed, and whether the server can be heard. */
  readonly feed: IFeed;
  /** Return a run as it is kept current while somebody looks at it. Dispose what is returned. */
  open(id: string): IRunModel;
  /** Return a list of runs as it is kept current while somebody looks at it. Dispose what is returned. */
  list(query?: IRunsQuery): IRunList;
}

/** One run, kept current while somebody looks. */
export interface IRunModel extends IDisposable {
  readonly id: string;
  /** The newest that is known; null while nothing is. */
  readonly snapshot: IRunSnapshot | null;
  readonly problem: IProblem | null;
  /** When the snapshot was read, in seconds since the epoch; 0 if it was not. */
  readonly asOf: number;
  /** Snapshot or problem are new. */
  readonly changed: ISignal<IRunModel, void>;
  /** Keep it current until what is returned is disposed. */
  look(): IDisposable;
  /** Read it now. */
  refresh(): Promise<void>;
}

/** How far a list is. */
export type ListStatus = 'loading' | 'ready' | 'failed';

/** A list of runs, of which only what is looked at is read. */
export interface IRunList extends IDisposable {
  readonly query: IRunsQuery;
  readonly status: ListStatus;
  /** Why it could not be read; null if it could. */
  readonly problem: Error | null;
  /** How many runs there are. */
  readonly total: number;
  /** How many runs stand where, of those that the condition selects. */
  readonly states: Readonly<Partial<Record<State, number>>>;
  /** When it was last read, in seconds since the epoch; 0 if it was not. */
  readonly asOf: number;
  readonly changed: ISignal<IRunList, void>;
  /** Return the row at a place; undefined while it is not read. */
  row(at: number): IRunRow | undefined;
  /** Return where a run stands among the rows that are read; -1 if it does not. */
  find(id: string): number;
  /** Say which rows are looked at: they are read, and kept current. */
  show(first: number, last: number): void;
  /** Ask for other runs. */
  ask(query: IRunsQuery): void;
  /** Keep it current until what is returned is disposed. */
  look(): IDisposable;
  /** Read it now. */
  refresh(): Promise<void>;
}

export type { IRunPage };

export const IRunsModel = new Token<IRunsModel>(
  'jupyter-mlops:IRunsModel',
  'The runs of this server, as lists and one by one, kept current while somebody looks at them.'
);
