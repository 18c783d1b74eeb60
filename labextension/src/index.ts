/**
 * All plugins of the extension.
 */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { cardPlugin } from './runs/card/plugin';
import { commandsPlugin } from './runs/commands';
import { pagePlugin } from './runs/page/plugin';
import { panelPlugin } from './runs/panel/plugin';
import { modelPlugin } from './runs/plugin';
import { shellPlugins } from './runs/shell/plugin';
import { sweepsModelPlugin } from './sweeps/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  modelPlugin,
  cardPlugin,
  panelPlugin,
  commandsPlugin,
  pagePlugin,
  ...shellPlugins,
  sweepsModelPlugin
];

export default plugins;

export { IRunsPanel } from './runs/panel/tokens';
export { ICurrentRun, IRunsWatch } from './runs/shell/tokens';
export { IRunsModel } from './runs/tokens';
export { ISweepsModel } from './sweeps/tokens';
