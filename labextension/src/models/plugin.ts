/**
 * Provides the models of the server that JupyterLab talks to.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { IRunsModel } from '../runs/tokens';
import { ModelsModel } from './model';
import { IModelsModel } from './tokens';

export const modelsModelPlugin: JupyterFrontEndPlugin<IModelsModel> = {
  id: 'jupyter-mlops:models-model',
  description: 'Provides the registered models of this server, kept current while somebody looks at them.',
  autoStart: true,
  requires: [IRunsModel],
  provides: IModelsModel,
  activate: (_: JupyterFrontEnd, runs: IRunsModel): IModelsModel => new ModelsModel(runs.client, runs.feed)
};
