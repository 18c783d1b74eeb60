/**
 * Provides the sweeps of the server that JupyterLab talks to.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { IRunsModel } from '../runs/tokens';
import { SweepsModel } from './model';
import { ISweepsModel } from './tokens';

export const sweepsModelPlugin: JupyterFrontEndPlugin<ISweepsModel> = {
  id: 'jupyter-mlops:sweeps-model',
  description: 'Provides the sweeps of this server, kept current while somebody looks at them.',
  autoStart: true,
  requires: [IRunsModel],
  provides: ISweepsModel,
  activate: (_: JupyterFrontEnd, runs: IRunsModel): ISweepsModel => new SweepsModel(runs.client, runs.feed)
};
