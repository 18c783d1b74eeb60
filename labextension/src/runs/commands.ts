/**
 * What can be done with runs, as commands.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { isFinished } from '../client';
import type { Client } from '../client';
import { CommandIDs } from '../commands';
import { addVerb, askSchema } from '../nouns/verbs';
import type { IVerb } from '../nouns/verbs';
import { IPanel } from '../panel/tokens';
import { DOMAIN } from '../translation';
import type { IRunRow } from '../wire';
import { severalVerbs } from './several';
import { EXAMPLE, LOAD } from './shell/example';
import { cellOf } from './shell/line';
import { insertCells, openNotebook } from './shell/notebooks';
import { goToCell, kernelOf, newNotebook } from './shell/origin';
import type { IPlaces } from './shell/origin';
import { askText, mayClose, mayDelete, mayStop, tagsFrom } from './shell/questions';
import { ICurrentRun } from './shell/tokens';
import { IRunsModel } from './tokens';
import { handleOf } from './words';

export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:commands',
  description: 'What can be done with runs, as commands in the palette and in menus.',
  autoStart: true,
  requires: [IRunsModel, ICurrentRun],
  optional: [IPanel, INotebookTracker, IDocumentManager, IDefaultFileBrowser, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    runs: IRunsModel,
    current: ICurrentRun,
    panel: IPanel | null,
    notebooks: INotebookTracker | null,
    documents: IDocumentManager | null,
    browser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const lab = { app, client: runs.client, panel, notebooks, documents, browser, trans };
    const subject = {
      of: current.of.bind(current),
      find: (id: string) => panel?.runs.find(id),
      idWords: trans.__('Id of the run; where it is left out, the run that one works with')
    };
    const several = severalVerbs({ client: runs.client, commands: app.commands, panel, current, trans });
    const verbs = [...panelVerbs(lab), ...runVerbs(lab), ...several, ...notebookVerbs(lab)];
    verbs.forEach(verb => addVerb(app.commands, verb, subject));
    // What opens a run stands with its page.
    for (const command of [CommandIDs.openRun, CommandIDs.openLogs, ...verbs.map(verb => verb.id)]) {
      palette?.addItem({ command, category: trans.__('Machine learning runs') });
    }
  }
};

/** What commands work with. */
interface ILab extends IPlaces {
  readonly client: Client;
  readonly panel: IPanel | null;
}

type Verb = IVerb<IRunRow>;

function panelVerbs({ panel, trans }: ILab): Verb[] {
  return [
    {
      id: CommandIDs.showRuns,
      label: trans.__('Show runs'),
      caption: trans.__('Show the panel that lists all runs'),
      icon: 'mlops',
      isEnabled: () => panel !== null,
      execute: () => panel?.show('runs')
    },
    {
      id: CommandIDs.refreshRuns,
      label: trans.__('Read runs again'),
      caption: trans.__('Read again what the panel of runs shows'),
      icon: 'refresh',
      isEnabled: () => panel?.isVisible ?? false,
      execute: async () => panel?.refresh()
    }
  ];
}

/** What is about one run. */
function runVerbs(lab: ILab): Verb[] {
  const { client, panel, trans } = lab;
  const rowOf = async (id: string): Promise<IRunRow> => panel?.runs.find(id) ?? (await client.run(id)).row;
  const isGoing = (row: IRunRow): boolean => !isFinished(row);
  const isOver = (row: IRunRow): boolean => isFinished(row) && !row.broken;
  const verbs: Verb[] = [
    {
      id: CommandIDs.stopRun,
      label: trans.__('Stop'),
      caption: trans.__('End the run now'),
      icon: 'stop',
      args: askSchema(trans.__('Whether to ask before')),
      fits: isGoing,
      labelFor: row => (row.state === 'queued' ? trans.__('Cancel') : trans.__('Stop…')),
      execute: async (id, { ask }) => {
        if (ask === false || (await mayStop(await rowOf(id), trans))) {
          await client.stop(id);
        }
      }
    },
    {
      id: CommandIDs.retryRun,
      label: trans.__('Retry'),
      caption: trans.__('Start a new run of the same code, values and parameters'),
      icon: 'retry',
      fits: isOver,
      execute: async id => (await client.retry(id)).id
    },
    {
      id: CommandIDs.deleteRun,
      label: trans.__('Delete…'),
      caption: trans.__('Delete the run with all that it has written'),
      args: askSchema(trans.__('Whether to ask before')),
      execute: async (id, { ask }) => {
        const row = await rowOf(id);
        if (ask === false || (await mayDelete(row, null, trans))) {
          await client.delete(id, !isFinished(row));
        }
      }
    },
    {
      id: CommandIDs.closeRun,
      label: trans.__('Mark as ended…'),
      caption: trans.__('End by hand a run whose machine will not come back'),
      isRare: true,
      fits: isGoing,
      execute: async id => {
        if (await mayClose(await rowOf(id), trans)) {
          await client.close(id);
        }
      }
    },
    {
      id: CommandIDs.archiveRun,
      label: trans.__('Archive'),
      caption: trans.__('Put the run away, or take it back'),
      icon: 'folder',
      args: {
        archived: {
          type: 'boolean',
          description: trans.__('Whether to put it away; if left out, the other way round')
        }
      },
      fits: row => !row.broken,
      labelFor: row => (row.archived ? trans.__('Take out of the archive') : trans.__('Archive')),
      execute: async (id, { archived }) => {
        const isWanted = typeof archived === 'boolean' ? archived : !(await rowOf(id)).archived;
        await client.change(id, { archived: isWanted });
      }
    },
    {
      id: CommandIDs.noteRun,
      label: trans.__('Note…'),
      caption: trans.__('Write a line about the run'),
      fits: row => !row.broken,
      execute: async id => {
        const row = await rowOf(id);
        const note = await askText(
          trans.__('Note on %1', row.name),
          trans.__('A line about the run'),
          row.note,
          trans
        );
        if (note !== null) {
          await client.change(id, { note });
        }
      }
    },
    {
      id: CommandIDs.tagRun,
      label: trans.__('Tags…'),
      caption: trans.__('Write words to find the run by'),
      fits: row => !row.broken,
      execute: async id => {
        const row = await rowOf(id);
        const label = trans.__('Words to find it by, with commas between');
        const text = await askText(trans.__('Tags of %1', row.name), label, row.tags.join(', '), trans);
        if (text !== null) {
          await client.change(id, { tags: tagsFrom(text) });
        }
      }
    },
    {
      id: CommandIDs.copyHandle,
      label: trans.__('Copy handle'),
      caption: trans.__('Copy the line of code that gives the run in any notebook'),
      icon: 'copy',
      execute: id => Clipboard.copyToSystem(`from jupyter_mlops import connect; ${handleOf({ id })}`)
    }
  ];
  return [...verbs, ...originVerbs(lab)].map(verb => ({ ...verb, isAboutOne: true }));
}

