/**
 * What was answered, as a table shows it.
 */

import { formatMetric, MISSING } from '../../format';
import type { ITried } from '../../wire';

/** What one revision answered, or why it did not. */
export interface IAnswered {
  /** Who was asked: 0 is as traffic goes. */
  readonly asked: number;
  readonly tried: ITried | null;
  readonly problem: string;
}

/** So many rows are told of. */
const ROWS = 4;

/** Return the answer to each row, in words; several with commas. */
export function labelWords({ answers }: ITried): string {
  const label = answers.predict ?? firstOf(answers);
  return list(label).map(words).join(', ') + more(label);
}

/** Return how sure a classifier is of each answer; empty if it does not say. */
export function scoreWords({ answers }: ITried): string {
  const scores = answers.predict_proba;
  if (!Array.isArray(scores)) {
    return '';
  }
  const best = list(scores).map(row => {
    const values = Array.isArray(row) ? row.map(Number) : [Number(row)];
    return formatMetric(Math.max(...values));
  });
  return best.join(', ') + more(scores);
}

function words(answer: unknown): string {
  if (typeof answer === 'number') {
    return formatMetric(answer);
  }
  if (typeof answer === 'string') {
    return answer;
  }
  if (Array.isArray(answer) && answer.length === 1) {
    return words(answer[0]);
  }
  const text = answer === undefined ? MISSING : JSON.stringify(answer);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function list(answers: unknown): unknown[] {
  return (Array.isArray(answers) ? (answers as unknown[]) : [answers]).slice(0, ROWS);
}

function more(answers: unknown): string {
  return Array.isArray(answers) && answers.length > ROWS ? '…' : '';
}

function firstOf(answers: Readonly<Record<string, unknown>>): unknown {
  return Object.values(answers)[0];
}
