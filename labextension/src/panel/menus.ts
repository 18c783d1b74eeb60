/**
 * The menus of the panel: JupyterLab's own, with its commands.
 */

import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { Menu } from '@lumino/widgets';

import { CommandIDs } from '../commands';
import { formatCount } from '../format';
import { toneIcon, toneOf, toneWord } from '../runs/words';
import type { ITranslation } from '../translation';
import { labIcon } from '../ui/labIcon';
import type { IAnchor } from './nouns';
import { MAIN_STATES, STATES } from './query';
import type { AnySection } from './sections';

const ARCHIVED = 'mlops:show-archived';

/** Open commands in groups, all of them with the same arguments. */
export function openVerbs(
  commands: CommandRegistry,
  groups: readonly (readonly string[])[],
  args: ReadonlyJSONObject,
  at: IAnchor,
  onClosed: () => void
): void {
  const menu = new MenuSvg({ commands });
  for (const [at, verbs] of groups.entries()) {
    if (at > 0) {
      menu.addItem({ type: 'separator' });
    }
    for (const command of verbs.filter(id => commands.hasCommand(id))) {
      menu.addItem({ command, args });
    }
  }
  open(menu, at, onClosed);
}

/** Open the states that have no place of their own. */
export function openStatesMenu(model: AnySection, trans: ITranslation, at: IAnchor): void {
  const commands = new CommandRegistry();
  const menu = new MenuSvg({ commands });
  const main = model.noun.mainStates ?? MAIN_STATES;
  // A noun without states has but the archive.
  const others = main.length === 0 ? [] : STATES.filter(each => !main.includes(each));
  for (const state of others) {
    const tone = toneOf({ state, broken: '' });
    const word = model.noun.toneWord?.(tone, trans) ?? toneWord(tone, trans);
    const count = model.states?.[state] ?? 0;
    const isChosen = model.choice.state === state;
    commands.addCommand(state, {
      label: `${word} (${formatCount(count)})`,
      icon: labIcon(toneIcon(tone)),
      isToggled: () => isChosen,
      describedBy: { args: null },
      execute: () => model.choose({ state: isChosen ? null : state })
    });
    menu.addItem({ command: state });
  }
  if (others.length > 0) {
    menu.addItem({ type: 'separator' });
  }
  addArchived(commands, menu, model, trans);
  open(menu, at);
}

/** Open what can be done with the whole of the panel. */
export function openPanelMenu(
  app: CommandRegistry,
  model: AnySection,
  trans: ITranslation,
  at: IAnchor
): void {
  const commands = new CommandRegistry();
  const menu = new MenuSvg({ commands });
  const forward = (id: string, label?: string, args = {}): void => {
    commands.addCommand(id, {
      label: label ?? app.label(id),
      describedBy: { args: null },
      execute: async (): Promise<void> => {
        await app.execute(id, args);
      }
    });
    menu.addItem({ command: id });
  };
  addArchived(commands, menu, model, trans);
  menu.addItem({ type: 'separator' });
  for (const id of [CommandIDs.insertExample, CommandIDs.openStarter].filter(each => app.hasCommand(each))) {
    forward(id);
  }
  if (app.hasCommand('settingeditor:open')) {
    menu.addItem({ type: 'separator' });
    forward('settingeditor:open', trans.__('Settings…'), { query: 'Machine learning runs' });
  }
  open(menu, at);
}

function addArchived(commands: CommandRegistry, menu: Menu, model: AnySection, trans: ITranslation): void {
  commands.addCommand(ARCHIVED, {
    label: model.noun.texts(trans).archived,
    isToggled: () => model.choice.archived,
    describedBy: { args: null },
    execute: () => model.choose({ archived: !model.choice.archived })
  });
  menu.addItem({ command: ARCHIVED });
}

function open(menu: Menu, at: IAnchor, onClosed?: () => void): void {
  const { left, bottom, width } = at.getBoundingClientRect();
  menu.aboutToClose.connect(() => {
    onClosed?.();
    // The menu still has to tell its command when it closes.
    setTimeout(() => menu.dispose());
  });
  // Below a row stands the next one, and the menu is the row's: it opens where its text begins.
  menu.open(width > 100 ? left + 24 : left, bottom);
}
