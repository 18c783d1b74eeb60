/**
 * What a section of the panel needs to know of the noun that it lists.
 */

import type { ISignal } from '@lumino/signaling';

import type { Changed, IFeed } from '../events';
import type { IconName } from '../icons';
import type { IRowList } from '../nouns/tokens';
import type { Tone } from '../runs/words';
import type { ITranslation } from '../translation';
import type { State } from '../wire';
import type { IChoice } from './query';
import type { AnySection } from './sections';

/** The sections, from top to bottom. */
export const SECTIONS = ['runs', 'sweeps', 'models', 'endpoints'] as const;
export type SectionName = (typeof SECTIONS)[number];

/** What a row can be asked to do. */
export type Act =
  | 'open'
  | 'stop'
  | 'start'
  | 'retry'
  | 'resume'
  | 'promote'
  | 'rollback'
  | 'deploy'
  | 'load'
  | 'logs'
  | 'cell'
  | 'compare'
  | 'delete'
  | 'menu';

/** Something that has a place on the screen. */
export interface IAnchor {
  getBoundingClientRect(): DOMRect;
}

/** What a row must have to be listed. */
export interface IListed {
  readonly id: string;
  readonly name: string;
  readonly state: State;
  readonly broken: string;
  readonly archived: boolean;
  readonly created: number;
}

/** A button of a row. */
export interface IRowAct {
  readonly act: Act;
  readonly icon: IconName;
  readonly label: string;
}

/** A row in words. */
export interface IRowWords {
  readonly tone: Tone;
  /** Word, shape and colour of its state, where they are not those of a run's. */
  readonly word?: string;
  readonly icon?: IconName;
  readonly colour?: Tone | 'warning';
  readonly name: string;
  /** What the pointer on the name is told. */
  readonly title: string;
  /** A small label beside the name. */
  readonly chip: string;
  readonly age: string;
  /** Name and value of the metric that tells most; empty where there is none. */
  readonly metric: string;
  readonly value: string;
  readonly curve: readonly number[];
  /** Words that a narrow row leaves out of the facts, such as `epoch` in `epoch 4/6`. */
  readonly minor: readonly string[];
  /** How far, how long still. */
  readonly facts: readonly string[];
  /** Why it stands as it does; takes the place of the rest. */
  readonly why: string;
  /** From 0 to 1; null where no end is known. */
  readonly share: number | null;
  /** The whole row, for who does not see it. */
  readonly label: string;
  /** What is offered under the pointer. */
  readonly acts: readonly IRowAct[];
}

/** What stands at the end of a section's head. */
export interface ISectionNote {
  readonly tone: Tone | 'warning';
  readonly icon: IconName;
  readonly text: string;
}

/** What a section says. */
export interface ISectionTexts {
  readonly title: string;
  readonly filter: string;
  /** What can be typed into the filter line, by example. */
  readonly placeholder: string;
  readonly states: string;
  readonly loading: string;
  readonly noMatch: string;
  readonly nothingArchived: string;
  readonly showAll: string;
  readonly archived: string;
  readonly refresh: string;
  /** Why it could not be read, where nothing better is known. */
  readonly unreadable: string;
  readonly forbidden: string;
  /** How many are hidden by the choice. */
  hidden(count: number): string;
  /** What the list is called; `time` is when it was true, if that is long ago. */
  list(time: string): string;
}

/** How some rows stand below others. */
export interface ITree<Row> {
  /** 1 is a thing, 2 what stands below it. */
  levelOf(row: Row): 1 | 2;
  /** Say whether what stands below a row is shown; null where nothing does. */
  isOpen(row: Row): boolean | null;
  /** Show what stands below a row, or no longer. */
  open(row: Row, isOpen: boolean): void;
  /** Return the id of the row above; null where there is none. */
  parentOf(row: Row): string | null;
}

/** A noun as a section lists it. */
export interface INoun<Row extends IListed, Query extends object> {
  readonly name: SectionName;
  /** Whether rows stand under their days. */
  readonly hasDays: boolean;
  /** Whether several rows can be selected. */
  readonly isMulti: boolean;
  /** The states that have a place of their own above the list; the usual ones if it is left out. */
  readonly mainStates?: readonly State[];
  /** What keys ask a row to do. */
  readonly keys: Readonly<Record<string, Act>>;
  readonly feed: IFeed;
  /** Which of them have changed. */
  readonly changed: ISignal<IFeed, Changed>;
  queryOf(choice: IChoice): Query;
  list(query: Query): IRowList<Row, Query>;
  /** Read rows beside the list: from a place on, so many at most. */
  read(query: Query, offset: number, limit: number): Promise<{ rows: readonly Row[]; total: number }>;
  /** Say whether there is one of this id. */
  exists(id: string): Promise<boolean>;
  /** Where it has one, rows are lines of a tree. */
  readonly tree?: ITree<Row>;
  wordsOf(row: Row, now: number, trans: ITranslation): IRowWords;
  /** Return the word for a tone, where it is not that of runs. */
  toneWord?(tone: Tone, trans: ITranslation): string;
  /** Return the shape and colour for a tone, where they are not those of runs. */
  shownTone?(tone: Tone): Tone;
  /** Return what the section's head says of its rows, where it is not how many go on. */
  noteOf?(section: AnySection, trans: ITranslation): ISectionNote | null;
  texts(trans: ITranslation): ISectionTexts;
}
