/**
 * What can be done with sweeps, as commands.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { isFinished } from '../client';
import { CommandIDs } from '../commands';
import { addVerb, askSchema } from '../nouns/verbs';
import type { IVerb } from '../nouns/verbs';
import { IPanel } from '../panel/tokens';
import { goToCell } from '../runs/shell/origin';
import type { IPlaces } from '../runs/shell/origin';
import { askText, tagsFrom } from '../runs/shell/questions';
import { DOMAIN } from '../translation';
import type { ISweepRow } from '../wire';
import { askTrials, mayDeleteSweep, mayStopSweep } from './questions';
import { ICurrentSweep } from './shell/tokens';
import { ISweepsModel } from './tokens';
import { canResume, doneOf, sweepHandleOf } from './words';

export const sweepCommandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:sweep-commands',
  description: 'What can be done with sweeps, as commands in the palette and in menus.',
  autoStart: true,
  requires: [ISweepsModel, ICurrentSweep],
  optional: [IPanel, INotebookTracker, IDocumentManager, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    sweeps: ISweepsModel,
    current: ICurrentSweep,
    panel: IPanel | null,
    notebooks: INotebookTracker | null,
    documents: IDocumentManager | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const lab = { app, sweeps, panel, notebooks, documents, browser: null, trans };
    const subject = {
      of: current.of.bind(current),
      find: (id: string) => panel?.sweeps.find(id),
      idWords: trans.__('Id of the sweep; where it is left out, the sweep that one works with')
    };
    const verbs = [
      showVerb(lab),
      ...[...courseVerbs(lab), ...lookVerbs(lab), ...paperVerbs(lab)].map(aboutOne)
    ];
    verbs.forEach(verb => addVerb(app.commands, verb, subject));
    // What opens a sweep stands with its page.
    for (const command of [CommandIDs.openSweep, ...verbs.map(verb => verb.id)]) {
      palette?.addItem({ command, category: trans.__('Machine learning runs') });
    }
  }
};

/** What commands work with. */
interface ILab extends IPlaces {
  readonly sweeps: ISweepsModel;
  readonly panel: IPanel | null;
}

type Verb = IVerb<ISweepRow>;

function aboutOne(verb: Verb): Verb {
  return { ...verb, isAboutOne: true };
}

function showVerb({ panel, trans }: ILab): Verb {
  return {
    id: CommandIDs.showSweeps,
    label: trans.__('Show sweeps'),
    caption: trans.__('Show the panel that lists all sweeps'),
    icon: 'sweep',
    isEnabled: () => panel !== null,
    execute: () => panel?.show('sweeps')
  };
}

/** What ends a sweep, or lets it go on. */
function courseVerbs(lab: ILab): Verb[] {
  const { sweeps, trans } = lab;
  const { client } = sweeps;
  return [
    {
      id: CommandIDs.stopSweep,
      label: trans.__('Stop sweep'),
      caption: trans.__('End the sweep and its trials now'),
      icon: 'stop',
      args: askSchema(trans.__('Whether to ask before')),
      fits: row => !isFinished(row),
      labelFor: row => (row.state === 'queued' ? trans.__('Cancel') : trans.__('Stop…')),
      execute: async (id, { ask }) => {
        if (ask === false || (await mayStopSweep(await rowOf(lab, id), trans))) {
          await client.stopSweep(id);
        }
      }
    },
    {
      id: CommandIDs.resumeSweep,
      label: trans.__('Resume sweep'),
      caption: trans.__('Go on with the trials that are still wanted'),
      icon: 'retry',
      fits: canResume,
      short: trans.__('Resume'),
      execute: async id => {
        await client.resumeSweep(id);
      }
    },
    {
      id: CommandIDs.addTrials,
      label: trans.__('Add trials…'),
      caption: trans.__('Let the sweep try more'),
      icon: 'add',
      args: {
        trials: {
          type: 'integer',
          minimum: 1,
          description: trans.__('How many more; where it is left out, it is asked')
        }
      },
      fits: row => !row.broken,
      execute: async (id, args) => {
        const isTold = typeof args.trials === 'number';
        const trials = isTold ? Number(args.trials) : await askTrials(await rowOf(lab, id), trans);
        if (trials !== null) {
          await client.resumeSweep(id, trials);
        }
      }
    },
    {
      id: CommandIDs.deleteSweep,
      label: trans.__('Delete sweep…'),
      caption: trans.__('Delete the sweep with all its trials'),
      args: askSchema(trans.__('Whether to ask before')),
      short: trans.__('Delete…'),
      execute: async (id, { ask }) => {
        const row = await rowOf(lab, id);
        if (ask === false || (await mayDeleteSweep(row, null, trans))) {
          await client.deleteSweep(id, !isFinished(row));
        }
      }
    }
  ];
}

