/**
 * What is asked before something cannot be undone, and what is said when it could not be done.
 */

import { Dialog, InputDialog, Notification, showDialog } from '@jupyterlab/apputils';

import { isFinished, sentence } from '../../client';
import { formatAge, formatSize } from '../../format';
import type { ITranslation } from '../../translation';
import type { IRunRow } from '../../wire';
import { kindOf, toneOf, toneWord } from '../words';

/** Ask whether a run may be ended. */
export async function mayStop(row: IRunRow, trans: ITranslation): Promise<boolean> {
  return confirmed(
    trans.__('Stop %1?', row.name),
    trans.__('%1 What it has written stays.', stand(row, trans)),
    trans.__('Stop'),
    trans
  );
}

/** Ask whether a run may be deleted; `bytes` is null where its size is not known. */
export async function mayDelete(row: IRunRow, bytes: number | null, trans: ITranslation): Promise<boolean> {
  const size = bytes === null ? '' : ` ${trans.__('Its files take %1.', formatSize(bytes))}`;
  const end = isFinished(row) ? '' : ` ${trans.__('It is stopped first.')}`;
  return confirmed(
    trans.__('Delete %1?', row.name || row.id),
    `${stand(row, trans)}${size}${end} ${trans.__('Log, metrics and values go with it; this cannot be undone.')}`,
    trans.__('Delete'),
    trans
  );
}

/** Ask whether a run that nobody can tell of may be written down as ended. */
export async function mayClose(row: IRunRow, trans: ITranslation): Promise<boolean> {
  return confirmed(
    trans.__('Write down that %1 has ended?', row.name),
    trans.__('Do so only if the machine that it ran on will not come back. What it has written stays.'),
    trans.__('It has ended'),
    trans
  );
}

/** Ask for a line of text; null if nothing is to change. */
export async function askText(
  title: string,
  label: string,
  text: string,
  trans: ITranslation
): Promise<string | null> {
  const { button, value } = await InputDialog.getText({
    title,
    label,
    text,
    okLabel: trans.__('Save'),
    cancelLabel: trans.__('Cancel')
  });
  return button.accept ? (value ?? '') : null;
}

/** Return the words between commas, each once. */
export function tagsFrom(text: string): string[] {
  const tags = text.split(',').map(tag => tag.trim());
  return [...new Set(tags.filter(Boolean))];
}

/** Say why something could not be done; it stays until it is put away. */
export function complain(error: unknown): void {
  Notification.error(sentence(error), { autoClose: false });
}

/** Ask whether something may be done. */
export async function confirmed(
  title: string,
  body: string,
  label: string,
  trans: ITranslation
): Promise<boolean> {
  const { button } = await showDialog({
    title,
    body,
    buttons: [Dialog.cancelButton({ label: trans.__('Cancel') }), Dialog.warnButton({ label })],
    defaultButton: 1
  });
  return button.accept;
}

/** Return where a run stands: `Running for 2 min, python ×4.` */
function stand(row: IRunRow, trans: ITranslation): string {
  const now = Date.now() / 1000;
  const word = toneWord(toneOf(row), trans);
  if (row.ended !== null || row.broken) {
    const when = row.ended ?? row.created;
    return trans.__('%1 %2 ago, %3.', word, formatAge(now - when), kindOf(row));
  }
  return trans.__('%1 for %2, %3.', word, formatAge(now - (row.started ?? row.created)), kindOf(row));
}
