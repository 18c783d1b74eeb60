/**
 * The item of the status bar that counts what goes on.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../../commands';
import { DOMAIN } from '../../translation';
import type { ITranslation } from '../../translation';
import { labIcon } from '../../ui/labIcon';
import { IRunsWatch } from './tokens';
import { goingWords } from './words';

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:status',
  description: 'Counts in the status bar how many runs go on and wait.',
  autoStart: true,
  requires: [IRunsWatch, IStatusBar],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    watch: IRunsWatch,
    statusBar: IStatusBar,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const item = new StatusItem(trans, () => void app.commands.execute(CommandIDs.showRuns));
    watch.changed.connect(() => item.say(goingWords(watch.states, trans)));
    statusBar.registerStatusItem('jupyter-mlops:status', {
      item,
      align: 'left',
      rank: 3,
      isActive: () => goingWords(watch.states, trans) !== '',
      activeStateChanged: watch.changed
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
    button.title = trans.__('Show runs');
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
