/**
 * What differs between two runs, as rows of a table.
 */

import type { Value } from '../../charts/dimensions';
import { formatCount, formatMetric, MINUS } from '../../format';
import { oneLine } from '../../runs/card/text';
import { direction } from '../../runs/metrics';
import type { ITranslation } from '../../translation';
import type { IDifference, IDifferences } from '../../wire';
import { parameterWords } from '../values';

/** The tabs of the differences, in their order. */
export const DIFF_TABS = ['all', 'parameters', 'code', 'environment', 'data'] as const;
export type DiffTab = (typeof DIFF_TABS)[number];

/** Some characters, and whether the other side has others there. */
export interface IPart {
  readonly text: string;
  readonly isChanged: boolean;
}

/** One row. */
export interface IDiffRow {
  readonly key: string;
  readonly name: string;
  /** Empty where that side has nothing. */
  readonly a: readonly IPart[];
  readonly b: readonly IPart[];
  readonly isSame: boolean;
  /** What the change means: `+0.009 for A`. */
  readonly note: string;
  /** Which side is better; empty where nobody knows. */
  readonly better: 'a' | 'b' | '';
}

/** Rows under one heading. */
export interface IDiffGroup {
  readonly title: string;
  readonly rows: readonly IDiffRow[];
}

/** Return how many differences there are behind each tab. */
export function countsOf(found: IDifferences): Readonly<Record<DiffTab, number>> {
  const parameters = found.parameters.length + found.options.length;
  const code = found.code.reduce(
    (sum, { lines }) =>
      sum +
      Math.max(
        lines.filter(line => line.op === 'removed').length,
        lines.filter(line => line.op === 'added').length
      ),
    0
  );
  const environment = found.environment.length + found.git.length;
  const data = found.data.length + found.values.length;
  return { all: parameters + environment + data + found.code.length, parameters, code, environment, data };
}

/** Return the groups of a tab. */
export function groupsOf(
  found: IDifferences,
  tab: DiffTab,
  isOnlyDifferences: boolean,
  trans: ITranslation
): IDiffGroup[] {
  const has = (wanted: DiffTab): boolean => tab === 'all' || tab === wanted;
  const groups: IDiffGroup[] = [
    ...(has('parameters')
      ? [
          {
            title: trans.__('Parameters'),
            rows: [
              ...rowsOf('parameter', found.parameters, trans),
              ...(isOnlyDifferences ? [] : sameParameters(found))
            ]
          },
          { title: trans.__('Options'), rows: rowsOf('option', found.options, trans) }
        ]
      : []),
    ...(has('environment')
      ? [
          { title: trans.__('Environment'), rows: rowsOf('environment', found.environment, trans) },
          { title: trans.__('Git'), rows: rowsOf('git', found.git, trans) }
        ]
      : []),
    ...(has('data')
      ? [
          { title: trans.__('Data'), rows: rowsOf('data', found.data, trans) },
          { title: trans.__('Captured values'), rows: rowsOf('value', found.values, trans) }
        ]
      : [])
  ];
  return groups.filter(group => group.rows.length > 0);
}

/** Return the metrics of both, and which side is better. */
export function metricRows(found: IDifferences, isOnlyDifferences: boolean, trans: ITranslation): IDiffRow[] {
  return found.metrics
    .map(metric => metricRow(metric, trans))
    .filter(row => !isOnlyDifferences || !row.isSame);
}

/** Return what is the same, in words: `7 parameters, 213 packages`. */
export function sameWords({ same }: IDifferences, trans: ITranslation): string {
  const parts = [
    [
      same.parameters,
      trans._n('%1 parameter', '%1 parameters', same.parameters, formatCount(same.parameters))
    ],
    [same.values, trans._n('%1 value', '%1 values', same.values, formatCount(same.values))],
    [same.packages, trans._n('%1 package', '%1 packages', same.packages, formatCount(same.packages))],
    [same.datasets, trans._n('%1 dataset', '%1 datasets', same.datasets, formatCount(same.datasets))]
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([, words]) => words)
    .join(', ');
}

