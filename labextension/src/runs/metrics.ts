/**
 * Which metrics a small place shows first, and which way is better; the twin of the kernel's `cards/metrics.py`.
 */

import type { IMetricSummary } from '../wire';

const WORDS = /[^a-z0-9]+|(?<=[a-z])(?=[0-9]+@)/;
const HELD_OUT = ['validation', 'valid', 'val', 'eval', 'test', 'dev'];
const TRAINED_ON = ['training', 'train'];

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const HIGHER = setOf(
  'acc accuracy auc auroc aucpr auprc ap map f1 fscore precision recall sensitivity specificity r2 score iou miou dice bleu rouge reward return ndcg mrr mcc kappa psnr ssim elo'
);
const LOWER = setOf(
  'loss logloss error err merror rmse mse mae mape rmsle perplexity ppl nll cost wer cer fid mlogloss'
);
const PLUMBING = setOf(
  'lr learning time seconds sec ms eta memory mem gb mb throughput speed rate norm momentum wd samples step steps epoch iteration batch tokens util gpu cpu'
);

/** Return 1 if more of the metric is better, -1 if less is, 0 if its name does not say. */
export function direction(name: string): -1 | 0 | 1 {
  const words = wordsOf(name);
  if (words.some(word => LOWER.has(word))) {
    return -1;
  }
  return words.some(word => HIGHER.has(word)) ? 1 : 0;
}

/** Return the names, most telling first: scores, losses, the rest, and what only keeps the machine running. */
export function inOrder(names: Iterable<string>): string[] {
  return [...names]
    .map(name => ({ name, weight: weight(name) }))
    .sort((one, other) => one.weight - other.weight)
    .map(({ name }) => name);
}

/** Return up to `most` names, no two of which are the same metric on other data. */
export function keyNames(metrics: Readonly<Record<string, unknown>>, most: number): string[] {
  const chosen = new Map<string, string>();
  for (const name of inOrder(Object.keys(metrics))) {
    const of = family(name);
    chosen.set(of, chosen.get(of) ?? name);
  }
  return [...chosen.values()].slice(0, most);
}

/** Return up to `most` groups of at most two names for one chart each, such as validation and training loss. */
export function groups(names: Iterable<string>, most: number): string[][] {
  const found = new Map<string, string[]>();
  for (const name of inOrder(names)) {
    const of = family(name);
    found.set(of, [...(found.get(of) ?? []), name]);
  }
  return [...found.values()].slice(0, most).map(group => group.slice(0, 2));
}

/** Return the metric's name without the word for the data it was measured on. */
export function family(name: string): string {
  const words = wordsOf(name).filter(word => word && !HELD_OUT.includes(word) && !TRAINED_ON.includes(word));
  return words.join('_') || name;
}

/** Return the word for the data a metric was measured on, such as `val`; `train` if it names none. */
export function shortName(name: string): string {
  return wordsOf(name).find(word => HELD_OUT.includes(word)) ?? 'train';
}

/** Return the best value and its step, where the name says which way is better and there is more than one point. */
export function best(name: string, summary: IMetricSummary): { value: number; step: number } | null {
  const way = direction(name);
  if (way === 0 || summary.count < 2) {
    return null;
  }
  const value = Number(way > 0 ? summary.max : summary.min);
  const step = way > 0 ? summary.max_step : summary.min_step;
  return Number.isFinite(value) && Number.isFinite(step) ? { value, step } : null;
}

function wordsOf(name: string): string[] {
  return name.toLowerCase().split(WORDS);
}

function weight(name: string): number {
  const words = wordsOf(name);
  const isHeldOut = words.some(word => HELD_OUT.includes(word));
  return 2 * kindOf(name, words) + (isHeldOut ? 0 : 1);
}

function kindOf(name: string, words: readonly string[]): number {
  const way = direction(name);
  if (way !== 0) {
    return way > 0 ? 0 : 1;
  }
  return words.some(word => PLUMBING.has(word)) ? 3 : 2;
}
