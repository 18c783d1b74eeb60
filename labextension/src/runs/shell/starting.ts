/**
 * Puts the notebook to begin with into a folder.
 */

import type { Contents } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';

import { freeName, starterNotebook } from './starter';

/** Write the notebook, and return its path. */
export async function createStarter(contents: Contents.IManager, folder: string): Promise<string> {
  const listed = await contents.get(folder);
  const names = new Set((listed.content as Contents.IModel[]).map(entry => entry.name));
  const path = [folder, freeName(names)].filter(Boolean).join('/');
  await contents.save(path, {
    type: 'notebook',
    format: 'json',
    content: starterNotebook(() => UUID.uuid4())
  });
  return path;
}
