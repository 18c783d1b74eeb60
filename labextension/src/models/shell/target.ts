/**
 * Which model a command is about that was told none.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { IPanel } from '../../panel/tokens';
import { MODEL_MIME_TYPE, shownIn } from '../../runs/shell/notebooks';
import { idOf, namedBy } from '../ids';
import { ICurrentModel } from './tokens';

export const currentModelPlugin: JupyterFrontEndPlugin<ICurrentModel> = {
  id: 'jupyter-mlops:current-model',
  description:
    'Provides the model or version that one works with: in the panel, on its page, or in the active cell.',
  autoStart: true,
  optional: [IPanel, INotebookTracker],
  provides: ICurrentModel,
  activate: (app: JupyterFrontEnd, panel: IPanel | null, notebooks: INotebookTracker | null): ICurrentModel =>
    new CurrentModel(app, panel, notebooks)
};

class CurrentModel implements ICurrentModel {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _panel: IPanel | null,
    private readonly _notebooks: INotebookTracker | null
  ) {}

  of(args: ReadonlyPartialJSONObject): string {
    if (typeof args.id === 'string' && args.id !== '') {
      return typeof args.version === 'number' ? idOf(namedBy(args.id).name, args.version) : args.id;
    }
    const models = this._panel?.models;
    const active = models?.isVisible ? (models.active?.id ?? '') : '';
    return (models?.isInUse ? active : '') || this._inMain() || active;
  }

  private _inMain(): string {
    const widget = this._app.shell.currentWidget;
    const page = widget?.node.dataset.jmModel ?? '';
    const notebook = this._notebooks?.currentWidget ?? null;
    const cell = notebook !== null && notebook === widget ? notebook.content.activeCell : null;
    return page || (cell === null ? '' : (shownIn(cell.model.toJSON(), MODEL_MIME_TYPE)[0] ?? ''));
  }
}
