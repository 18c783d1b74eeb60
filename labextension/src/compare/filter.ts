/**
 * Conditions on runs as people type them, `lr > 0.01 state = failed`: the twin of the server's, for what is here already.
 */

import { wordOf } from '../charts/dimensions';
import type { Value } from '../charts/dimensions';
import type { ITranslation } from '../translation';
import type { ICompared, IComparedColumn } from '../wire';
import { valueOf } from './values';
import type { IWanted } from './values';

type Op = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~';

/** One comparison. */
interface ICondition {
  readonly field: string;
  readonly op: Op;
  readonly value: Value;
}

/** What a line means, or why it means nothing. */
export interface IFilter {
  readonly fits: (run: ICompared) => boolean;
  /** One sentence; empty if the line makes sense. */
  readonly problem: string;
}

const CONDITION =
  /\s*(?:,|\band\b)?\s*("[^"]*"|'[^']*'|[^\s=<>!~,"']+)(?:\s*(==|!=|<=|>=|=|<|>|~)\s*("[^"]*"|'[^']*'|[^\s,=<>!~"']+))?(?=[\s,]|$)/y;

const ALL = (): boolean => true;

/** Return what a line means. */
export function filterOf(
  text: string,
  columns: readonly IComparedColumn[],
  wanted: IWanted,
  trans: ITranslation
): IFilter {
  const line = text.trim();
  const tests: ((run: ICompared) => boolean)[] = [];
  for (let at = 0; at < line.length;) {
    CONDITION.lastIndex = at;
    const match = CONDITION.exec(line);
    if (match === null) {
      const rest = line.slice(at).trim();
      return { fits: ALL, problem: trans.__('“%1” is not a condition; write them as in: lr > 0.01', rest) };
    }
    const [, field = '', op, value] = match;
    const test = testOf(conditionOf(field, op, value), op === undefined, columns, wanted, trans);
    if (typeof test === 'string') {
      return { fits: ALL, problem: test };
    }
    tests.push(test);
    at = CONDITION.lastIndex;
  }
  return { fits: run => tests.every(test => test(run)), problem: '' };
}

/** Return the line that keeps a range of a column. */
export function conditionWords(column: IComparedColumn, op: string, value: string): string {
  const name = /[\s=<>!~,"']/.test(column.name) ? `"${column.name}"` : column.name;
  return `${name} ${op} ${value}`;
}

function conditionOf(field: string, op: string | undefined, value: string | undefined): ICondition {
  return {
    field: unquoted(field),
    op: op === undefined ? '~' : op === '==' ? '=' : (op as Op),
    value: value === undefined ? unquoted(field) : parsed(value)
  };
}

/** Return what a condition tests, or why it cannot be tested. */
function testOf(
  condition: ICondition,
  isWord: boolean,
  columns: readonly IComparedColumn[],
  wanted: IWanted,
  trans: ITranslation
): ((run: ICompared) => boolean) | string {
  const { field, op, value } = condition;
  if (isWord) {
    const text = field.toLowerCase();
    return ({ row }) =>
      row.name.toLowerCase().includes(text) ||
      row.id.includes(text) ||
      row.state === text ||
      row.tags.includes(field);
  }
  if (field === 'name' || field === 'id') {
    return ({ row }) => holds(op, row[field], value);
  }
  const column = columns.find(each => each.key === field) ?? columns.find(each => each.name === field);
  if (column === undefined) {
    return trans.__('No column is called “%1”.', field);
  }
  if (isOrdered(op) && typeof value !== 'number') {
    return trans.__('“%1” is no number; write it as in: %2 %3 0.5', String(value), field, op);
  }
  return run => holds(op, valueOf(run, column, wanted), value);
}

function holds(op: Op, left: Value, right: Value): boolean {
  if (left === null) {
    return op === '!=';
  }
  switch (op) {
    case '~':
      return wordOf(left).toLowerCase().includes(String(right).toLowerCase());
    case '=':
    case '!=': {
      const isSame =
        typeof left === 'number' && typeof right === 'number'
          ? left === right
          : wordOf(left).toLowerCase() === String(right).toLowerCase();
      return isSame === (op === '=');
    }
    default:
      return typeof left === 'number' && typeof right === 'number' && ORDERED[op](left, right);
  }
}

const ORDERED: Readonly<Record<'<' | '<=' | '>' | '>=', (one: number, other: number) => boolean>> = {
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other
};

function isOrdered(op: Op): boolean {
  return op in ORDERED;
}

function parsed(text: string): Value {
  if (/^["']/.test(text)) {
    return unquoted(text);
  }
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : text;
}

function unquoted(text: string): string {
  return /^["']/.test(text) ? text.slice(1, -1) : text;
}
