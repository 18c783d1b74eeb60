/**
 * The tabs of a page, moved through with Left and Right.
 */

import { useRef } from 'react';
import type { JSX, KeyboardEvent } from 'react';

import { TABS } from '../../commands';
import type { Tab } from '../../commands';
import { formatCount } from '../../format';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';

interface ITabListProps {
  /** The start of all ids. */
  readonly id: string;
  readonly tab: Tab;
  /** How much there is behind a tab, where that is known and says something. */
  readonly counts: Readonly<Partial<Record<Tab, number>>>;
  readonly onTab: (tab: Tab) => void;
}

/** Show all tabs. */
export function TabList({ id, tab: current, counts, onTab }: ITabListProps): JSX.Element {
  const trans = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = tabAfter(current, event.key);
    if (next !== null) {
      event.preventDefault();
      event.stopPropagation();
      onTab(next);
      list.current?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
    }
  };
  return (
    <div ref={list} className="jm-Tabs" role="tablist" aria-label={trans.__('Parts of the run')}>
      {TABS.map(tab => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`${id}-${tab}`}
          data-tab={tab}
          aria-selected={tab === current}
          aria-controls={`${id}-panel`}
          tabIndex={tab === current ? 0 : -1}
          onClick={() => onTab(tab)}
          onKeyDown={onKeyDown}
        >
          {tabName(tab, trans)}
          {counts[tab] !== undefined && <span className="jm-count">{formatCount(counts[tab])}</span>}
        </button>
      ))}
    </div>
  );
}

/** Return the tab that a key leads to; null if it leads to none. */
export function tabAfter(tab: Tab, key: string): Tab | null {
  const at = TABS.indexOf(tab);
  const places: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    Home: 0,
    End: TABS.length - 1
  };
  const next = places[key];
  return next === undefined ? null : (TABS[(next + TABS.length) % TABS.length] ?? null);
}

function tabName(tab: Tab, trans: ITranslation): string {
  switch (tab) {
    case 'overview':
      return trans.__('Overview');
    case 'curves':
      return trans.__('Curves');
    case 'logs':
      return trans.__('Logs');
    case 'display':
      return trans.__('Display');
    case 'code':
      return trans.__('Code');
    case 'files':
      return trans.__('Files');
    case 'tune':
      return trans.__('Tune');
  }
}
