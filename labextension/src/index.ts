/**
 * All plugins of the extension.
 */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { modelPlugin } from './runs/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [modelPlugin];

export default plugins;

export { IRunsModel } from './runs/tokens';
