/**
 * A model in words: what card, panel and page all say.
 */

import { formatMetric, formatShare } from '../format';
import { direction, inOrder } from '../runs/metrics';
import type { ITranslation } from '../translation';
import type { IField, IModelRow, IUse, IVersionRow, WireNumber } from '../wire';
import { idOf } from './ids';

/** The alias of what is to be served. */
export const CHAMPION = 'champion';

/** What a Python name may be. */
const NAME = /^[A-Za-z_]\w*$/;

type Metrics = Readonly<Record<string, WireNumber>>;

/** Return the metric that tells most of some versions: the most telling one that most of them have; empty if none has one. */
export function mainMetric(rows: readonly Pick<IVersionRow, 'metrics'>[]): string {
  const [first = ''] = metricNames(rows);
  return first;
}

/** Return the names of all metrics of some versions: those that most of them have, the most telling first. */
export function metricNames(rows: readonly Pick<IVersionRow, 'metrics'>[]): string[] {
  const counts = new Map<string, number>();
  for (const { metrics } of rows) {
    for (const name of Object.keys(metrics)) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const most = Math.max(0, ...counts.values());
  const isCommon = (name: string): boolean => 2 * (counts.get(name) ?? 0) > most;
  const names = inOrder(counts.keys());
  return [...names.filter(isCommon), ...names.filter(name => !isCommon(name))];
}

/** Return the numbers of the versions that are best at a metric; none where its name does not say what is better. */
export function bestAt(rows: readonly IVersionRow[], metric: string): ReadonlySet<number> {
  const way = direction(metric);
  const values = rows.flatMap(({ version, metrics }) => {
    const value = numberOf(metrics[metric]);
    return value === null ? [] : [{ version, value: way * value }];
  });
  if (way === 0 || values.length < 2) {
    return new Set();
  }
  const most = Math.max(...values.map(({ value }) => value));
  const best = values.filter(({ value }) => value === most);
  return new Set(best.length === values.length ? [] : best.map(({ version }) => version));
}

/** Return a finite number; null if it is none. */
export function numberOf(value: WireNumber | null | undefined): number | null {
  const number = value === null || value === undefined ? NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}

/** Return `0.978`, the main metric of a version, or nothing. */
export function valueWords(metrics: Metrics, metric: string): string {
  return metric in metrics ? formatMetric(metrics[metric]) : '';
}

/** Return `digits v3`. */
export function versionTitle(row: Pick<IVersionRow, 'model' | 'version'>): string {
  return `${row.model} v${row.version}`;
}

/** Return where a version is served: `digits, canary 10 %`. */
export function roleWords(use: IUse, trans: ITranslation): string {
  switch (use.role) {
    case 'stable':
      return trans.__('%1, stable %2', use.endpoint, formatShare(use.percent / 100));
    case 'canary':
      return trans.__('%1, canary %2', use.endpoint, formatShare(use.percent / 100));
    case 'shadow':
      return trans.__('%1, shadow', use.endpoint);
    default:
      return trans.__('%1, kept for roll back', use.endpoint);
  }
}

/** Return the uses that have traffic, or copies of it. */
export function servedBy(uses: readonly IUse[]): IUse[] {
  return uses.filter(({ role }) => role === 'stable' || role === 'canary' || role === 'shadow');
}

/** Return `4 versions`. */
export function countWords(row: IModelRow, trans: ITranslation): string {
  return trans._n('%1 version', '%1 versions', row.versions);
}

/** Return the last part of a class' name: `Pipeline` of `sklearn.pipeline.Pipeline`. */
export function className(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}

/** Return how a value of a field is shaped, with `n` for the rows: `[n, 64]`. */
export function shapeWords({ shape }: Pick<IField, 'shape'>): string {
  return `[${['n', ...shape.map(size => (size < 0 ? '?' : String(size)))].join(', ')}]`;
}

/** Return a type of the Open Inference Protocol as Python's tables have it: `float64`, `text`. */
export function typeWord(type: IField['type']): string {
  switch (type) {
    case 'BYTES':
      return 'text';
    case 'BOOL':
      return 'bool';
    default:
      return type.startsWith('FP') ? `float${type.slice(2)}` : type.toLowerCase();
  }
}

/** Return the variable of a notebook that carries a model: `digits_model`; null if its name makes none. */
export function variableOf(model: string): string | null {
  const name = `${model.replaceAll('-', '_')}_model`;
  return NAME.test(name) ? name : null;
}

/** Return the line of code that gives a model or a version, in any notebook of its home. */
export function modelHandleOf(name: string, version: number): string {
  return version > 0
    ? `connect().models.version("${idOf(name, version)}")`
    : `connect().models.get("${name}")`;
}

/** Return the lines that load a version in any notebook. */
export function loadLines(name: string, version: number): string {
  const variable = NAME.test(name.replaceAll('-', '_')) ? name.replaceAll('-', '_') : 'model';
  return `from jupyter_mlops import connect\n\n${variable} = ${modelHandleOf(name, version)}.load()`;
}

/** Return the line that exports a version for a server; as a whole where `server` is empty. */
export function exportLines(name: string, version: number, server: string): string {
  const to = server === '' ? '' : `, server="${server}"`;
  const path = server === '' ? `${name}-v${version}` : `${name}-v${version}-${server}`;
  return `from jupyter_mlops import connect\n\n${modelHandleOf(name, version)}.export("${path}"${to})`;
}

/** Return the line that lets a version be served; as a canary where the model is served already. */
export function deployLine(name: string, version: number, percent: number | null): string {
  return `%deploy ${idOf(name, version)}${percent === null ? '' : ` --canary ${percent}`}`;
}
