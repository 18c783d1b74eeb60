/**
 * What else can be done with a run, from its card.
 */

import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import { CommandIDs } from '../../commands';

const GROUPS: readonly (readonly string[])[] = [
  [CommandIDs.openRun, CommandIDs.openLogs, CommandIDs.goToCell, CommandIDs.restoreCode],
  [CommandIDs.stopRun, CommandIDs.retryRun, CommandIDs.closeRun, CommandIDs.registerRun],
  [CommandIDs.noteRun, CommandIDs.tagRun, CommandIDs.copyHandle, CommandIDs.archiveRun],
  [CommandIDs.deleteRun]
];

/** Open the menu of a run below an element; it gives the keyboard back when it closes. */
export function openRunMenu(commands: CommandRegistry, id: string, anchor: Element): void {
  openGroups(commands, GROUPS, id, anchor);
}

/** Open a menu of commands about one id. */
export function openGroups(
  commands: CommandRegistry,
  groups: readonly (readonly string[])[],
  id: string,
  anchor: Element
): void {
  const menu = new Menu({ commands });
  for (const group of groups) {
    const known = group.filter(
      command => commands.hasCommand(command) && commands.isVisible(command, { id })
    );
    if (known.length > 0 && menu.items.length > 0) {
      menu.addItem({ type: 'separator' });
    }
    known.forEach(command => menu.addItem({ command, args: { id } }));
  }
  const { left, bottom } = anchor.getBoundingClientRect();
  // A menu that is disposed while it closes never tells what was chosen.
  menu.aboutToClose.connect(() => setTimeout(() => leave(menu, anchor), 0));
  menu.open(left, bottom);
}

function leave(menu: Menu, anchor: Element): void {
  menu.dispose();
  // What was chosen may have taken the keyboard elsewhere.
  if (document.activeElement === document.body && anchor instanceof HTMLElement) {
    anchor.focus();
  }
}
