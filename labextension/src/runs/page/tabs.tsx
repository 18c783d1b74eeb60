/**
 * What is behind each tab. All but the first are chunks of their own.
 */

import { lazy } from 'react';
import type { ComponentType } from 'react';

import type { Tab } from '../../commands';
import type { ITabProps } from './context';
import Overview from './overview/Overview';

type View = Promise<{ default: ComponentType<ITabProps> }>;

const LOADS: Readonly<Record<Exclude<Tab, 'overview'>, () => View>> = {
  curves: async () => import('./curves/Curves'),
  logs: async () => import('../logs/LogsTab'),
  display: async () => import('./display'),
  code: async () => import('./code'),
  files: async () => import('./files'),
  tune: async () => import('../../sweeps/form/Form')
};

export const TAB_VIEWS: Readonly<Record<Tab, ComponentType<ITabProps>>> = {
  overview: Overview,
  curves: lazy(LOADS.curves),
  logs: lazy(LOADS.logs),
  display: lazy(LOADS.display),
  code: lazy(LOADS.code),
  files: lazy(LOADS.files),
  tune: lazy(LOADS.tune)
};

/** Begin to load what a tab needs, before the run is known. */
export function preload(tab: Tab): void {
  if (tab === 'overview' || tab === 'curves') {
    void import('../../charts/engine');
  }
  if (tab !== 'overview') {
    void LOADS[tab]();
  }
}
