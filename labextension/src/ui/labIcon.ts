/**
 * Our icons as JupyterLab wants them: in tabs, menus and side bars.
 */

import { LabIcon } from '@jupyterlab/ui-components';

import { svgText } from '../icons';
import type { IconName } from '../icons';

const made = new Map<IconName, LabIcon>();

/** Return one of our icons as an icon of JupyterLab; it is drawn in the colour of the text around it. */
export function labIcon(name: IconName): LabIcon {
  const icon = made.get(name) ?? new LabIcon({ name: `jupyter-mlops:${name}`, svgstr: svgText(name) });
  made.set(name, icon);
  return icon;
}
