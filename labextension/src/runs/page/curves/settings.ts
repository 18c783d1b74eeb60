/**
 * How the reader wants to see curves: kept while the page is open.
 */

import type { Range } from '../../../charts/plot';
import type { Page } from '../page';
import type { RanksMode } from './model';
import { TIME } from './series';

/** What can be chosen. */
export interface ISettings {
  /** Metrics that are not shown. */
  readonly hidden: ReadonlySet<string>;
  /** The axis at the bottom; empty for what most metrics count by. */
  readonly axis: string;
  readonly isLog: boolean;
  /** From 0 to 0.99. */
  readonly smoothing: number;
  readonly ranks: RanksMode;
  /** Whether tables are shown in the place of charts. */
  readonly isTable: boolean;
  /** What part of the axis is looked at; null for all. */
  readonly range: Range | null;
}

const BEGIN: ISettings = {
  hidden: new Set(),
  axis: '',
  isLog: false,
  smoothing: 0,
  ranks: 'band',
  isTable: false,
  range: null
};

const kept = new WeakMap<Page, ISettings>();

export function settingsOf(page: Page): ISettings {
  return kept.get(page) ?? BEGIN;
}

export function keepSettings(page: Page, settings: ISettings): void {
  kept.set(page, settings);
}

/** Return the counts that metrics are reported by, the most frequent first, then time. */
export function axesOf(metrics: Readonly<Record<string, { readonly axis: string }>>): string[] {
  const counts = new Map<string, number>();
  for (const { axis } of Object.values(metrics)) {
    counts.set(axis, (counts.get(axis) ?? 0) + 1);
  }
  const axes = [...counts].sort(([, one], [, other]) => other - one).map(([axis]) => axis);
  return [...(axes.length > 0 ? axes : ['step']), TIME];
}