/** What is about the notebook that a run came from. */
function originVerbs(lab: ILab): Verb[] {
  const { client, documents, notebooks, trans } = lab;
  return [
    {
      id: CommandIDs.goToCell,
      label: trans.__('Go to cell'),
      caption: trans.__('Show the cell that the run came from'),
      icon: 'notebook',
      isEnabled: () => documents !== null,
      execute: async id => {
        const { origin, name } = (await client.run(id)).spec;
        await goToCell(lab, id, name, origin, true);
      }
    },
    {
      id: CommandIDs.restoreCode,
      label: trans.__('Restore code in a cell'),
      caption: trans.__('Put the code of the run, as it ran, into a new cell'),
      icon: 'add',
      fits: row => !row.broken,
      isEnabled: () => documents !== null,
      execute: async id => {
        const [{ spec }, { code }] = await Promise.all([client.run(id), client.code(id)]);
        await insertCells(notebooks, async () => newNotebook(lab), [cellOf(spec, code)]);
      }
    },
    {
      id: CommandIDs.detachRun,
      label: trans.__('Detach'),
      caption: trans.__('Let the cell that waits for the run go on; the run goes on as well'),
      icon: 'detached',
      fits: row => !isFinished(row),
      isEnabled: () => notebooks !== null,
      execute: async id => {
        const { origin, name } = (await client.run(id)).spec;
        const panel = notebooks === null ? null : openNotebook(notebooks, id, origin);
        // What a kernel says of itself is no help: its threads say idle while a cell waits, and after the page was
        // loaded anew it has not said anything yet. A kernel that is idle takes no notice of an interrupt.
        const kernel = panel?.sessionContext.session?.kernel;
        if (!kernel) {
          throw new Error(trans.__('No cell of an open notebook waits for %1.', name));
        }
        await kernel.interrupt();
      }
    }
  ];
}

/** What makes something to begin with. */
function notebookVerbs(lab: ILab): Verb[] {
  const { app, documents, notebooks, browser, trans } = lab;
  return [
    {
      id: CommandIDs.insertExample,
      label: trans.__('Insert training example'),
      caption: trans.__('Put a training cell that runs as it is into the notebook'),
      icon: 'add',
      isEnabled: () => documents !== null,
      execute: async () => {
        const current = notebooks?.currentWidget ?? null;
        const isLoaded = current?.isVisible === true && has(current, LOAD);
        await insertCells(notebooks, async () => newNotebook(lab), [
          ...(isLoaded ? [] : [LOAD]),
          EXAMPLE.code.trimEnd()
        ]);
      }
    },
    {
      id: CommandIDs.openStarter,
      label: trans.__('New training notebook'),
      card: trans.__('Training runs'),
      caption: trans.__('Make a short notebook that trains something'),
      icon: 'mlops',
      args: { cwd: { type: 'string', description: trans.__('The folder to put it into') } },
      isEnabled: () => documents !== null,
      execute: async (_, { cwd }) => {
        const { createStarter } = await import('./shell/starting');
        const folder = typeof cwd === 'string' ? cwd : (browser?.model.path ?? '');
        const path = await createStarter(app.serviceManager.contents, folder);
        const kernel = kernelOf(app);
        documents?.openOrReveal(path, 'Notebook', kernel === undefined ? undefined : { name: kernel });
      }
    }
  ];
}

function has(panel: NotebookPanel, line: string): boolean {
  return panel.content.widgets.some(cell => cell.model.sharedModel.getSource().includes(line));
}
