/**
 * What notifications say of sweeps.
 */

import { formatDuration } from '../../format';
import { toneOf, toneWord } from '../../runs/words';
import type { ITranslation } from '../../translation';
import type { ISweepRow } from '../../wire';
import { bestWords, doneOf, sweepDuration } from '../words';

/** Return how a sweep has ended, in one sentence. */
export function sweepEndWords(row: ISweepRow, trans: ITranslation): string {
  const word = toneWord(toneOf(row), trans).toLocaleLowerCase();
  const done = doneOf(row);
  const begin = trans.__(
    'Sweep %1 %2 after %3 and %4',
    row.name || row.id,
    word,
    formatDuration(sweepDuration(row, row.ended ?? row.created)),
    trans._n('%1 trial', '%1 trials', done)
  );
  const why = row.broken || row.why;
  const end = row.state !== 'succeeded' && why ? why : bestWords(row, trans);
  return end ? `${begin}: ${end}` : begin;
}
