/**
 * Opens the form that makes a version of what a run or a sweep has kept.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';

import { CommandIDs } from '../../commands';
import { complain } from '../../runs/shell/questions';
import { ICurrentRun } from '../../runs/shell/tokens';
import { ICurrentSweep } from '../../sweeps/shell/tokens';
import { DOMAIN } from '../../translation';
import { labIcon } from '../../ui/labIcon';
import { IModelsModel } from '../tokens';
import type { ISourceOf } from './draft';
import { RegisterContent, RegisterWidget } from './widget';

export const registerPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:register',
  description: 'Adds the form that makes a version of what a run or a sweep has kept.',
  autoStart: true,
  requires: [IModelsModel, ICurrentRun, ICurrentSweep],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    models: IModelsModel,
    run: ICurrentRun,
    sweep: ICurrentSweep,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { client } = models;
    const open = (source: ISourceOf): Widget => {
      const known = [...app.shell.widgets('main')].find(
        widget => widget.id === `jupyter-mlops-register-${source.kind}-${source.id}`
      );
      const widget =
        known ?? new RegisterWidget(new RegisterContent(models, app.commands, source, trans), trans);
      if (known === undefined) {
        app.shell.add(widget, 'main', { mode: 'tab-after', type: 'Register' });
      }
      app.shell.activateById(widget.id);
      return widget;
    };
    const nameOf = {
      run: async (id: string) => (await client.run(id)).row.name,
      sweep: async (id: string) => (await client.sweep(id, { trials: false })).row.name
    };
    const kinds = [
      {
        kind: 'run',
        command: CommandIDs.registerRun,
        current: run,
        label: trans.__('Register model of run…'),
        caption: trans.__('Make a version of the model that the run has kept'),
        idWords: trans.__('Id of the run; where it is left out, the run that one works with')
      },
      {
        kind: 'sweep',
        command: CommandIDs.registerSweep,
        current: sweep,
        label: trans.__('Register best model of sweep…'),
        caption: trans.__('Make a version of the model that the best trial has kept'),
        idWords: trans.__('Id of the sweep; where it is left out, the sweep that one works with')
      }
    ] as const;
    for (const { kind, command, current, label, caption, idWords } of kinds) {
      app.commands.addCommand(command, {
        label: args => (args.isPalette ? label : trans.__('Register…')),
        caption,
        icon: args => (args.isPalette ? undefined : labIcon('model')),
        describedBy: {
          args: {
            type: 'object',
            properties: { id: { type: 'string', description: idWords } },
            additionalProperties: true
          }
        },
        isEnabled: (args: ReadonlyPartialJSONObject) => current.of(args) !== '',
        execute: async (args): Promise<Widget | undefined> => {
          const id = current.of(args);
          try {
            return open({ kind, id, name: await nameOf[kind](id) });
          } catch (error) {
            complain(error);
            return undefined;
          }
        }
      });
      palette?.addItem({ command, category: trans.__('Machine learning runs') });
    }
  }
};
