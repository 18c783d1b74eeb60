/**
 * What somebody writes into the form that deploys: one text a field, and what they come to.
 */

import type { IDeploy } from '../../wire';

/** How the version gets to requests. */
export type Way = 'canary' | 'replace' | 'shadow';

/** The fields of the form, as texts. */
export interface IDraft {
  readonly model: string;
  /** A number, or `@` and an alias; empty is what the server takes. */
  readonly version: string;
  readonly endpoint: string;
  readonly way: Way;
  readonly percent: string;
  readonly replicas: string;
  readonly cpus: string;
  readonly memory: string;
  readonly promote: string;
  readonly rollback: string;
}

/** A field, for what is wrong with it; empty is none of them. */
export type Field = keyof IDraft | '';

/** What is missing before the server can be asked. */
export type Missing = 'cpus' | 'model' | 'percent';

/** What the form begins with. */
export interface IBeginning {
  readonly model: string;
  readonly version: string;
  readonly endpoint: string;
}

/** Return the form as it opens: beside what an endpoint serves, a version begins as a canary. */
export function draftOf({ model, version, endpoint }: IBeginning): IDraft {
  return {
    model,
    version,
    endpoint,
    way: endpoint === '' ? 'replace' : 'canary',
    percent: '10',
    replicas: '',
    cpus: '',
    memory: '',
    promote: '',
    rollback: ''
  };
}

/** Return what the server is asked; what is missing where it cannot be asked. */
export function deployOf(draft: IDraft): { deploy: Omit<IDeploy, 'check'> } | { field: Field; why: Missing } {
  const model = draft.model.trim();
  if (model === '') {
    return { field: 'model', why: 'model' };
  }
  const percent = Number(draft.percent.trim() || NaN);
  if (draft.way === 'canary' && !(Number.isInteger(percent) && percent >= 1 && percent <= 99)) {
    return { field: 'percent', why: 'percent' };
  }
  const cpus = draft.cpus.trim() === '' ? null : Number(draft.cpus.trim());
  if (cpus !== null && !(Number.isInteger(cpus) && cpus >= 0)) {
    return { field: 'cpus', why: 'cpus' };
  }
  return {
    deploy: {
      model: `${model}${suffixOf(draft.version.trim())}`,
      endpoint: draft.endpoint.trim(),
      replicas: draft.replicas.trim(),
      canary: draft.way === 'canary' ? percent : null,
      shadow: draft.way === 'shadow',
      cpus,
      memory: draft.memory.trim(),
      gpus: null,
      port: null,
      promote_if: draft.promote.trim(),
      rollback_if: draft.rollback.trim()
    }
  };
}

/** Return the field that a refusal of the server is about; empty if it does not say. */
export function fieldOf(message: string): Field {
  return HINTS.find(([hint]) => hint.test(message))?.[1] ?? '';
}

const HINTS: readonly (readonly [RegExp, Field])[] = [
  [/promote/i, 'promote'],
  [/roll(s|ed)? ?back/i, 'rollback'],
  [/replica/i, 'replicas'],
  [/memory|bytes/i, 'memory'],
  [/cpus?\b|threads?\b|cores?\b/i, 'cpus'],
  [/canary|percent|stable revision/i, 'percent'],
  [/version|alias/i, 'version'],
  [/endpoint/i, 'endpoint'],
  [/model/i, 'model']
];

function suffixOf(version: string): string {
  if (version === '') {
    return '';
  }
  return version.startsWith('@') ? version : `:${version}`;
}
