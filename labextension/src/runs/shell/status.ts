/**
 * The item of the status bar that counts what goes on.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../../commands';
import { DOMAIN } from '../../translation';
import type { ITranslation } from '../../translation';
import { labIcon } from '../../ui/labIcon';
import { ISweepsWatch } from '../../sweeps/shell/tokens';
import { IRunsWatch } from './tokens';
import { goingWords } from './words';

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:status',
  description: 'Counts in the status bar how many runs and sweeps go on and wait.',
  autoStart: true,
  requires: [IRunsWatch, IStatusBar],
  optional: [ISweepsWatch, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    watch: IRunsWatch,
    statusBar: IStatusBar,
    sweeps: ISweepsWatch | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const words = (): string => goingWords(watch.states, sweeps?.rows ?? [], trans);
    const show = (): void => {
      // Where only sweeps go on, they are meant.
      const isRuns =
        sweeps === null || sweeps.rows.length === 0 || goingWords(watch.states, [], trans) !== '';
      void app.commands.execute(isRuns ? CommandIDs.showRuns : CommandIDs.showSweeps);
    };
    const item = new StatusItem(trans, show);
    const changed = new Signal<object, void>(item);
    const tell = (): void => {
      item.say(words());
      changed.emit();
    };
    watch.changed.connect(tell);
    sweeps?.changed.connect(tell);
    item.say(words());
    statusBar.registerStatusItem('jupyter-mlops:status', {
      item,
      align: 'left',
      rank: 3,
      isActive: () => words() !== '',
      activeStateChanged: changed
    });
  }
};

/** Icon and words, as a button. */
class StatusItem extends Widget {
  constructor(trans: ITranslation, onPress: () => void) {
    const button = document.createElement('button');
    super({ node: document.createElement('div') });
    button.type = 'button';
    button.className = 'jm-StatusItem';
    button.title = trans.__('Show what goes on');
    button.addEventListener('click', onPress);
    labIcon('mlops').element({ container: button, tag: 'span' });
    button.append(this._text);
    this.node.append(button);
    this.addClass('jm-Root');
  }

  /** Show how many there are. */
  say(words: string): void {
    this._text.textContent = words;
  }

  private readonly _text = document.createElement('span');
}
