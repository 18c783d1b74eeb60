/**
 * What status bar and notifications say.
 */

import { formatCount, formatDuration, formatMetric } from '../../format';
import type { ITranslation } from '../../translation';
import type { IRunRow, State } from '../../wire';
import { keyNames } from '../metrics';
import { durationOf, toneOf, toneWord } from '../words';

/** Return `2 running, 1 waiting`; empty if nothing goes on. */
export function goingWords(
  states: Readonly<Partial<Record<State, number>>> | null,
  trans: ITranslation
): string {
  const going = (states?.running ?? 0) + (states?.starting ?? 0);
  const waiting = states?.queued ?? 0;
  return [
    going ? trans._n('%1 running', '%1 running', going, formatCount(going)) : '',
    waiting ? trans._n('%1 waiting', '%1 waiting', waiting, formatCount(waiting)) : ''
  ]
    .filter(Boolean)
    .join(', ');
}

/** Return how a run has ended, in one sentence. */
export function endWords(row: IRunRow, trans: ITranslation): string {
  const word = toneWord(toneOf(row), trans).toLocaleLowerCase();
  const begin = trans.__('%1 %2 after %3', row.name, word, formatDuration(durationOf(row, row.ended ?? 0)));
  const why = row.broken || row.why;
  if (row.state !== 'succeeded' && why) {
    return `${begin}: ${why}`;
  }
  const metric = keyNames(row.metrics, 1)[0];
  const summary = metric === undefined ? undefined : row.metrics[metric];
  return summary === undefined ? begin : `${begin}: ${metric ?? ''} ${formatMetric(summary.last)}`;
}
