/**
 * What JupyterLab itself shows of runs: status bar, notifications, launcher.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../../commands';
import { IRunsModel } from '../tokens';
import { noticesPlugin } from './notices';
import { statusPlugin } from './status';
import { currentPlugin } from './target';
import { IRunsWatch } from './tokens';
import { RunsWatch } from './watch';

/** After JupyterLab's own cards, the first of which lends its icon to the category. */
const RANK = 10;

const watchPlugin: JupyterFrontEndPlugin<IRunsWatch> = {
  id: 'jupyter-mlops:runs-watch',
  description: 'Provides how many runs go on and which have just ended.',
  autoStart: true,
  requires: [IRunsModel],
  provides: IRunsWatch,
  activate: (_: JupyterFrontEnd, runs: IRunsModel): IRunsWatch => {
    const watch = new RunsWatch(runs);
    document.addEventListener('visibilitychange', () => watch.wake());
    return watch;
  }
};

const launcherPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:launcher',
  description: 'A card in the launcher that makes a notebook to begin with.',
  autoStart: true,
  requires: [ILauncher],
  optional: [ITranslator],
  activate: (_: JupyterFrontEnd, launcher: ILauncher, translator: ITranslator | null): void => {
    // The category is JupyterLab's, in its words.
    const trans = (translator ?? nullTranslator).load('jupyterlab');
    const args = { isLauncher: true };
    launcher.add({ command: CommandIDs.openStarter, args, category: trans.__('Other'), rank: RANK });
  }
};

export const shellPlugins: JupyterFrontEndPlugin<unknown>[] = [
  watchPlugin,
  currentPlugin,
  statusPlugin,
  noticesPlugin,
  launcherPlugin
];
