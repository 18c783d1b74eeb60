/**
 * What can be done with a model or a version, as a menu.
 */

import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from '../../commands';
import { MODEL_VERBS } from '../panel/menus';

/** Open what can be done with a model or a version below an element. */
export function menuBelow(commands: CommandRegistry, id: string, anchor: Element): void {
  const { left, bottom } = anchor.getBoundingClientRect();
  openMenu(commands, id, left, bottom, () => {
    if (anchor instanceof HTMLElement && document.activeElement === document.body) {
      anchor.focus();
    }
  });
}

/** Open what can be done with a model or a version at a point. */
export function openMenu(
  commands: CommandRegistry,
  id: string,
  x: number,
  y: number,
  onClosed: () => void = () => undefined
): void {
  const menu = new MenuSvg({ commands });
  for (const [at, verbs] of MODEL_VERBS.entries()) {
    if (at > 0) {
      menu.addItem({ type: 'separator' });
    }
    verbs
      .filter(command => commands.hasCommand(command) && command !== CommandIDs.openModel)
      .forEach(command => menu.addItem({ command, args: { id } }));
  }
  menu.aboutToClose.connect(() =>
    // What was chosen is done after the menu has closed.
    window.setTimeout(() => {
      menu.dispose();
      onClosed();
    })
  );
  menu.open(x, y);
}
