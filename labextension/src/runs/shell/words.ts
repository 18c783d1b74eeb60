/**
 * What status bar and notifications say.
 */

import { formatCount, formatDuration, formatMetric } from '../../format';
import type { ITranslation } from '../../translation';
import type { IRunRow, ISweepRow, State } from '../../wire';
import { keyNames } from '../metrics';
import { durationOf, toneOf, toneWord } from '../words';

/** Return `1 sweep, 3 trials running · 2 running, 1 waiting`; empty if nothing goes on. */
export function goingWords(
  states: Readonly<Partial<Record<State, number>>> | null,
  sweeps: readonly Pick<ISweepRow, 'going'>[],
  trans: ITranslation
): string {
  const going = (states?.running ?? 0) + (states?.starting ?? 0);
  const waiting = states?.queued ?? 0;
  const runs = [
    going ? trans._n('%1 running', '%1 running', going, formatCount(going)) : '',
    waiting ? trans._n('%1 waiting', '%1 waiting', waiting, formatCount(waiting)) : ''
  ];
  return [sweepsWords(sweeps, trans), runs.filter(Boolean).join(', ')].filter(Boolean).join(' · ');
}

function sweepsWords(sweeps: readonly Pick<ISweepRow, 'going'>[], trans: ITranslation): string {
  if (sweeps.length === 0) {
    return '';
  }
  const trials = sweeps.reduce((sum, sweep) => sum + sweep.going, 0);
  const count = trans._n('%1 sweep', '%1 sweeps', sweeps.length, formatCount(sweeps.length));
  return trials === 0
    ? count
    : trans.__(
        '%1, %2',
        count,
        trans._n('%1 trial running', '%1 trials running', trials, formatCount(trials))
      );
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
