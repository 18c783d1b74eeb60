/**
 * Brings the outputs of runs to life.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../../translation';
import { IRunsModel } from '../tokens';
import { Fit } from './fit';
import { openRunMenu } from './menu';
import { runRendererFactory } from './renderer';

// Before HTML, which is at 50, and before what ipywidgets shows, which is at 0.
const RANK = -10;

export const cardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:card',
  description: 'Shows the live card of a run in notebooks and consoles.',
  autoStart: true,
  requires: [IRenderMimeRegistry, IRunsModel],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    model: IRunsModel,
    translator: ITranslator | null
  ): void => {
    // Notebooks copy the registry when they open, which the first of them does only after all plugins have started.
    const factory = runRendererFactory({
      model,
      commands: app.commands,
      translation: (translator ?? nullTranslator).load(DOMAIN),
      fit: new Fit(model.client),
      openMenu: (id, anchor) => openRunMenu(app.commands, id, anchor)
    });
    rendermime.addFactory(factory, RANK);
  }
};