/** Return two texts as parts: what both begin and end with, and what lies between. */
export function partsOf(a: string, b: string): readonly [IPart[], IPart[]] {
  const [one, other] = [wordsIn(a), wordsIn(b)];
  let first = 0;
  while (first < Math.min(one.length, other.length) && one[first] === other[first]) {
    first++;
  }
  let last = 0;
  while (
    last < Math.min(one.length, other.length) - first &&
    one[one.length - 1 - last] === other[other.length - 1 - last]
  ) {
    last++;
  }
  const cut = (words: readonly string[]): IPart[] =>
    [
      { text: words.slice(0, first).join(''), isChanged: false },
      { text: words.slice(first, words.length - last).join(''), isChanged: true },
      { text: words.slice(words.length - last).join(''), isChanged: false }
    ].filter(part => part.text !== '');
  return [cut(one), cut(other)];
}

function rowsOf(part: string, differences: readonly IDifference[], trans: ITranslation): IDiffRow[] {
  return differences.map(({ name, a, b, delta }) => {
    // A number is another one as a whole.
    const [left, right] =
      typeof a === 'number' || typeof b === 'number' ? [wholeOf(a), wholeOf(b)] : partsOf(words(a), words(b));
    return {
      key: `${part} ${name}`,
      name: oneLine(name, 60),
      a: left,
      b: right,
      isSame: false,
      note: noteOf(a, b, delta === null ? null : Number(delta), trans),
      better: ''
    };
  });
}

function sameParameters({ a, b, parameters }: IDifferences): IDiffRow[] {
  const differing = new Set(parameters.map(({ name }) => name));
  return Object.entries(a.params)
    .filter(([name]) => !differing.has(name) && name in b.params)
    .map(([name, value]) => {
      const both = [{ text: words(value), isChanged: false }];
      return {
        key: `same ${name}`,
        name: oneLine(name, 60),
        a: both,
        b: both,
        isSame: true,
        note: '',
        better: ''
      };
    });
}

function metricRow({ name, a, b, delta }: IDifference, trans: ITranslation): IDiffRow {
  const way = direction(name);
  const change = delta === null ? NaN : Number(delta);
  const isSame = change === 0;
  const better = way === 0 || isSame || Number.isNaN(change) ? '' : change * way > 0 ? 'b' : 'a';
  const side = better === '' ? '' : better.toUpperCase();
  return {
    key: `metric ${name}`,
    name: oneLine(name, 60),
    a: metricParts(a, better === 'a'),
    b: metricParts(b, better === 'b'),
    isSame,
    note:
      Number.isNaN(change) || isSame
        ? ''
        : side === ''
          ? trans.__('%1 in B', signed(change))
          : trans.__('%1 for %2', signed(Math.abs(change) * way), side),
    better
  };
}

function metricParts(value: Value, isBetter: boolean): IPart[] {
  return value === null ? [] : [{ text: formatMetric(value as number), isChanged: isBetter }];
}

function noteOf(a: Value, b: Value, delta: number | null, trans: ITranslation): string {
  if (a === null) {
    return trans.__('only in B');
  }
  if (b === null) {
    return trans.__('only in A');
  }
  return delta === null || !Number.isFinite(delta) || delta === 0 ? '' : signed(delta);
}

function signed(value: number): string {
  const size = String(Number(Math.abs(value).toPrecision(3)));
  return `${value > 0 ? '+' : MINUS}${size.replaceAll('-', MINUS)}`;
}

function wholeOf(value: Value): IPart[] {
  return value === null ? [] : [{ text: words(value), isChanged: true }];
}

function words(value: Value): string {
  return value === null ? '' : parameterWords(value);
}

/** Return a text word by word: versions are told apart by their numbers. */
function wordsIn(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_]/gu) ?? [];
}
