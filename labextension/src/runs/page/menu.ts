/**
 * Short menus of what is done right here.
 */

import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';

export interface IMenuItem {
  readonly label: string;
  readonly run: () => void;
}

/** Open a menu below an element; when it is closed, the element has the focus again. */
export function openMenu(below: HTMLElement, items: readonly IMenuItem[]): void {
  const commands = new CommandRegistry();
  const menu = new MenuSvg({ commands });
  items.forEach(({ label, run }, at) => {
    commands.addCommand(String(at), {
      label,
      describedBy: { args: {} },
      execute: run
    });
    menu.addItem({ command: String(at) });
  });
  menu.aboutToClose.connect(() => {
    below.focus();
    // What was chosen is done after the menu has closed.
    window.setTimeout(() => menu.dispose());
  });
  const { left, bottom } = below.getBoundingClientRect();
  menu.open(left, bottom);
}
