/**
 * What of the panel outlives a reload.
 */

import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

import type { PanelModel } from './model';

const KEY = 'jupyter-mlops:panel';

/** After so many milliseconds without a change it is written down. */
const PAUSE = 300;

/** Give a panel back what it was, and note from then on what it is. */
export async function remember(model: PanelModel, state: IStateDB | null): Promise<void> {
  // Who cannot read what was, begins anew.
  const before = await state?.fetch(KEY).catch(() => undefined);
  if (model.isDisposed) {
    return;
  }
  model.restore(before);
  let noted = JSON.stringify(model.state());
  let timer: ReturnType<typeof setTimeout> | undefined;
  model.changed.connect(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const now = JSON.stringify(model.state());
      if (now !== noted && !model.isDisposed) {
        noted = now;
        void state?.save(KEY, JSON.parse(now) as ReadonlyPartialJSONValue).catch(() => undefined);
      }
    }, PAUSE);
  });
}
