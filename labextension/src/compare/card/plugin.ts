/**
 * Brings the outputs of comparisons to life.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Fit } from '../../runs/card/fit';
import { IRunsModel } from '../../runs/tokens';
import { DOMAIN } from '../../translation';
import { comparisonFactory } from './renderer';
import type { Mount } from './renderer';

// As the card of a run.
const RANK = -10;

export const compareCardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:compare-card',
  description: 'Shows the live card of a comparison in notebooks and consoles.',
  autoStart: true,
  requires: [IRenderMimeRegistry, IRunsModel],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    model: IRunsModel,
    translator: ITranslator | null
  ): void => {
    const services = {
      model,
      commands: app.commands,
      translation: (translator ?? nullTranslator).load(DOMAIN),
      fit: new Fit(model.client).ask
    };
    const load = async (): Promise<Mount> => {
      const { mountComparison } = await import('./mount');
      return (node, data, leave) => mountComparison(node, data, leave, services);
    };
    rendermime.addFactory(comparisonFactory(load), RANK);
  }
};
