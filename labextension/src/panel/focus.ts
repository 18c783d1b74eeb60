/**
 * Where the keys go in the panel.
 */

import type { SectionName } from './nouns';

/** Give the focus to the rows of a section, or to its head where it has none; say whether it has. */
export function enter(root: HTMLElement | null, name: SectionName): boolean {
  const section = root?.querySelector<HTMLElement>(`.jm-PanelSection[data-section="${name}"]`);
  const row = section?.querySelector<HTMLElement>('.jm-Run[tabindex="0"]') ?? null;
  (row ?? section?.querySelector<HTMLElement>('.jm-PanelSection-head button'))?.focus({
    preventScroll: true
  });
  return row !== null;
}
