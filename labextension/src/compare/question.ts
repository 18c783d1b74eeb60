/**
 * Which runs are compared.
 */

import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ITranslation } from '../translation';
import type { ICompareQuery } from '../wire';

/** Runs by their ids, or all of a name, of a sweep, or that meet a condition. */
export interface IQuestion {
  readonly runs?: readonly string[];
  readonly name?: string;
  readonly sweep?: string;
  readonly where?: string;
}

/** Return what a command's arguments, or a notebook, ask for; nothing at all is all runs. */
export function questionOf(args: ReadonlyPartialJSONObject): IQuestion {
  const runs = Array.isArray(args.runs) ? args.runs : Array.isArray(args.run) ? args.run : [];
  const ids = [...new Set(runs.filter(id => typeof id === 'string'))];
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    ...(ids.length > 0 ? { runs: ids } : {}),
    ...(text(args.name) ? { name: text(args.name) } : {}),
    ...(text(args.sweep) ? { sweep: text(args.sweep) } : {}),
    ...(text(args.where) ? { where: text(args.where) } : {})
  };
}

/** Return a question as the arguments of the command that asks it. */
export function argsOf(question: IQuestion): ReadonlyJSONObject {
  return { ...question, ...(question.runs ? { runs: [...question.runs] } : {}) };
}

/** Return what is the same for the same question. */
export function keyOf({ runs, name, sweep, where }: IQuestion): string {
  return JSON.stringify([[...(runs ?? [])].sort(), name ?? '', sweep ?? '', where ?? '']);
}

/** Return a question as the server is asked it. */
export function queryOf({ runs, name, sweep, where }: IQuestion): ICompareQuery {
  return { ...(runs ? { run: [...runs] } : {}), name, sweep, where };
}

/** Return what stands on the tab until the server has said it. */
export function titleOf({ runs, name, sweep, where }: IQuestion, trans: ITranslation): string {
  const what = runs
    ? trans._n('%1 run', '%1 runs', runs.length)
    : [name ?? sweep, where].filter(Boolean).join(' ');
  return trans.__('Compare %1', what || trans.__('runs'));
}

/** Return the line of Python that gives the same comparison. */
export function codeOf({ runs, name, sweep, where }: IQuestion): string {
  const parts = [
    ...(name ? [quoted(name)] : []),
    ...(runs ?? []).map(quoted),
    ...(sweep ? [`sweep=${quoted(sweep)}`] : []),
    ...(where ? [`where=${quoted(where)}`] : [])
  ];
  return `from jupyter_mlops import connect; connect().compare(${parts.join(', ')}).table`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
