/**
 * What is behind each tab. All but the first are chunks of their own.
 */

import { lazy } from 'react';
import type { ComponentType } from 'react';

import type { Tab } from '../../commands';
import type { ITabProps } from './context';
import Overview from './overview/Overview';

export const TAB_VIEWS: Readonly<Record<Tab, ComponentType<ITabProps>>> = {
  overview: Overview,
  curves: lazy(() => import('./curves/Curves')),
  logs: lazy(() => import('../logs/LogsTab')),
  display: lazy(() => import('./display')),
  code: lazy(() => import('./code')),
  files: lazy(() => import('./files'))
};
