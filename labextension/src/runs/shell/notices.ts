/**
 * Says when a run has ended that nobody was looking at.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import { CommandIDs } from '../../commands';
import { DOMAIN } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IRunRow } from '../../wire';
import { IRunsPanel } from '../panel/tokens';
import { isNotebook } from './notebooks';
import { IRunsWatch } from './tokens';
import { endWords } from './words';

const ID = 'jupyter-mlops:notices';

/** So long good news stays, in milliseconds. */
const WHILE = 8_000;

export const noticesPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Says when a run has ended that nobody was looking at.',
  autoStart: true,
  requires: [IRunsWatch],
  optional: [ISettingRegistry, IRunsPanel, INotebookTracker, ITranslator],
  activate: async (
    app: JupyterFrontEnd,
    watch: IRunsWatch,
    registry: ISettingRegistry | null,
    panel: IRunsPanel | null,
    notebooks: INotebookTracker | null,
    translator: ITranslator | null
  ): Promise<void> => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    // Without its schema the setting is what it is for whoever never touched it.
    const settings = await registry?.load(ID).catch(() => undefined);
    const isWanted = (): boolean => settings?.get('ends').composite !== false;
    const paths = (): string[] => {
      const seen: string[] = [];
      notebooks?.forEach(({ isVisible, context }) => isVisible && seen.push(context.path));
      return seen;
    };
    watch.ended.connect((_, row) => {
      const isSeen = panel?.isVisible === true || isShown(row, [...app.shell.widgets('main')], paths());
      if (isWanted() && !isSeen) {
        notify(app, row, trans);
      }
    });
  }
};

/** Say whether a run, or the notebook that it came from, is in view. */
export function isShown(row: IRunRow, widgets: readonly Widget[], notebooks: readonly string[]): boolean {
  return (
    widgets.some(widget => widget.isVisible && widget.node.dataset.jmRun === row.id) ||
    (row.notebook !== '' && notebooks.some(path => isNotebook(path, row.notebook)))
  );
}

function notify(app: JupyterFrontEnd, row: IRunRow, trans: ITranslation): void {
  const act = (label: string, command: string): Notification.IAction => ({
    label,
    callback: () => void app.commands.execute(command, { id: row.id })
  });
  const isGood = row.state === 'succeeded';
  Notification.emit(endWords(row, trans), isGood ? 'success' : row.state === 'failed' ? 'error' : 'info', {
    autoClose: row.state === 'failed' ? false : WHILE,
    actions: [
      act(trans.__('Open'), CommandIDs.openRun),
      ...(row.state === 'failed' ? [act(trans.__('Open logs'), CommandIDs.openLogs)] : [])
    ]
  });
}
