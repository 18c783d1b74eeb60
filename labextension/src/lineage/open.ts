/**
 * What opens one thing of a chain.
 */

import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs } from '../commands';
import type { ILineage, ILink } from '../wire';

/** Return what opens a link; null where nothing does, because it is gone, is what one sees, or has no page. */
export function openerOf(link: ILink, lineage: ILineage, commands: CommandRegistry): (() => void) | null {
  const aim = link.gone || link.here ? null : aimOf(link, lineage);
  if (aim === null || !commands.hasCommand(aim.command)) {
    return null;
  }
  return () => void commands.execute(aim.command, aim.args);
}

/** Which command opens something, with which arguments. */
export interface IAim {
  readonly command: string;
  readonly args: ReadonlyPartialJSONObject;
}

/** Return what opens a link. Of a run's cell and of its data the run knows where they are. */
export function aimOf(link: ILink, { links }: ILineage): IAim | null {
  const run = links.find(({ kind, gone }) => kind === 'run' && !gone)?.id;
  switch (link.kind) {
    case 'run':
      return { command: CommandIDs.openRun, args: { id: link.id } };
    case 'sweep':
      return { command: CommandIDs.openSweep, args: { id: link.id } };
    case 'version':
      return { command: CommandIDs.openModel, args: { id: link.id } };
    case 'revision':
      return { command: CommandIDs.openEndpoint, args: { id: link.id.replace(/\/r\d+$/, '') } };
    case 'code':
      return run === undefined ? null : { command: CommandIDs.goToCell, args: { id: run } };
    case 'data':
      return run === undefined ? null : { command: CommandIDs.openRun, args: { id: run, tab: 'overview' } };
  }
}
