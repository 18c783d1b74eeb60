/**
 * Notebooks and cells that runs come from.
 */

import { PageConfig } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { NotebookActions } from '@jupyterlab/notebook';
import type { INotebookTracker, Notebook, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';

import type { IOrigin } from '../../wire';

/** What a cell's output says of a run, of a sweep, of a version, and of an endpoint. */
export const MIME_TYPE = 'application/vnd.jupyter-mlops.run+json';
export const SWEEP_MIME_TYPE = 'application/vnd.jupyter-mlops.sweep+json';
export const MODEL_MIME_TYPE = 'application/vnd.jupyter-mlops.model+json';
export const ENDPOINT_MIME_TYPE = 'application/vnd.jupyter-mlops.endpoint+json';

/** Return the paths below the server's root that the file of a notebook may have, the likeliest first. */
export function pathsOf(notebook: string): string[] {
  const parts = notebook.split('/').filter(Boolean);
  const all = parts.map((_, at) => parts.slice(at).join('/'));
  const root = PageConfig.getOption('serverRoot')
    .replace(/^~\/?/, '')
    .replace(/^\/|\/$/g, '');
  const below = root === '' ? -1 : `/${parts.join('/')}`.indexOf(`/${root}/`);
  if (below < 0) {
    return all;
  }
  const likely = `/${parts.join('/')}`.slice(below + root.length + 2);
  return [likely, ...all.filter(path => path !== likely)];
}

/** Return the path of a notebook that exists; null if none does. */
export async function findNotebook(contents: Contents.IManager, notebook: string): Promise<string | null> {
  for (const path of notebook ? pathsOf(notebook) : []) {
    try {
      await contents.get(path, { content: false });
      return path;
    } catch {
      // It is not there; the root may be further down.
    }
  }
  return null;
}

/** Say whether a notebook of JupyterLab is the file that a run came from. */
export function isNotebook(path: string, notebook: string): boolean {
  // A path may be on a drive of its own, and the file's path begins above the server's root.
  const local = path.slice(path.indexOf(':') + 1).replace(/^\//, '');
  return local !== '' && `/${notebook}`.endsWith(`/${local}`);
}

/** Show a cell of a notebook; false if the notebook no longer has it. */
export async function showCell(panel: NotebookPanel, cellId: string): Promise<boolean> {
  await panel.context.ready;
  await panel.revealed;
  const notebook = panel.content;
  const place = notebook.widgets.findIndex(cell => cell.model.id === cellId);
  const cell = notebook.widgets[place];
  if (cell === undefined) {
    return false;
  }
  notebook.deselectAll();
  notebook.activeCellIndex = place;
  await notebook.scrollToCell(cell, 'center');
  notebook.activate();
  return true;
}

/** Return the id of the run that the active cell shows or has submitted; empty if there is none. */
export function runOfCell(notebook: Notebook): string {
  const model = notebook.activeCell?.model;
  return model === undefined ? '' : (shownIn(model.toJSON(), MIME_TYPE)[0] ?? '');
}

/** Return the notebook that a run, or a sweep, was submitted from, among those that are open. */
export function openNotebook(tracker: INotebookTracker, id: string, origin: IOrigin): NotebookPanel | null {
  const found = tracker.find(panel => {
    const cells = panel.content.widgets;
    return (
      cells.some(cell => cell.model.id === origin.cell) || isNotebook(panel.context.path, origin.notebook)
    );
  });
  return found ?? tracker.find(panel => shows(panel, id)) ?? null;
}

/** Put cells below the active one, and return the notebook; a new one where none is in use. */
export async function insertCells(
  tracker: INotebookTracker | null,
  created: () => Promise<NotebookPanel>,
  sources: readonly string[]
): Promise<NotebookPanel> {
  const current = tracker?.currentWidget ?? null;
  const panel = current?.isVisible ? current : await created();
  await panel.context.ready;
  await panel.revealed;
  const notebook = panel.content;
  for (const source of sources) {
    insertCell(notebook, source);
  }
  const cell = notebook.activeCell;
  if (cell !== null) {
    await notebook.scrollToCell(cell);
  }
  notebook.activate();
  return panel;
}

/** Make a notebook in a folder, with a kernel that needs no choice. */
export async function createNotebook(
  documents: IDocumentManager,
  folder: string,
  kernel: string | undefined
): Promise<NotebookPanel> {
  const model = await documents.newUntitled({ path: folder, type: 'notebook' });
  const opened = documents.openOrReveal(
    model.path,
    'Notebook',
    kernel === undefined ? undefined : { name: kernel }
  );
  return opened as unknown as NotebookPanel;
}

function insertCell(notebook: Notebook, source: string): void {
  const active = notebook.activeCell;
  // A new notebook has an empty cell, which is meant to be filled.
  const isFree = active?.model.type === 'code' && active.model.sharedModel.getSource().trim() === '';
  if (!isFree) {
    NotebookActions.insertBelow(notebook);
  }
  notebook.activeCell?.model.sharedModel.setSource(source);
}

/** Return the ids of the runs, or of the sweeps, that a cell's outputs show. */
export function shownIn(cell: object, type: string): string[] {
  const { outputs = [] } = cell as { outputs?: { data?: Record<string, unknown> }[] };
  return outputs.flatMap(output => {
    const shown = output.data?.[type] as IShown | undefined;
    const id = shown?.id ?? (shown?.snapshot ?? shown?.endpoint)?.row?.id;
    return typeof id === 'string' ? [id] : [];
  });
}

/** What an output holds of what it shows. */
interface IShown {
  readonly id?: unknown;
  readonly snapshot?: { readonly row?: { readonly id?: unknown } };
  /** As an endpoint's output has it. */
  readonly endpoint?: { readonly row?: { readonly id?: unknown } };
}

function shows(panel: NotebookPanel, id: string): boolean {
  return panel.content.widgets.some(cell => {
    const json = cell.model.toJSON();
    const types = [MIME_TYPE, SWEEP_MIME_TYPE, MODEL_MIME_TYPE, ENDPOINT_MIME_TYPE];
    return types.some(type => shownIn(json, type).includes(id));
  });
}
