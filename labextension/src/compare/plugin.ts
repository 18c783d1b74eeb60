/**
 * Opens comparisons, and opens them again when JupyterLab is reloaded.
 */

import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands';
import { IRunsModel } from '../runs/tokens';
import { DOMAIN } from '../translation';
import { ComparePage } from './page';
import { argsOf, keyOf, questionOf } from './question';
import { ComparePageWidget } from './widget';

export const comparePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:compare-page',
  description: 'Adds comparisons of runs to the main area.',
  autoStart: true,
  requires: [IRunsModel],
  optional: [ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    runs: IRunsModel,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const command = CommandIDs.openComparison;
    const pages = new WidgetTracker<ComparePageWidget>({ namespace: 'jupyter-mlops-comparisons' });
    const text = (description: string): { type: 'string'; description: string } => ({
      type: 'string',
      description
    });
    app.commands.addCommand(command, {
      label: trans.__('Compare runs'),
      caption: trans.__('Show runs beside each other'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            runs: {
              type: 'array',
              items: { type: 'string' },
              description: trans.__('Ids of the runs; where nothing is asked for, all runs')
            },
            name: text(trans.__('All runs of this name')),
            sweep: text(trans.__('All trials of this sweep, by its id')),
            where: text(trans.__('All runs that meet conditions such as lr > 0.01'))
          }
        }
      },
      execute: args => {
        const question = questionOf(args);
        const key = keyOf(question);
        let widget = pages.find(({ content }) => keyOf(content.page.question) === key);
        if (widget === undefined) {
          // It is there when the widget first wants to be drawn.
          void import('./view');
          const page = new ComparePage(runs, question, typeof args.page === 'string' ? args.page : undefined);
          const made = new ComparePageWidget(page, app.commands, trans);
          page.changed.connect(() => void pages.save(made));
          void pages.add(made);
          app.shell.add(made, 'main', { mode: 'tab-after', type: 'Comparison' });
          widget = made;
        }
        app.shell.activateById(widget.id);
        return widget;
      }
    });
    palette?.addItem({ command, category: trans.__('Machine learning runs') });
    void restorer?.restore(pages, {
      command,
      args: ({ content: { page } }) => ({ ...argsOf(page.question), page: page.key }),
      name: ({ content: { page } }) => page.key
    });
  }
};
