/**
 * Brings the outputs of sweeps to life.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../../commands';
import { payloadOf } from '../../nouns/payload';
import { cardFactory } from '../../nouns/renderer';
import { Fit } from '../../runs/card/fit';
import { openGroups } from '../../runs/card/menu';
import { DOMAIN } from '../../translation';
import { ISweepsModel } from '../tokens';
import { LabSweepHost } from './labHost';

// As the card of a run.
const RANK = -10;

const MENU = [
  [CommandIDs.openSweep, CommandIDs.openBest, CommandIDs.compareSweep, CommandIDs.goToSweepCell],
  [CommandIDs.stopSweep, CommandIDs.resumeSweep, CommandIDs.addTrials, CommandIDs.registerSweep],
  [CommandIDs.noteSweep, CommandIDs.tagSweep, CommandIDs.copySweepHandle, CommandIDs.archiveSweep],
  [CommandIDs.deleteSweep]
];

export const sweepCardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:sweep-card',
  description: 'Shows the live card of a sweep in notebooks and consoles.',
  autoStart: true,
  requires: [IRenderMimeRegistry, ISweepsModel],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    model: ISweepsModel,
    translator: ITranslator | null
  ): void => {
    const { commands } = app;
    const translation = (translator ?? nullTranslator).load(DOMAIN);
    const options = {
      model,
      commands,
      translation,
      fit: new Fit(model.client).ask,
      openMenu: (id: string, anchor: Element) => openGroups(commands, MENU, id, anchor)
    };
    const factory = cardFactory({
      mimeType: 'application/vnd.jupyter-mlops.sweep+json',
      unreadable: translation.__('What this notebook says of a sweep cannot be understood.'),
      read: data => payloadOf('SweepSnapshot', data),
      host: payload => new LabSweepHost({ ...options, payload }),
      load: async () => {
        const { mountSweepCard } = await import('./mount');
        return (node, host: LabSweepHost) => mountSweepCard(node, host, translation);
      }
    });
    rendermime.addFactory(factory, RANK);
  }
};
