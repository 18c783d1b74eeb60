/**
 * What somebody writes into the form that registers, and what it comes to.
 */

import type { IRegister } from '../../wire';

/** What is to become a version: what a run has kept, or the best trial of a sweep. */
export interface ISourceOf {
  readonly kind: 'run' | 'sweep';
  readonly id: string;
  /** What people call it. */
  readonly name: string;
}

/** The fields of the form, as texts; empty is what the server thinks best. */
export interface IDraft {
  readonly name: string;
  readonly value: string;
  readonly alias: string;
  readonly data: string;
}

/** A field, for what is wrong with it. */
export type Field = keyof IDraft | '';

/** Return the form as it opens. */
export function draftOf({ name }: ISourceOf): IDraft {
  return { name, value: '', alias: '', data: '' };
}

/** Return what the server is asked. */
export function registerOf({ kind, id }: ISourceOf, draft: IDraft): Partial<IRegister> {
  return {
    [kind]: id,
    name: draft.name.trim(),
    value: draft.value,
    alias: aliasOf(draft),
    data: draft.data
  };
}

/** Return the alias that is asked for, without its sign. */
export function aliasOf({ alias }: IDraft): string {
  return alias.trim().replace(/^@/, '');
}

/** Return the field that a refusal of the server is about; empty if it does not say. */
export function fieldOf(message: string, draft: IDraft): Field {
  const alias = aliasOf(draft);
  if (/\balias\b/.test(message) || (alias !== '' && message.includes(`'${alias}'`))) {
    return 'alias';
  }
  return HINTS.find(([hint]) => hint.test(message))?.[1] ?? '';
}

const HINTS: readonly (readonly [RegExp, Field])[] = [
  [/\btable\b|captured/, 'data'],
  [/\bvalues?\b|kept/, 'value'],
  [/is not a name|\bname\b/, 'name']
];
