/**
 * Opens the pages of runs, and opens them again when JupyterLab is reloaded.
 */

import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs, TABS } from '../../commands';
import { DOMAIN } from '../../translation';
import { ICurrentRun } from '../shell/tokens';
import { IRunsModel } from '../tokens';
import { Page, tabOf } from './page';
import type { ITarget } from './page';
import { RunPage } from './widget';

const ID = {
  type: 'string',
  description: 'The id of the run; where it is left out, the run that one works with'
} as const;
const RANK = { type: 'number', description: 'The rank whose log is shown' } as const;

export const pagePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:run-page',
  description: 'Adds the page of a run to the main area.',
  autoStart: true,
  requires: [IRunsModel, ICurrentRun, IRenderMimeRegistry],
  optional: [IEditorLanguageRegistry, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    runs: IRunsModel,
    current: ICurrentRun,
    rendermime: IRenderMimeRegistry,
    languages: IEditorLanguageRegistry | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const services = { commands: app.commands, rendermime, languages };
    const pages = new WidgetTracker<RunPage>({ namespace: 'jupyter-mlops-runs' });

    const make = (id: string, args: ReadonlyPartialJSONObject): RunPage => {
      // It is there when the widget first wants to be drawn.
      void import('./view');
      const page = new Page(id, runs, tabOf(args.tab));
      const widget = new RunPage(page, services, trans);
      page.changed.connect(() => void pages.save(widget));
      widget.node.dataset.jmRun = id;
      void pages.add(widget);
      app.shell.add(widget, 'main', { mode: 'tab-after', type: 'Run' });
      return widget;
    };

    const open = (args: ReadonlyPartialJSONObject): RunPage => {
      const id = current.of(args);
      if (id === '') {
        throw new Error(trans.__('A run is opened by its id.'));
      }
      const known = pages.find(widget => widget.content.page.id === id);
      const widget = known ?? make(id, args);
      const target = targetOf(args);
      if (args.tab !== undefined) {
        widget.content.page.go(tabOf(args.tab), target);
      }
      app.shell.activateById(widget.id);
      return widget;
    };

    app.commands.addCommand(CommandIDs.openRun, {
      label: trans.__('Open run'),
      caption: trans.__('Open the page of a run'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            id: ID,
            tab: { type: 'string', enum: [...TABS], description: 'What is shown first' },
            rank: RANK
          }
        }
      },
      isEnabled: args => current.of(args) !== '',
      execute: open
    });
    app.commands.addCommand(CommandIDs.openLogs, {
      label: trans.__('Open logs'),
      caption: trans.__('Open the logs of a run'),
      describedBy: { args: { type: 'object', properties: { id: ID, rank: RANK } } },
      isEnabled: args => current.of(args) !== '',
      execute: args => open({ ...args, tab: 'logs' })
    });

    void restorer?.restore(pages, {
      command: CommandIDs.openRun,
      args: ({ content: { page } }) => ({ id: page.id, tab: page.tab }),
      name: ({ content: { page } }) => page.id
    });
  }
};

function targetOf(args: ReadonlyPartialJSONObject): ITarget {
  return typeof args.rank === 'number' ? { rank: args.rank } : {};
}
