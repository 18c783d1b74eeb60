/**
 * All plugins of the extension.
 */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { compareCardPlugin } from './compare/card/plugin';
import { comparePlugin } from './compare/plugin';
import { endpointCommandsPlugin } from './endpoints/commands';
import { endpointCardPlugin } from './endpoints/card/plugin';
import { deployPlugin } from './endpoints/form/plugin';
import { endpointPagePlugin } from './endpoints/page/plugin';
import { endpointsModelPlugin } from './endpoints/plugin';
import { endpointShellPlugins } from './endpoints/shell/plugin';
import { modelCardPlugin } from './models/card/plugin';
import { modelCommandsPlugin } from './models/commands';
import { registerPlugin } from './models/form/plugin';
import { modelPagePlugin } from './models/page/plugin';
import { modelsModelPlugin } from './models/plugin';
import { currentModelPlugin } from './models/shell/target';
import { panelPlugin } from './panel/plugin';
import { cardPlugin } from './runs/card/plugin';
import { commandsPlugin } from './runs/commands';
import { pagePlugin } from './runs/page/plugin';
import { modelPlugin } from './runs/plugin';
import { shellPlugins } from './runs/shell/plugin';
import { sweepCommandsPlugin } from './sweeps/commands';
import { sweepCardPlugin } from './sweeps/card/plugin';
import { tunePlugin } from './sweeps/form/plugin';
import { sweepPagePlugin } from './sweeps/page/plugin';
import { sweepsModelPlugin } from './sweeps/plugin';
import { sweepShellPlugins } from './sweeps/shell/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  modelPlugin,
  cardPlugin,
  panelPlugin,
  commandsPlugin,
  pagePlugin,
  ...shellPlugins,
  sweepsModelPlugin,
  sweepCardPlugin,
  sweepPagePlugin,
  tunePlugin,
  sweepCommandsPlugin,
  ...sweepShellPlugins,
  endpointsModelPlugin,
  endpointPagePlugin,
  endpointCardPlugin,
  deployPlugin,
  endpointCommandsPlugin,
  ...endpointShellPlugins,
  modelsModelPlugin,
  modelCommandsPlugin,
  modelPagePlugin,
  modelCardPlugin,
  registerPlugin,
  currentModelPlugin,
  comparePlugin,
  compareCardPlugin
];

export default plugins;

export { ICurrentEndpoint } from './endpoints/shell/tokens';
export { IEndpointsModel } from './endpoints/tokens';
export { ICurrentModel } from './models/shell/tokens';
export { IModelsModel } from './models/tokens';
export { IPanel } from './panel/tokens';
export { ICurrentRun, IRunsWatch } from './runs/shell/tokens';
export { IRunsModel } from './runs/tokens';
export { ICurrentSweep, ISweepsWatch } from './sweeps/shell/tokens';
export { ISweepsModel } from './sweeps/tokens';
