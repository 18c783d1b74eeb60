/**
 * What can be done with several runs at once: those that are selected in the panel, or that a caller names.
 */

import { Notification } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject } from '@lumino/coreutils';

import { isFinished, sentence } from '../client';
import type { Client } from '../client';
import { CommandIDs } from '../commands';
import { formatCount, formatSize } from '../format';
import { askSchema } from '../nouns/verbs';
import type { Args, IVerb } from '../nouns/verbs';
import type { IPanel } from '../panel/tokens';
import type { ITranslation } from '../translation';
import type { IRunRow } from '../wire';
import { askText, confirmed, tagsFrom } from './shell/questions';
import type { ICurrentRun } from './shell/tokens';

/** So many are asked of the server at once. */
const WIDTH = 4;

/** Of so many runs the size is asked for before a question. */
const MEASURED = 100;

interface ISeveral {
  readonly client: Client;
  readonly commands: CommandRegistry;
  readonly panel: IPanel | null;
  readonly current: ICurrentRun;
  readonly trans: ITranslation;
}

/** Return the commands. */
export function severalVerbs(lab: ISeveral): IVerb<IRunRow>[] {
  const { client, commands, panel, current, trans } = lab;
  const args = idsSchema(trans.__('Ids of the runs; where they are left out, those selected in the panel'));
  const known = (values: Args): readonly IRunRow[] => {
    const ids = idsOf(values);
    const selected = panel?.runs.selected ?? [];
    return ids === null
      ? selected
      : ids.flatMap(id => selected.find(row => row.id === id) ?? panel?.runs.find(id) ?? []);
  };
  const idsFor = (values: Args): string[] => idsOf(values) ?? known(values).map(row => row.id);
  const rowsOf = async (values: Args): Promise<IRunRow[]> => {
    const have = new Map(known(values).map(row => [row.id, row]));
    return inParts(idsFor(values), async id => have.get(id) ?? (await client.run(id)).row);
  };
  /** Whether it makes sense for one of them at least; of runs that are not known nobody can say that it does not. */
  const fitsOne = (values: Args, fits: (row: IRunRow) => boolean): boolean => {
    const rows = known(values);
    return idsFor(values).length > 0 && (rows.length < idsFor(values).length || rows.some(fits));
  };
  const each = async (rows: readonly IRunRow[], act: (row: IRunRow) => Promise<unknown>): Promise<string[]> =>
    doEach(rows, act, trans);
  const isGoing = (row: IRunRow): boolean => !isFinished(row);
  return [
    {
      id: CommandIDs.compareRuns,
      label: trans.__('Compare selected runs'),
      short: trans.__('Compare'),
      caption: trans.__('Compare what is selected in the panel, or a run with all that have its name'),
      icon: 'compare',
      args: {
        ...args,
        id: { type: 'string', description: trans.__('Id of a run, which is compared with all of its name') }
      },
      isEnabled: values =>
        commands.hasCommand(CommandIDs.openComparison) &&
        (isOne(values) || idsFor(values).length > 1 || current.of(values) !== ''),
      execute: async (_, values) => {
        const ids = isOne(values) ? [] : idsFor(values);
        if (ids.length > 1) {
          await commands.execute(CommandIDs.openComparison, { runs: ids });
          return;
        }
        const id = ids[0] ?? current.of(values);
        const { name } = panel?.runs.find(id) ?? (await client.run(id)).row;
        await commands.execute(CommandIDs.openComparison, { name });
      }
    },
    {
      id: CommandIDs.stopRuns,
      label: trans.__('Stop selected runs…'),
      short: trans.__('Stop all…'),
      caption: trans.__('End the selected runs that go on'),
      icon: 'stop',
      args: { ...args, ...askSchema(trans.__('Whether to ask before')) },
      isEnabled: values => fitsOne(values, isGoing),
      execute: async (_, values) => {
        const rows = (await rowsOf(values)).filter(isGoing);
        if (values.ask === false || (await mayStopAll(rows, trans))) {
          await each(rows, async row => client.stop(row.id));
        }
      }
    },
    {
      id: CommandIDs.tagRuns,
      label: trans.__('Tag selected runs…'),
      short: trans.__('Tag…'),
      caption: trans.__('Add words to find the selected runs by'),
      args,
      isEnabled: values => fitsOne(values, isWhole),
      execute: async (_, values) => {
        const rows = (await rowsOf(values)).filter(isWhole);
        const title = trans._n('Tag %1 run', 'Tag %1 runs', rows.length, formatCount(rows.length));
        const label = trans.__('Words that they get besides those they have, with commas between');
        const tags = tagsFrom((await askText(title, label, '', trans)) ?? '');
        if (tags.length > 0) {
          await each(rows, async row =>
            client.change(row.id, { tags: [...new Set([...row.tags, ...tags])] })
          );
        }
      }
    },
    {
      id: CommandIDs.archiveRuns,
      label: trans.__('Archive selected runs'),
      short: trans.__('Archive'),
      caption: trans.__('Put the selected runs away, or take them back'),
      icon: 'folder',
      args: {
        ...args,
        archived: {
          type: 'boolean',
          description: trans.__('Whether to put them away; if left out, unless all of them are')
        }
      },
      isEnabled: values => fitsOne(values, isWhole),
      execute: async (_, values) => {
        const rows = (await rowsOf(values)).filter(isWhole);
        const archived =
          typeof values.archived === 'boolean' ? values.archived : rows.some(row => !row.archived);
        panel?.runs.deselect(await each(rows, async row => client.change(row.id, { archived })));
      }
    },
    {
      id: CommandIDs.deleteRuns,
      label: trans.__('Delete selected runs…'),
      short: trans.__('Delete…'),
      caption: trans.__('Delete the selected runs with all that they have written'),
      args: { ...args, ...askSchema(trans.__('Whether to ask before')) },
      isEnabled: values => idsFor(values).length > 0,
      execute: async (_, values) => {
        const rows = await rowsOf(values);
        if (values.ask === false || (await mayDeleteAll(rows, await sizeOf(client, rows), trans))) {
          panel?.runs.deselect(await each(rows, async row => client.delete(row.id, isGoing(row))));
        }
      }
    }
  ];
}

