/**
 * A trial as the page shows it: what the search knows of it, and what its run tells meanwhile.
 */

import { toneOf } from '../../runs/words';
import type { Tone } from '../../runs/words';
import type { IObjective, IRunRow, ITrialFact } from '../../wire';
import { trialTone } from '../words';
import type { Value } from '../words';

/** One trial. */
export interface ITrial {
  readonly fact: ITrialFact;
  /** Its run, as far as it is read. */
  readonly run: IRunRow | undefined;
  readonly tone: Tone;
}

/** Return a trial as it stands. */
export function trialOf(fact: ITrialFact, run: IRunRow | undefined): ITrial {
  const tone = fact.result === '' && run !== undefined ? toneOf(run) : trialTone(fact);
  return { fact, run, tone };
}

/** Return what a trial reached of an objective, or where it is; null if there is nothing. */
export function valueOf({ fact, run }: ITrial, place: number, objective: IObjective): number | null {
  const told = numberOf(fact.values[place]);
  return told ?? numberOf(run?.metrics[objective.metric]?.last);
}

/** Return why a trial ended as it did; empty if that needs no words. */
export function whyOf({ fact, run }: ITrial): string {
  return fact.why || (run?.why ?? '');
}

/** Return the names of the parameters that trials have, in the order of the space. */
export function parametersOf(
  space: readonly { readonly name: string }[],
  trials: readonly ITrialFact[]
): string[] {
  const names = new Set(space.map(({ name }) => name));
  for (const { params } of trials) {
    Object.keys(params).forEach(name => names.add(name));
  }
  return [...names];
}

/** Return a number as it came over the wire; null if it is none. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** Compare values of any kind: numbers by size, words by the alphabet, numbers before words. */
export function compareValues(one: Value, other: Value): number {
  if (typeof one === 'number' && typeof other === 'number') {
    return one - other;
  }
  if (typeof one === 'number' || typeof other === 'number') {
    return typeof one === 'number' ? -1 : 1;
  }
  return String(one).localeCompare(String(other));
}
