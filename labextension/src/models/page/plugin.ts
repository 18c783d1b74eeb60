/**
 * Opens the pages of models, and opens them again when JupyterLab is reloaded.
 */

import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../../commands';
import { DOMAIN } from '../../translation';
import { labIcon } from '../../ui/labIcon';
import { namedBy } from '../ids';
import { ICurrentModel } from '../shell/tokens';
import { IModelsModel } from '../tokens';
import { ModelPage } from './page';
import { ModelPageWidget } from './widget';

export const modelPagePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:model-page',
  description: 'Adds the page of a registered model to the main area.',
  autoStart: true,
  requires: [IModelsModel, ICurrentModel],
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    models: IModelsModel,
    current: ICurrentModel,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const pages = new WidgetTracker<ModelPageWidget>({ namespace: 'jupyter-mlops-models' });
    const make = (name: string, version: number): ModelPageWidget => {
      // It is there when the widget first wants to be drawn.
      void import('./view');
      const page = new ModelPage(name, models, version);
      const widget = new ModelPageWidget(page, { commands: app.commands }, trans);
      page.changed.connect(() => void pages.save(widget));
      void pages.add(widget);
      app.shell.add(widget, 'main', { mode: 'tab-after', type: 'Model' });
      return widget;
    };
    app.commands.addCommand(CommandIDs.openModel, {
      label: args => (args.isPalette ? trans.__('Open model') : trans.__('Open')),
      caption: trans.__('Open the page of a registered model'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            id: {
              type: 'string',
              description: trans.__(
                'Name of the model, or NAME:3 for a version; where it is left out, what one works with'
              )
            },
            version: { type: 'integer', description: trans.__('The version to look at first') }
          }
        }
      },
      icon: args => (args.isPalette ? undefined : labIcon('model')),
      isEnabled: args => current.of(args) !== '',
      execute: args => {
        const { name, version } = namedBy(current.of(args));
        if (name === '') {
          throw new Error(trans.__('A model is opened by its name.'));
        }
        const known = pages.find(({ content }) => content.page.name === name);
        const widget = known ?? make(name, version);
        if (version > 0) {
          widget.content.page.select(version);
        }
        app.shell.activateById(widget.id);
        return widget;
      }
    });
    void restorer?.restore(pages, {
      command: CommandIDs.openModel,
      args: ({ content: { page } }) => ({ id: page.id }),
      name: ({ content: { page } }) => page.name
    });
  }
};