/** Do something with each, and return the ids of those where it worked; what did not is said once. */
export async function doEach(
  rows: readonly IRunRow[],
  act: (row: IRunRow) => Promise<unknown>,
  trans: ITranslation
): Promise<string[]> {
  const failures: string[] = [];
  const done = await inParts(rows, async row => {
    try {
      await act(row);
      return [row.id];
    } catch (error) {
      failures.push(`${row.name || row.id}: ${sentence(error)}`);
      return [];
    }
  });
  if (failures.length > 0) {
    const more = failures.length - 1;
    const first = trans.__(
      '%1 of %2 could not be changed. %3',
      failures.length,
      rows.length,
      failures[0] ?? ''
    );
    Notification.error(more > 0 ? `${first} ${trans._n('One more.', '%1 more.', more)}` : first, {
      autoClose: false
    });
  }
  return done.flat();
}

async function mayStopAll(rows: readonly IRunRow[], trans: ITranslation): Promise<boolean> {
  return confirmed(
    trans._n('Stop %1 run?', 'Stop %1 runs?', rows.length, formatCount(rows.length)),
    trans.__('%1 What they have written stays.', namesOf(rows, trans)),
    trans.__('Stop'),
    trans
  );
}

async function mayDeleteAll(
  rows: readonly IRunRow[],
  bytes: number | null,
  trans: ITranslation
): Promise<boolean> {
  const going = rows.filter(row => !isFinished(row)).length;
  const said = [
    namesOf(rows, trans),
    going > 0
      ? trans._n('%1 of them goes on and is stopped first.', '%1 of them go on and are stopped first.', going)
      : '',
    !bytes ? '' : trans.__('The files that they have made take %1.', formatSize(bytes)),
    trans.__('Logs, metrics and values go with them; this cannot be undone.')
  ];
  return confirmed(
    trans._n('Delete %1 run?', 'Delete %1 runs?', rows.length, formatCount(rows.length)),
    said.filter(Boolean).join(' '),
    trans.__('Delete'),
    trans
  );
}

/** Return which they are: `digits (2), churn and 4 more.` */
export function namesOf(
  rows: readonly { readonly name: string; readonly id: string }[],
  trans: ITranslation
): string {
  const counts = new Map<string, number>();
  for (const { name, id } of rows) {
    counts.set(name || id, (counts.get(name || id) ?? 0) + 1);
  }
  const names = [...counts].map(([name, count]) => (count > 1 ? `${name} (${formatCount(count)})` : name));
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3
    ? trans.__('%1 and %2 more names.', shown, formatCount(names.length - 3))
    : `${shown}.`;
}

/** Return how many bytes the files of runs take; null where there are too many to ask, or nobody answers. */
async function sizeOf(client: Client, rows: readonly IRunRow[]): Promise<number | null> {
  if (rows.length > MEASURED) {
    return null;
  }
  try {
    const sizes = await inParts(rows, async row => {
      const { files } = await client.files(row.id);
      return files.reduce((sum, file) => sum + file.size, 0);
    });
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return null;
  }
}

async function inParts<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>
): Promise<Result[]> {
  const found: Result[] = [];
  for (let at = 0; at < items.length; at += WIDTH) {
    found.push(...(await Promise.all(items.slice(at, at + WIDTH).map(act))));
  }
  return found;
}

/** Say whether one run is meant, whatever is selected. */
function isOne(args: Args): boolean {
  return typeof args.id === 'string' && args.id !== '';
}

function idsOf(args: Args): string[] | null {
  return Array.isArray(args.ids) ? args.ids.filter(id => typeof id === 'string') : null;
}

function isWhole(row: IRunRow): boolean {
  return !row.broken;
}

function idsSchema(description: string): ReadonlyJSONObject {
  return { ids: { type: 'array', items: { type: 'string' }, description } };
}
