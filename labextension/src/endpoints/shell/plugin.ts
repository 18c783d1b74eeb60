/**
 * What JupyterLab itself knows of endpoints.
 */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { currentEndpointPlugin } from './target';

export const endpointShellPlugins: JupyterFrontEndPlugin<unknown>[] = [currentEndpointPlugin];
