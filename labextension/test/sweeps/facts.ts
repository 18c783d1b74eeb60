/**
 * Sweeps and trials as the server tells them.
 */

import { complete } from '../../src/wire';
import type { ISweepSnapshot, ITrialFact } from '../../src/wire';

/** Return a trial. */
export function trial(number: number, more: Partial<ITrialFact> = {}): ITrialFact {
  return complete('TrialFact', { trial: number, run: `s-1t${number}`, asked: 10, ...more });
}

/** Return a trial that ended well. */
export function finished(number: number, ...values: number[]): ITrialFact {
  return trial(number, { result: 'complete', values, told: 20 });
}

/** Return a sweep for accuracy. */
export function sweep(row: Record<string, unknown> = {}, more: Record<string, unknown> = {}): ISweepSnapshot {
  return complete('SweepSnapshot', {
    row: {
      id: 's-1',
      name: 's',
      state: 'running',
      objectives: [{ metric: 'accuracy' }],
      wanted: 10,
      created: 1,
      started: 1,
      ...row
    },
    ...more
  });
}
