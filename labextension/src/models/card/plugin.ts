/**
 * Brings the outputs of versions to life.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { cardFactory } from '../../nouns/renderer';
import { Fit } from '../../runs/card/fit';
import { openGroups } from '../../runs/card/menu';
import { MODEL_MIME_TYPE } from '../../runs/shell/notebooks';
import { DOMAIN } from '../../translation';
import { MODEL_VERBS } from '../panel/menus';
import { IModelsModel } from '../tokens';
import { LabModelHost } from './labHost';
import { versionPayload } from './payload';

// As the card of a run.
const RANK = -10;

export const modelCardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:model-card',
  description: 'Shows the live card of a version of a model in notebooks and consoles.',
  autoStart: true,
  requires: [IRenderMimeRegistry, IModelsModel],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    model: IModelsModel,
    translator: ITranslator | null
  ): void => {
    const { commands } = app;
    const translation = (translator ?? nullTranslator).load(DOMAIN);
    const options = {
      model,
      commands,
      translation,
      fit: new Fit(model.client).ask,
      openMenu: (id: string, anchor: Element) => openGroups(commands, MODEL_VERBS, id, anchor)
    };
    const factory = cardFactory({
      mimeType: MODEL_MIME_TYPE,
      unreadable: translation.__('What this notebook says of a model cannot be understood.'),
      read: versionPayload,
      host: payload => new LabModelHost({ ...options, payload }),
      load: async () => {
        const { mountModelCard } = await import('./mount');
        return (node, host: LabModelHost) => mountModelCard(node, host, translation);
      }
    });
    rendermime.addFactory(factory, RANK);
  }
};
