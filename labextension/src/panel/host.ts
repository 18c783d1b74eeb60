/**
 * What the panel asks of whom it stands in.
 */

import type { Act, IAnchor, IListed, SectionName } from './nouns';

export interface IPanelHost {
  act(section: SectionName, act: Act, row: IListed, at: IAnchor): void;
  compare(ids: readonly string[]): void;
  insertExample(): void;
  /** Execute a command, if there is one. */
  execute(command: string): void;
  selectionMenu(section: SectionName, at: IAnchor): void;
  statesMenu(section: SectionName, at: IAnchor): void;
  menu(section: SectionName, at: IAnchor): void;
}
