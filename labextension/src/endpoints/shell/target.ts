/**
 * Which endpoint a command is about that was told none.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { IPanel } from '../../panel/tokens';
import { ENDPOINT_MIME_TYPE, shownIn } from '../../runs/shell/notebooks';
import { ICurrentEndpoint } from './tokens';

export const currentEndpointPlugin: JupyterFrontEndPlugin<ICurrentEndpoint> = {
  id: 'jupyter-mlops:current-endpoint',
  description: 'Provides the endpoint that one works with: in the panel, on its page, or in the active cell.',
  autoStart: true,
  optional: [IPanel, INotebookTracker],
  provides: ICurrentEndpoint,
  activate: (
    app: JupyterFrontEnd,
    panel: IPanel | null,
    notebooks: INotebookTracker | null
  ): ICurrentEndpoint => new CurrentEndpoint(app, panel, notebooks)
};

class CurrentEndpoint implements ICurrentEndpoint {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _panel: IPanel | null,
    private readonly _notebooks: INotebookTracker | null
  ) {}

  of(args: ReadonlyPartialJSONObject): string {
    if (typeof args.id === 'string' && args.id !== '') {
      return args.id;
    }
    const endpoints = this._panel?.endpoints;
    const active = endpoints?.isVisible ? (endpoints.active?.id ?? '') : '';
    return (endpoints?.isInUse ? active : '') || this._inMain() || active;
  }

  private _inMain(): string {
    const widget = this._app.shell.currentWidget;
    const page = widget?.node.dataset.jmEndpoint ?? '';
    const notebook = this._notebooks?.currentWidget ?? null;
    const cell = notebook !== null && notebook === widget ? notebook.content.activeCell : null;
    return page || (cell === null ? '' : (shownIn(cell.model.toJSON(), ENDPOINT_MIME_TYPE)[0] ?? ''));
  }
}
