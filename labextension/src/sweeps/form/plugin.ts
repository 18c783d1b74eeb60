/**
 * Opens the form that makes a search of a run, which is a part of the run's page.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../../commands';
import { ICurrentRun } from '../../runs/shell/tokens';
import { DOMAIN } from '../../translation';
import { labIcon } from '../../ui/labIcon';

export const tunePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:tune',
  description: 'Adds the form that makes a search of a run.',
  autoStart: true,
  requires: [ICurrentRun],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    current: ICurrentRun,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    app.commands.addCommand(CommandIDs.tuneRun, {
      label: trans.__('Tune…'),
      caption: trans.__('Search for better parameters of the run'),
      icon: args => (args.isPalette ? undefined : labIcon('sweep')),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            id: {
              type: 'string',
              description: trans.__('Id of the run; where it is left out, the run that one works with')
            }
          },
          additionalProperties: true
        }
      },
      isEnabled: args => current.of(args) !== '',
      execute: async (args): Promise<void> => {
        await app.commands.execute(CommandIDs.openRun, { id: current.of(args), tab: 'tune' });
      }
    });
    palette?.addItem({ command: CommandIDs.tuneRun, category: trans.__('Machine learning runs') });
  }
};
