/**
 * What somebody writes into the form before it is asked for: one text a field, and what they come to.
 */

import { direction, inOrder } from '../../runs/metrics';
import type { ITune } from '../../wire';
import type { Value } from '../words';

/** The fields of the form, as texts. */
export interface IDraft {
  /** What each parameter may be, by its name; empty keeps its value. */
  readonly space: Readonly<Record<string, string>>;
  readonly objective: string;
  readonly direction: ITune['direction'];
  readonly algorithm: string;
  readonly prune: string;
  readonly trials: string;
  readonly parallel: string;
  readonly name: string;
  readonly seed: string;
  readonly stopAt: string;
  readonly timeout: string;
}

/** A field, for what is wrong with it; a parameter's is `space:` and its name. */
export type Field = Exclude<keyof IDraft, 'space'> | `space:${string}` | '';

export const ALGORITHMS = [
  'tpe',
  'random',
  'grid',
  'multivariate-tpe',
  'bayesianoptimization',
  'cmaes',
  'sobol',
  'hyperband'
] as const;

export const PRUNERS = ['none', 'median', 'hyperband'] as const;

/** Names of parameters that are thought of in powers of ten. */
const LOGARITHMIC = /lr|rate|decay|alpha|lambda|gamma|reg|eps|tol|weight|^wd$|^c$/i;
const SHARES = /drop|momentum|ratio|fraction|share|prob|split/i;

/** Return the form as it opens: what counts most is searched for, nothing else is filled in. */
export function draftOf(metrics: Iterable<string>): IDraft {
  const [objective = ''] = inOrder(metrics).filter(name => direction(name) !== 0);
  return {
    space: {},
    objective,
    direction: '',
    algorithm: 'tpe',
    prune: 'none',
    trials: '20',
    parallel: '',
    name: '',
    seed: '',
    stopAt: '',
    timeout: ''
  };
}

/** Return a space worth searching around a value; empty if the value suggests none. */
export function suggestion(name: string, value: Value): string {
  if (typeof value === 'boolean') {
    return 'True|False';
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return '';
  }
  if (Number.isInteger(value) && Math.abs(value) >= 1) {
    return value > 0
      ? `${Math.max(Math.floor(value / 2), 1)}..${value * 2}`
      : `${value * 2}..${Math.ceil(value / 2)}`;
  }
  if (value <= 0) {
    return value === 0 ? '0..1' : `${short(value * 2)}..${short(value / 2)}`;
  }
  if (SHARES.test(name) && value <= 1) {
    return `0.0..${short(Math.min(Math.max(value * 2, 0.5), 1))}`;
  }
  return LOGARITHMIC.test(name) || value < 0.05
    ? `${short(value / 10)}..${short(value * 10)}:log`
    : `${short(value / 2)}..${short(value * 2)}`;
}

/** Return what the server is asked; the sentence that says what is missing where it cannot be asked. */
export function tuneOf(
  run: string,
  draft: IDraft
): { tune: Omit<ITune, 'check'> } | { field: Field; why: Missing } {
  const space = Object.fromEntries(
    Object.entries(draft.space)
      .map(([name, text]) => [name, text.trim()] as const)
      .filter(([, text]) => text !== '')
  );
  if (Object.keys(space).length === 0) {
    return { field: '', why: 'space' };
  }
  if (draft.objective.trim() === '') {
    return { field: 'objective', why: 'objective' };
  }
  const numbers = {
    trials: numberIn(draft.trials),
    parallel: numberIn(draft.parallel),
    seed: numberIn(draft.seed),
    stopAt: numberIn(draft.stopAt)
  };
  for (const [field, value] of Object.entries(numbers)) {
    const isWhole = field === 'stopAt' || value === null || (Number.isInteger(value) && value >= 0);
    if (Number.isNaN(value) || !isWhole) {
      return { field: field as Field, why: field === 'stopAt' ? 'number' : 'whole' };
    }
  }
  return {
    tune: {
      run,
      space,
      objective: draft.objective.trim(),
      direction: draft.direction,
      name: draft.name.trim(),
      algorithm: draft.algorithm,
      prune: draft.prune,
      trials: numbers.trials,
      parallel: numbers.parallel,
      seed: numbers.seed,
      stop_at: numbers.stopAt,
      timeout: draft.timeout.trim()
    }
  };
}

/** What is missing before the server can be asked. */
export type Missing = 'space' | 'objective' | 'number' | 'whole';

/** Return the field that a refusal of the server is about; empty if it does not say. */
export function fieldOf(message: string, draft: IDraft): Field {
  const [sentence = '', shown = ''] = message.split('\n');
  const searched = Object.entries(draft.space)
    .filter(([, text]) => text.trim() !== '')
    .map(([name]) => name);
  const pointed = searched.find(name => shown.trimStart().startsWith(`${name}=`));
  const named = searched.find(name => sentence.includes(`'${name}'`) || sentence.includes(` ${name}=`));
  const parameter = pointed ?? named;
  if (parameter !== undefined) {
    return `space:${parameter}`;
  }
  return (
    HINTS.find(([hint]) => hint.test(sentence))?.[1] ??
    (draft.objective.trim() !== '' && sentence.includes(draft.objective.trim()) ? 'objective' : '')
  );
}

const HINTS: readonly (readonly [RegExp, Field])[] = [
  [/direction|objective|which way is better/i, 'objective'],
  [/prun/i, 'prune'],
  [/algorithm|optuna|needs? (the )?packages?|pip install/i, 'algorithm'],
  [/parallel/i, 'parallel'],
  [/timeout|duration/i, 'timeout'],
  [/seed/i, 'seed'],
  [/stop-at|stop_at/i, 'stopAt'],
  [/\btrials\b|grid/i, 'trials'],
  [/\bname\b/i, 'name']
];

/** Return a number that was typed; null if nothing was, NaN if it is none. */
function numberIn(text: string): number | null {
  return text.trim() === '' ? null : Number(text.trim());
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
