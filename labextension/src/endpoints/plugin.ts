/**
 * Provides the endpoints of the server that JupyterLab talks to.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { IRunsModel } from '../runs/tokens';
import { EndpointsModel } from './model';
import { IEndpointsModel } from './tokens';

export const endpointsModelPlugin: JupyterFrontEndPlugin<IEndpointsModel> = {
  id: 'jupyter-mlops:endpoints-model',
  description: 'Provides the endpoints of this server, kept current while somebody looks at them.',
  autoStart: true,
  requires: [IRunsModel],
  provides: IEndpointsModel,
  activate: (_: JupyterFrontEnd, runs: IRunsModel): IEndpointsModel =>
    new EndpointsModel(runs.client, runs.feed)
};
