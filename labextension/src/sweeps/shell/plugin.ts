/**
 * What JupyterLab itself knows of sweeps.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { ISweepsModel } from '../tokens';
import { currentSweepPlugin } from './target';
import { ISweepsWatch } from './tokens';
import { SweepsWatch } from './watch';

const watchPlugin: JupyterFrontEndPlugin<ISweepsWatch> = {
  id: 'jupyter-mlops:sweeps-watch',
  description: 'Provides which sweeps go on and which have just ended.',
  autoStart: true,
  requires: [ISweepsModel],
  provides: ISweepsWatch,
  activate: (_: JupyterFrontEnd, sweeps: ISweepsModel): ISweepsWatch => {
    const watch = new SweepsWatch(sweeps);
    document.addEventListener('visibilitychange', () => watch.wake());
    return watch;
  }
};

export const sweepShellPlugins: JupyterFrontEndPlugin<unknown>[] = [watchPlugin, currentSweepPlugin];
