/**
 * Says when a run or a sweep has ended that nobody was looking at.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import { CommandIDs } from '../../commands';
import { IPanel } from '../../panel/tokens';
import { ISweepsWatch } from '../../sweeps/shell/tokens';
import { sweepEndWords } from '../../sweeps/shell/words';
import { DOMAIN } from '../../translation';
import type { IRunRow } from '../../wire';
import { isNotebook } from './notebooks';
import { IRunsWatch } from './tokens';
import { endWords } from './words';

const ID = 'jupyter-mlops:notices';

/** So long good news stays, in milliseconds. */
const WHILE = 8_000;

export const noticesPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Says when a run or a sweep has ended that nobody was looking at.',
  autoStart: true,
  requires: [IRunsWatch],
  optional: [ISettingRegistry, IPanel, ISweepsWatch, INotebookTracker, ITranslator],
  activate: async (
    app: JupyterFrontEnd,
    watch: IRunsWatch,
    registry: ISettingRegistry | null,
    panel: IPanel | null,
    sweeps: ISweepsWatch | null,
    notebooks: INotebookTracker | null,
    translator: ITranslator | null
  ): Promise<void> => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    // Without its schema the setting is what it is for whoever never touched it.
    const settings = await registry?.load(ID).catch(() => undefined);
    const isWanted = (): boolean => settings?.get('ends').composite !== false;
    const seen = (): ISeen => {
      const paths: string[] = [];
      notebooks?.forEach(({ isVisible, context }) => isVisible && paths.push(context.path));
      return { widgets: [...app.shell.widgets('main')], notebooks: paths };
    };
    const act = ({ id }: Ended, label: string, command: string): Notification.IAction => ({
      label,
      callback: () => void app.commands.execute(command, { id })
    });
    watch.ended.connect((_, row) => {
      const isSeen = panel?.runs.isVisible === true || isShown(row, 'jmRun', seen());
      if (isWanted() && !isSeen) {
        const isFailed = row.state === 'failed';
        notify(row, endWords(row, trans), [
          act(row, trans.__('Open'), CommandIDs.openRun),
          ...(isFailed ? [act(row, trans.__('Open logs'), CommandIDs.openLogs)] : [])
        ]);
      }
    });
    sweeps?.ended.connect((_, row) => {
      const isSeen = panel?.sweeps.isVisible === true || isShown(row, 'jmSweep', seen());
      if (isWanted() && !isSeen) {
        notify(row, sweepEndWords(row, trans), [
          act(row, trans.__('Open'), CommandIDs.openSweep),
          ...(row.best === null ? [] : [act(row, trans.__('Open best trial'), CommandIDs.openBest)])
        ]);
      }
    });
  }
};

/** What is in view. */
interface ISeen {
  readonly widgets: readonly Widget[];
  /** Paths of notebooks. */
  readonly notebooks: readonly string[];
}

type Ended = Pick<IRunRow, 'id' | 'state' | 'notebook'>;

/** Say whether a run, or a sweep, or the notebook that it came from, is in view. */
export function isShown(row: Ended, page: 'jmRun' | 'jmSweep', { widgets, notebooks }: ISeen): boolean {
  return (
    widgets.some(widget => widget.isVisible && widget.node.dataset[page] === row.id) ||
    (row.notebook !== '' && notebooks.some(path => isNotebook(path, row.notebook)))
  );
}

function notify(row: Ended, words: string, actions: Notification.IAction[]): void {
  const isFailed = row.state === 'failed';
  const isGood = row.state === 'succeeded';
  Notification.emit(words, isGood ? 'success' : isFailed ? 'error' : 'info', {
    autoClose: isFailed ? false : WHILE,
    actions
  });
}
