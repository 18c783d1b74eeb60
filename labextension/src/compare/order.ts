/**
 * In which order runs stand, and what they are grouped by.
 */

import type { Value } from '../charts/dimensions';
import { parameterWords } from './values';
import type { ICompared, IComparedColumn, IComparison } from '../wire';

/** By which column, and which way. */
export interface ISort {
  readonly key: string;
  readonly isDescending: boolean;
}

/** The column of names, which every comparison has. */
export const NAME = 'name';

/** Return how runs stand at first: the best one first, else as the server has them. */
export function firstSort({ metric, better }: IComparison): ISort | null {
  return metric && better !== 0 ? { key: `metric:${metric}`, isDescending: better > 0 } : null;
}

/** Return the next way of a column that was pressed: the best first, then the other way round. */
export function nextSort(sort: ISort | null, key: string, column: IComparedColumn | undefined): ISort {
  if (sort?.key === key) {
    return { key, isDescending: !sort.isDescending };
  }
  const isLate = key === 'fact:created';
  return { key, isDescending: isLate || (column?.part === 'metric' && column.better >= 0) };
}

/** Return runs in order of their values; those without one come last, and otherwise the order stays. */
export function sorted(
  runs: readonly ICompared[],
  valueOf: (run: ICompared) => Value,
  isDescending: boolean
): ICompared[] {
  const keyed = runs.map(run => ({ run, value: valueOf(run) }));
  const way = isDescending ? -1 : 1;
  keyed.sort((one, other) => {
    const missing = Number(isMissing(one.value)) - Number(isMissing(other.value));
    return missing || (isMissing(one.value) ? 0 : way * compared(one.value, other.value));
  });
  return keyed.map(({ run }) => run);
}

/** A row of the table: a run, or the head of a group. */
export type Item =
  | { readonly kind: 'run'; readonly run: ICompared }
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly words: string;
      readonly count: number;
      readonly isFolded: boolean;
    };

/** Return runs as rows, in groups that stand as their first run does; groups that are folded show their head. */
export function grouped(
  runs: readonly ICompared[],
  valueOf: ((run: ICompared) => Value) | null,
  folded: ReadonlySet<string>
): Item[] {
  if (valueOf === null) {
    return runs.map(run => ({ kind: 'run', run }));
  }
  const groups = new Map<string, ICompared[]>();
  for (const run of runs) {
    const key = parameterWords(valueOf(run));
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [run]);
    } else {
      group.push(run);
    }
  }
  return [...groups].flatMap(([key, members]): Item[] => [
    { kind: 'group', key, words: key, count: members.length, isFolded: folded.has(key) },
    ...(folded.has(key) ? [] : members.map((run): Item => ({ kind: 'run', run })))
  ]);
}

function isMissing(value: Value): boolean {
  return value === null || (typeof value === 'number' && Number.isNaN(value));
}

function compared(one: Value, other: Value): number {
  if (typeof one === 'number' && typeof other === 'number') {
    return one - other;
  }
  // Numbers before words, as the server has it.
  const kinds = Number(typeof one !== 'number') - Number(typeof other !== 'number');
  return kinds || WORDS.compare(String(one), String(other));
}

const WORDS = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
