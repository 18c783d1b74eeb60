/**
 * What is typed above the list, as the server's conditions.
 */

import type { IRunsQuery, State } from '../../wire';

/** What of all runs the panel shows. */
export interface IChoice {
  /** The filter line as it is typed. */
  readonly text: string;
  /** The only state that is shown; null is every one. */
  readonly state: State | null;
  /** Whether what was put away is shown, and only that. */
  readonly archived: boolean;
}

export const ALL: IChoice = { text: '', state: null, archived: false };

const STATES: readonly string[] = ['queued', 'starting', 'running', 'succeeded', 'failed', 'stopped'];
/** One condition, as the server reads them. */
const CONDITION =
  /("[^"]*"|'[^']*'|[^\s=<>!~,"']+)(\s*(?:==|!=|<=|>=|=|<|>|~)\s*(?:"[^"]*"|'[^']*'|[^\s,=<>!~"']+))?/gy;
const LABEL = /^[A-Za-z][A-Za-z0-9_-]*$/;
const ID = /^[A-Za-z][A-Za-z0-9_-]*-\d{8}-\d{6}-[0-9a-z]+$/;

/** Return what the server is asked for. */
export function queryOf(choice: IChoice): IRunsQuery {
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

function byWord(word: string): string {
  if (STATES.includes(word) || !LABEL.test(word)) {
    return word;
  }
  return ID.test(word) ? `id = ${word}` : `name ~ ${word}`;
}
