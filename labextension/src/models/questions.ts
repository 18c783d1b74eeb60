/**
 * What is asked before an alias moves, and before something goes away.
 */

import { InputDialog } from '@jupyterlab/apputils';

import { formatCount, formatSize } from '../format';
import { confirmed } from '../runs/shell/questions';
import type { ITranslation } from '../translation';
import type { IModelRow, IUse, IVersionRow } from '../wire';
import { CHAMPION, servedBy, roleWords, versionTitle } from './words';

/** Ask whether an alias may point at a version, where it points at another one; else nothing is asked. */
export async function mayMoveAlias(
  model: IModelRow,
  alias: string,
  version: number,
  trans: ITranslation
): Promise<boolean> {
  const before = model.aliases[alias] ?? 0;
  if (before === 0 || before === version) {
    return true;
  }
  const after =
    alias === CHAMPION
      ? trans.__(
          'Endpoints keep the version that they serve; the next deployment without a version takes v%1.',
          version
        )
      : trans.__('Endpoints keep the version that they serve.');
  return confirmed(
    trans.__('Move @%1 to v%2?', alias, version),
    `${trans.__('It points at v%1 of %2 now.', before, model.name)} ${after}`,
    trans.__('Move'),
    trans
  );
}

/** Ask whether an alias may go. */
export async function mayRemoveAlias(model: IModelRow, alias: string, trans: ITranslation): Promise<boolean> {
  return confirmed(
    trans.__('Remove @%1 of %2?', alias, model.name),
    trans.__(
      'It points at v%1, which stays. What asks for %2@%3 will not be found.',
      model.aliases[alias] ?? 0,
      model.name,
      alias
    ),
    trans.__('Remove'),
    trans
  );
}

/** Ask whether a version may be deleted. */
export async function mayDeleteVersion(row: IVersionRow, trans: ITranslation): Promise<boolean> {
  const said = [
    trans.__('Its files, %1, go with it, and its number is not given again.', formatSize(row.size)),
    row.aliases.length > 0
      ? trans._n('%2 is removed.', '%2 are removed.', row.aliases.length, row.aliases.map(atSign).join(', '))
      : '',
    servesWords(row.uses, trans),
    trans.__('This cannot be undone.')
  ];
  return confirmed(
    trans.__('Delete %1?', versionTitle(row)),
    said.filter(Boolean).join(' '),
    trans.__('Delete'),
    trans
  );
}

/** Ask whether a model may be deleted. */
export async function mayDeleteModel(row: IModelRow, trans: ITranslation): Promise<boolean> {
  const uses = row.recent.flatMap(version => version.uses);
  const said = [
    trans._n(
      '%1 version goes with it, %2 of files.',
      '%1 versions go with it, %2 of files.',
      row.versions,
      formatSize(row.size)
    ),
    servesWords(uses, trans),
    trans.__('This cannot be undone.')
  ];
  return confirmed(
    trans.__('Delete %1?', row.name || row.id),
    said.filter(Boolean).join(' '),
    trans.__('Delete'),
    trans
  );
}

/** Ask for the name of an alias; null if none. */
export async function askAlias(row: IModelRow, version: number, trans: ITranslation): Promise<string | null> {
  const { button, value } = await InputDialog.getText({
    title: trans.__('Alias of %1 v%2', row.name, version),
    label: trans.__('A word that points at this version, such as champion'),
    text: row.champion === version ? '' : CHAMPION,
    okLabel: trans.__('Set'),
    cancelLabel: trans.__('Cancel')
  });
  const alias = (value ?? '').trim().replace(/^@/, '');
  return button.accept && alias !== '' ? alias : null;
}

/** Ask which of several words is meant; null if none. Of one alone nothing is asked. */
export async function askWhich(
  title: string,
  label: string,
  items: readonly string[],
  okLabel: string,
  trans: ITranslation
): Promise<string | null> {
  const { button, value } = await InputDialog.getItem({
    title,
    label,
    items: [...items],
    okLabel,
    cancelLabel: trans.__('Cancel')
  });
  return button.accept && value !== null ? value : null;
}

function servesWords(uses: readonly IUse[], trans: ITranslation): string {
  const serving = servedBy(uses);
  const kept = uses.length - serving.length;
  if (serving.length > 0) {
    return trans.__(
      'It serves (%1), so this will be refused.',
      serving.map(use => roleWords(use, trans)).join('; ')
    );
  }
  return kept > 0
    ? trans._n(
        '%1 revision keeps it for a roll back, so this will be refused.',
        '%1 revisions keep it for a roll back, so this will be refused.',
        kept,
        formatCount(kept)
      )
    : '';
}

function atSign(alias: string): string {
  return `@${alias}`;
}