/** What shows something of a sweep. */
function lookVerbs(lab: ILab): Verb[] {
  const { app, sweeps, documents, trans } = lab;
  const { commands } = app;
  return [
    {
      id: CommandIDs.openBest,
      label: trans.__('Open best trial'),
      caption: trans.__('Open the page of the trial that is best so far'),
      icon: 'star',
      fits: row => row.best_run !== '',
      execute: async id => {
        const { best_run: best, name } = await rowOf(lab, id);
        if (!best) {
          throw new Error(trans.__('%1 has no best trial yet.', name));
        }
        await commands.execute(CommandIDs.openRun, { id: best });
      }
    },
    {
      id: CommandIDs.compareSweep,
      label: trans.__('Compare trials'),
      caption: trans.__('Compare the trials of the sweep'),
      icon: 'compare',
      isEnabled: () => commands.hasCommand(CommandIDs.openComparison),
      fits: row => doneOf(row) + row.going > 1,
      execute: id => commands.execute(CommandIDs.openComparison, { sweep: id })
    },
    {
      id: CommandIDs.goToSweepCell,
      label: trans.__('Go to cell of the sweep'),
      caption: trans.__('Show the cell that the sweep came from'),
      icon: 'notebook',
      isEnabled: () => documents !== null,
      short: trans.__('Go to cell'),
      execute: async id => {
        const { trials, row } = await sweeps.client.sweep(id);
        const [first] = trials;
        if (first === undefined) {
          throw new Error(
            trans.__('%1 has not tried anything yet; its first trial knows the cell.', row.name)
          );
        }
        // A trial is a run of the cell that asked for the sweep.
        const { origin } = (await sweeps.client.run(first.run)).spec;
        await goToCell(lab, id, row.name, origin, false);
      }
    },
    {
      id: CommandIDs.copySweepHandle,
      label: trans.__('Copy handle of the sweep'),
      caption: trans.__('Copy the line of code that gives the sweep in any notebook'),
      icon: 'copy',
      short: trans.__('Copy handle'),
      execute: id => Clipboard.copyToSystem(`from jupyter_mlops import connect; ${sweepHandleOf({ id })}`)
    }
  ];
}

/** What people write about a sweep. */
function paperVerbs(lab: ILab): Verb[] {
  const { sweeps, trans } = lab;
  const { client } = sweeps;
  const isWhole = (row: ISweepRow): boolean => !row.broken;
  return [
    {
      id: CommandIDs.noteSweep,
      label: trans.__('Note on sweep…'),
      caption: trans.__('Write a line about the sweep'),
      fits: isWhole,
      short: trans.__('Note…'),
      execute: async id => {
        const row = await rowOf(lab, id);
        const note = await askText(
          trans.__('Note on %1', row.name),
          trans.__('A line about the sweep'),
          row.note,
          trans
        );
        if (note !== null) {
          await client.changeSweep(id, { note });
        }
      }
    },
    {
      id: CommandIDs.tagSweep,
      label: trans.__('Tags of sweep…'),
      caption: trans.__('Write words to find the sweep by'),
      fits: isWhole,
      short: trans.__('Tags…'),
      execute: async id => {
        const row = await rowOf(lab, id);
        const label = trans.__('Words to find it by, with commas between');
        const text = await askText(trans.__('Tags of %1', row.name), label, row.tags.join(', '), trans);
        if (text !== null) {
          await client.changeSweep(id, { tags: tagsFrom(text) });
        }
      }
    },
    {
      id: CommandIDs.archiveSweep,
      label: trans.__('Archive sweep'),
      caption: trans.__('Put the sweep away, or take it back'),
      icon: 'folder',
      args: {
        archived: {
          type: 'boolean',
          description: trans.__('Whether to put it away; if left out, the other way round')
        }
      },
      fits: isWhole,
      labelFor: row => (row.archived ? trans.__('Take out of the archive') : trans.__('Archive')),
      execute: async (id, { archived }) => {
        const isWanted = typeof archived === 'boolean' ? archived : !(await rowOf(lab, id)).archived;
        await client.changeSweep(id, { archived: isWanted });
      }
    }
  ];
}

async function rowOf({ panel, sweeps }: ILab, id: string): Promise<ISweepRow> {
  return panel?.sweeps.find(id) ?? (await sweeps.client.sweep(id, { trials: false })).row;
}
