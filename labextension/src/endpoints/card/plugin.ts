/**
 * Brings the outputs of endpoints to life.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { cardFactory } from '../../nouns/renderer';
import { Fit } from '../../runs/card/fit';
import { openGroups } from '../../runs/card/menu';
import { ENDPOINT_MIME_TYPE } from '../../runs/shell/notebooks';
import { DOMAIN } from '../../translation';
import { ENDPOINT_VERBS } from '../panel/menus';
import { IEndpointsModel } from '../tokens';
import { LabEndpointHost } from './labHost';
import { endpointPayload } from './payload';

// As the card of a run.
const RANK = -10;

export const endpointCardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:endpoint-card',
  description: 'Shows the live card of an endpoint in notebooks and consoles.',
  autoStart: true,
  requires: [IRenderMimeRegistry, IEndpointsModel],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    model: IEndpointsModel,
    translator: ITranslator | null
  ): void => {
    const { commands } = app;
    const translation = (translator ?? nullTranslator).load(DOMAIN);
    const options = {
      model,
      commands,
      translation,
      fit: new Fit(model.client).ask,
      openMenu: (id: string, anchor: Element) => openGroups(commands, ENDPOINT_VERBS, id, anchor)
    };
    const factory = cardFactory({
      mimeType: ENDPOINT_MIME_TYPE,
      unreadable: translation.__('What this notebook says of an endpoint cannot be understood.'),
      read: endpointPayload,
      host: payload => new LabEndpointHost({ ...options, payload }),
      load: async () => {
        const { mountEndpointCard } = await import('./mount');
        return (node, host: LabEndpointHost) => mountEndpointCard(node, host, translation);
      }
    });
    rendermime.addFactory(factory, RANK);
  }
};
