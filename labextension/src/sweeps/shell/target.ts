/**
 * Which sweep a command is about that was told none.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { IPanel } from '../../panel/tokens';
import { shownIn, SWEEP_MIME_TYPE } from '../../runs/shell/notebooks';
import { ICurrentSweep } from './tokens';

export const currentSweepPlugin: JupyterFrontEndPlugin<ICurrentSweep> = {
  id: 'jupyter-mlops:current-sweep',
  description: 'Provides the sweep that one works with: in the panel, on its page, or in the active cell.',
  autoStart: true,
  optional: [IPanel, INotebookTracker],
  provides: ICurrentSweep,
  activate: (app: JupyterFrontEnd, panel: IPanel | null, notebooks: INotebookTracker | null): ICurrentSweep =>
    new CurrentSweep(app, panel, notebooks)
};

class CurrentSweep implements ICurrentSweep {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _panel: IPanel | null,
    private readonly _notebooks: INotebookTracker | null
  ) {}

  of(args: ReadonlyPartialJSONObject): string {
    if (typeof args.id === 'string' && args.id !== '') {
      return args.id;
    }
    const sweeps = this._panel?.sweeps;
    const active = sweeps?.isVisible ? (sweeps.active?.id ?? '') : '';
    return (sweeps?.isInUse ? active : '') || this._inMain() || active;
  }

  private _inMain(): string {
    const widget = this._app.shell.currentWidget;
    const page = widget?.node.dataset.jmSweep ?? '';
    const notebook = this._notebooks?.currentWidget ?? null;
    const cell = notebook !== null && notebook === widget ? notebook.content.activeCell : null;
    return page || (cell === null ? '' : (shownIn(cell.model.toJSON(), SWEEP_MIME_TYPE)[0] ?? ''));
  }
}
