/**
 * What is asked before a sweep ends, goes on or goes away.
 */

import { InputDialog } from '@jupyterlab/apputils';

import { isFinished } from '../client';
import { formatCount, formatSize } from '../format';
import { confirmed } from '../runs/shell/questions';
import type { ITranslation } from '../translation';
import type { ISweepRow } from '../wire';
import { countsWords, doneOf } from './words';

/** As many trials as a sweep has that says nothing of it. */
const USUAL = 20;

/** Ask whether a sweep may be ended. */
export async function mayStopSweep(row: ISweepRow, trans: ITranslation): Promise<boolean> {
  const going =
    row.going > 0
      ? ` ${trans._n('%1 trial is stopped.', '%1 trials are stopped.', row.going, formatCount(row.going))}`
      : '';
  return confirmed(
    trans.__('Stop %1?', row.name),
    trans.__('%1 of %2 trials have ended.', formatCount(doneOf(row)), formatCount(row.wanted)) +
      `${going} ${trans.__('What was found stays, and it can be resumed.')}`,
    trans.__('Stop'),
    trans
  );
}

/** Ask whether a sweep may be deleted; `bytes` is null where its size is not known. */
export async function mayDeleteSweep(
  row: ISweepRow,
  bytes: number | null,
  trans: ITranslation
): Promise<boolean> {
  const count = doneOf(row) + row.going;
  const said = [
    trans._n('%1 trial goes with it:', '%1 trials go with it:', count, formatCount(count)),
    `${countsWords(row, trans)}.`,
    bytes === null ? '' : trans.__('All of it takes %1.', formatSize(bytes)),
    isFinished(row) ? '' : trans.__('It is stopped first.'),
    trans.__('This cannot be undone.')
  ];
  return confirmed(
    trans.__('Delete %1?', row.name || row.id),
    said.filter(Boolean).join(' '),
    trans.__('Delete'),
    trans
  );
}

/** Ask how many trials more; null if none. */
export async function askTrials(row: ISweepRow, trans: ITranslation): Promise<number | null> {
  const { button, value } = await InputDialog.getNumber({
    title: trans.__('Add trials to %1', row.name),
    label: trans.__('How many more, after %1 of %2?', formatCount(doneOf(row)), formatCount(row.wanted)),
    value: USUAL,
    okLabel: trans.__('Add'),
    cancelLabel: trans.__('Cancel')
  });
  if (!button.accept || value === null) {
    return null;
  }
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(trans.__('Trials are added in whole numbers, from 1 on; this is none: %1.', value));
  }
  return value;
}
