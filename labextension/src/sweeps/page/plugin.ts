/**
 * Opens the pages of sweeps, and opens them again when JupyterLab is reloaded.
 */

import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../../commands';
import { DOMAIN } from '../../translation';
import { labIcon } from '../../ui/labIcon';
import { ICurrentSweep } from '../shell/tokens';
import { ISweepsModel } from '../tokens';
import { SweepPage } from './page';
import { SweepPageWidget } from './widget';

export const sweepPagePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:sweep-page',
  description: 'Adds the page of a sweep to the main area.',
  autoStart: true,
  requires: [ISweepsModel, ICurrentSweep],
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    sweeps: ISweepsModel,
    current: ICurrentSweep,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const pages = new WidgetTracker<SweepPageWidget>({ namespace: 'jupyter-mlops-sweeps' });
    const make = (id: string): SweepPageWidget => {
      // It is there when the widget first wants to be drawn.
      void import('./view');
      const widget = new SweepPageWidget(new SweepPage(id, sweeps), { commands: app.commands }, trans);
      void pages.add(widget);
      app.shell.add(widget, 'main', { mode: 'tab-after', type: 'Sweep' });
      return widget;
    };
    app.commands.addCommand(CommandIDs.openSweep, {
      label: trans.__('Open sweep'),
      caption: trans.__('Open the page of a sweep'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            id: {
              type: 'string',
              description: trans.__('Id of the sweep; where it is left out, the sweep that one works with')
            }
          }
        }
      },
      icon: args => (args.isPalette ? undefined : labIcon('sweep')),
      isEnabled: args => current.of(args) !== '',
      execute: args => {
        const id = current.of(args);
        if (id === '') {
          throw new Error(trans.__('A sweep is opened by its id.'));
        }
        const widget = pages.find(({ content }) => content.page.id === id) ?? make(id);
        app.shell.activateById(widget.id);
        return widget;
      }
    });
    void restorer?.restore(pages, {
      command: CommandIDs.openSweep,
      args: ({ content: { page } }) => ({ id: page.id }),
      name: ({ content: { page } }) => page.id
    });
  }
};
