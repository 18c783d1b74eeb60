/**
 * Which run a command is about that was told none.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { IPanel } from '../../panel/tokens';
import { runOfCell } from './notebooks';
import { ICurrentRun } from './tokens';

export const currentPlugin: JupyterFrontEndPlugin<ICurrentRun> = {
  id: 'jupyter-mlops:current-run',
  description: 'Provides the run that one works with: in the panel, on its page, or in the active cell.',
  autoStart: true,
  optional: [IPanel, INotebookTracker],
  provides: ICurrentRun,
  activate: (app: JupyterFrontEnd, panel: IPanel | null, notebooks: INotebookTracker | null): ICurrentRun =>
    new CurrentRun(app, panel, notebooks)
};

class CurrentRun implements ICurrentRun {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _panel: IPanel | null,
    private readonly _notebooks: INotebookTracker | null
  ) {}

  of(args: ReadonlyPartialJSONObject): string {
    if (typeof args.id === 'string' && args.id !== '') {
      return args.id;
    }
    const runs = this._panel?.runs;
    const active = runs?.isVisible ? (runs.active?.id ?? '') : '';
    return (runs?.isInUse ? active : '') || this._inMain() || active;
  }

  private _inMain(): string {
    const widget = this._app.shell.currentWidget;
    const page = widget?.node.dataset.jmRun ?? '';
    const notebook = this._notebooks?.currentWidget ?? null;
    return page || (notebook !== null && notebook === widget ? runOfCell(notebook.content) : '');
  }
}
