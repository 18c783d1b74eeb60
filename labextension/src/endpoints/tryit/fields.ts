/**
 * A row of input as somebody types it, and what it comes to.
 */

import type { IField, ISignature } from '../../wire';

/** How one input is typed. */
export type Kind = 'boolean' | 'json' | 'number' | 'text';

/** One input of the form. */
export interface IInput {
  readonly name: string;
  readonly kind: Kind;
  /** As the signature says it: `FP32`, `FP32[64]`. */
  readonly type: string;
  readonly isOptional: boolean;
}

/** What is typed, by the input's name; a switch that is on is `true`. */
export type Draft = Readonly<Record<string, string>>;

/** A row; or what is wrong, and where. */
export type Typed = { readonly row: unknown } | { readonly field: string; readonly why: Wrong };

/** What may be wrong with what was typed. */
export type Wrong = 'json' | 'missing' | 'number' | 'whole';

/** More numbers than that are typed into one field, in order. */
export const MANY = 24;

/** The name of the field that holds all numbers. */
export const ALL = '';

/** Return the inputs of a signature. */
export function inputsOf({ inputs }: ISignature): IInput[] {
  return inputs.map(field => ({
    name: field.name,
    kind: kindOf(field),
    type: field.shape.length > 0 ? `${field.type}[${field.shape.join(', ')}]` : field.type,
    isOptional: field.optional
  }));
}

/** Say whether all inputs are numbers, and so many that they are typed into one field. */
export function isVector({ kind, inputs }: ISignature): boolean {
  return kind === 'table' && inputs.length > MANY && inputs.every(field => kindOf(field) === 'number');
}

/** Return the form as an example row fills it; empty fields where there is none. */
export function draftOf(signature: ISignature, example: unknown): Draft {
  if (isVector(signature)) {
    const values = signature.inputs.map(({ name }) => valueOf(example, name));
    return { [ALL]: values.every(value => value === undefined) ? '' : values.map(numberText).join(', ') };
  }
  const { kind, inputs } = signature;
  return Object.fromEntries(
    inputs.map(field => {
      // A tensor's row is the tensor, where it is the only one.
      const value =
        kind === 'tensor' && inputs.length === 1 ? bare(example, field.name) : valueOf(example, field.name);
      return [field.name, textOf(value, kindOf(field))];
    })
  );
}

/** Return the row that a form holds. */
export function rowOf(signature: ISignature, draft: Draft): Typed {
  if (isVector(signature)) {
    return vectorOf(signature.inputs, draft[ALL] ?? '');
  }
  const { kind, inputs } = signature;
  const row: Record<string, unknown> = {};
  for (const field of inputs) {
    const typed = typedOf(field, draft[field.name] ?? '');
    if (typeof typed === 'string') {
      return { field: field.name, why: typed };
    }
    row[field.name] = typed.value;
  }
  const [only] = inputs;
  return { row: kind === 'tensor' && inputs.length === 1 && only !== undefined ? row[only.name] : row };
}

/** Return rows as they are typed as JSON: a list of rows, or one row. */
export function rowsOf(text: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (
      typeof value === 'object' &&
      value !== null &&
      'instances' in value &&
      Array.isArray(value.instances)
    ) {
      return value.instances as unknown[];
    }
    return Array.isArray(value) && value.length > 0 && isRows(value) ? (value as unknown[]) : [value];
  } catch {
    return null;
  }
}

/** Return rows as JSON that people read: short lists stay on their line. */
export function jsonOf(rows: readonly unknown[]): string {
  return `[\n${rows.map(row => `  ${JSON.stringify(row).replaceAll(',"', ', "').replaceAll('":', '": ')}`).join(',\n')}\n]`;
}

/** Return JSON as Python writes it. */
export function pythonOf(value: unknown): string {
  if (value === null || value === undefined) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (Array.isArray(value)) {
    return `[${value.map(pythonOf).join(', ')}]`;
  }
  if (typeof value === 'object') {
    const items = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${pythonOf(each)}`);
    return `{${items.join(', ')}}`;
  }
  return JSON.stringify(value);
}

/** Return the shades of a row that is a square picture, from 0 to 1 and row by row; null if it is none. */
export function pictureOf(row: unknown): number[] | null {
  const values = flat(
    typeof row === 'object' && row !== null && !Array.isArray(row) ? Object.values(row) : row
  );
  if (values === null || values.length < 16 || !Number.isInteger(Math.sqrt(values.length))) {
    return null;
  }
  const most = Math.max(...values);
  return most > 0 && Math.min(...values) >= 0 ? values.map(value => value / most) : null;
}

function kindOf({ type, shape }: IField): Kind {
  if (shape.length > 0) {
    return 'json';
  }
  return type === 'BYTES' ? 'text' : type === 'BOOL' ? 'boolean' : 'number';
}

function typedOf(field: IField, text: string): { readonly value: unknown } | Wrong {
  const kind = kindOf(field);
  const shown = text.trim();
  if (kind === 'boolean') {
    return { value: shown === 'true' };
  }
  if (shown === '' && (kind !== 'text' || field.optional)) {
    return field.optional ? { value: null } : 'missing';
  }
  switch (kind) {
    case 'text':
      return { value: text };
    case 'number':
      return numberIn(shown, field.type);
    case 'json':
      try {
        return { value: JSON.parse(shown) as unknown };
      } catch {
        return 'json';
      }
  }
}

function numberIn(text: string, type: IField['type']): { readonly value: number } | Wrong {
  const value = Number(text);
  if (!Number.isFinite(value)) {
    return 'number';
  }
  return type.includes('INT') && !Number.isInteger(value) ? 'whole' : { value };
}

function vectorOf(inputs: readonly IField[], text: string): Typed {
  const words = text
    .replace(/^\s*\[|\]\s*$/g, '')
    .split(/[\s,;]+/)
    .filter(Boolean);
  if (words.length !== inputs.length) {
    return { field: ALL, why: 'missing' };
  }
  const row: Record<string, unknown> = {};
  for (const [at, field] of inputs.entries()) {
    const typed = numberIn(words[at] ?? '', field.type);
    if (typeof typed === 'string') {
      return { field: ALL, why: typed };
    }
    row[field.name] = typed.value;
  }
  return { row };
}

function valueOf(row: unknown, name: string): unknown {
  return isRecord(row) ? row[name] : undefined;
}

/** A tensor's row stands for itself, or below the tensor's name. */
function bare(row: unknown, name: string): unknown {
  return isRecord(row) && name in row ? row[name] : row;
}

function textOf(value: unknown, kind: Kind): string {
  if (value === undefined || value === null) {
    return kind === 'boolean' ? 'false' : '';
  }
  if (kind === 'json' || typeof value === 'object') {
    return JSON.stringify(value).replaceAll(',', ', ');
  }
  return kind === 'number' ? numberText(value) : plainText(value);
}

function numberText(value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'number' ? String(Number(value.toPrecision(12))) : plainText(value);
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Say whether a list holds rows: dicts, or lists. */
function isRows(list: readonly unknown[]): boolean {
  return list.every(each => typeof each === 'object' && each !== null);
}

function flat(value: unknown): number[] | null {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? [value] : null;
  }
  if (!Array.isArray(value)) {
    return null;
  }
  const found: number[] = [];
  for (const each of value) {
    const inner = flat(each);
    if (inner === null || found.length > 4096) {
      return null;
    }
    found.push(...inner);
  }
  return found;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
