/**
 * Brings the outputs of runs to life.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { cardFactory } from '../../nouns/renderer';
import { DOMAIN } from '../../translation';
import { IRunsModel } from '../tokens';
import { Fit } from './fit';
import { LabHost } from './labHost';
import { openRunMenu } from './menu';
import { MIME_TYPE, readPayload } from './payload';

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
    const translation = (translator ?? nullTranslator).load(DOMAIN);
    const options = {
      model,
      commands: app.commands,
      translation,
      fit: new Fit(model.client).ask,
      openMenu: (id: string, anchor: Element) => openRunMenu(app.commands, id, anchor)
    };
    const factory = cardFactory({
      mimeType: MIME_TYPE,
      unreadable: translation.__('What this notebook says of a run cannot be understood.'),
      read: readPayload,
      host: payload => new LabHost({ ...options, payload }),
      load: async () => {
        const { mountCard } = await import('./mount');
        return (node, host: LabHost) => mountCard(node, host, translation);
      }
    });
    rendermime.addFactory(factory, RANK);
  }
};
