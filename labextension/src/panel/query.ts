/**
 * What is typed above the lists, as the server's conditions.
 */

import type { State } from '../wire';

/** What of all rows a section shows. */
export interface IChoice {
  /** The filter line as it is typed. */
  readonly text: string;
  /** The only state that is shown; null is every one. */
  readonly state: State | null;
  /** Whether what was put away is shown, and only that. */
  readonly archived: boolean;
}

export const ALL: IChoice = { text: '', state: null, archived: false };

/** The states that have a place of their own; the others are behind a button. */
export const MAIN_STATES: readonly State[] = ['running', 'queued', 'failed'];

export const STATES: readonly State[] = ['queued', 'starting', 'running', 'succeeded', 'failed', 'stopped'];

/** One condition, as the server reads them. */
const CONDITION =
  /("[^"]*"|'[^']*'|[^\s=<>!~,"']+)(\s*(?:==|!=|<=|>=|=|<|>|~)\s*(?:"[^"]*"|'[^']*'|[^\s,=<>!~"']+))?/gy;
const LABEL = /^[A-Za-z][A-Za-z0-9_-]*$/;
const ID = /^[A-Za-z][A-Za-z0-9_-]*-\d{8}-\d{6}-[0-9a-z]+$/;

/** The part of a question that a choice decides. */
export interface IAsked {
  where: string;
  state?: State[];
  archived?: 'only';
}

/** Return what the server is asked for. */
export function queryOf(choice: IChoice): IAsked {
  return {
    where: conditionsOf(choice.text),
    ...(choice.state === null ? {} : { state: [choice.state] }),
    ...(choice.archived ? { archived: 'only' } : {})
  };
}

/** Return the conditions that a filter line holds: a word that stands alone is a part of a name, or an id. */
export function conditionsOf(text: string): string {
  const found: string[] = [];
  let at = 0;
  const rest = text.trim();
  while (at < rest.length) {
    const gap = /[\s,]*(?:and\s+)?/y;
    gap.lastIndex = at;
    gap.exec(rest);
    CONDITION.lastIndex = gap.lastIndex;
    const match = CONDITION.exec(rest);
    if (match === null) {
      // What it means, or that it means nothing, is the server's to say.
      found.push(rest.slice(gap.lastIndex));
      break;
    }
    const [whole, word = '', comparison] = match;
    found.push(comparison === undefined ? byWord(word) : whole);
    at = CONDITION.lastIndex;
  }
  return found.join(' ');
}

/** Say whether nothing was chosen. */
export function isAll(choice: IChoice): boolean {
  return choice.text.trim() === '' && choice.state === null && !choice.archived;
}

/** Return a choice that was written down earlier, as far as it makes sense. */
export function choiceFrom(value: unknown): IChoice {
  const { text, state, archived } = (value ?? {}) as Partial<Record<keyof IChoice, unknown>>;
  return {
    text: typeof text === 'string' ? text : '',
    state: STATES.find(each => each === state) ?? null,
    archived: archived === true
  };
}

function byWord(word: string): string {
  if (STATES.some(state => state === word) || !LABEL.test(word)) {
    return word;
  }
  return ID.test(word) ? `id = ${word}` : `name ~ ${word}`;
}
