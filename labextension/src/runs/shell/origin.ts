/**
 * The notebooks that runs and sweeps come from, and new ones.
 */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import type { ITranslation } from '../../translation';
import type { IOrigin } from '../../wire';
import { createNotebook, findNotebook, openNotebook, showCell } from './notebooks';

/** Where notebooks are. */
export interface IPlaces {
  readonly app: JupyterFrontEnd;
  readonly notebooks: INotebookTracker | null;
  readonly documents: IDocumentManager | null;
  readonly browser: IDefaultFileBrowser | null;
  readonly trans: ITranslation;
}

/** Show the cell that a run came from; `isKept` says whether its code can be had all the same. */
export async function goToCell(
  places: IPlaces,
  id: string,
  name: string,
  origin: IOrigin,
  isKept: boolean
): Promise<void> {
  const { app, notebooks, trans } = places;
  const open = notebooks === null ? null : openNotebook(notebooks, id, origin);
  const panel = open ?? (await openedNotebook(places, origin.notebook, name));
  app.shell.activateById(panel.id);
  if (await showCell(panel, origin.cell)) {
    return;
  }
  throw new Error(
    isKept
      ? trans.__(
          'The cell that %1 came from is no longer in %2; its code is kept, “Restore code in a cell” brings it back.',
          name,
          panel.context.path
        )
      : trans.__('The cell that %1 came from is no longer in %2.', name, panel.context.path)
  );
}

/** Make a notebook where the file browser is. */
export async function newNotebook({ app, browser, documents }: IPlaces): Promise<NotebookPanel> {
  if (documents === null) {
    throw new Error('There is nothing that opens notebooks.');
  }
  return createNotebook(documents, browser?.model.path ?? '', kernelOf(app));
}

/** Return the kernel that needs no choice. */
export function kernelOf(app: JupyterFrontEnd): string | undefined {
  return app.serviceManager.kernelspecs.specs?.default;
}

async function openedNotebook(
  { app, documents, trans }: IPlaces,
  notebook: string,
  name: string
): Promise<NotebookPanel> {
  if (!notebook) {
    throw new Error(trans.__('%1 does not say from which notebook it came.', name));
  }
  const path = await findNotebook(app.serviceManager.contents, notebook);
  if (path === null || documents === null) {
    throw new Error(
      trans.__('The notebook that %1 came from is not in this server’s folder: %2.', name, notebook)
    );
  }
  return documents.openOrReveal(path, 'Notebook') as unknown as NotebookPanel;
}
