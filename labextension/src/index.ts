/**
 * All plugins of the extension.
 */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { pagePlugin } from './runs/page/plugin';
import { modelPlugin } from './runs/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [modelPlugin, pagePlugin];

export default plugins;

export { IRunsModel } from './runs/tokens';
