/**
 * What can be done with a run, and with all that are selected, in groups.
 */

import { CommandIDs } from '../../commands';

export const RUN_VERBS: readonly (readonly string[])[] = [
  [CommandIDs.openRun, CommandIDs.openLogs, CommandIDs.goToCell, CommandIDs.restoreCode],
  [CommandIDs.compareRuns, CommandIDs.tuneRun, CommandIDs.registerRun],
  [CommandIDs.stopRun, CommandIDs.retryRun, CommandIDs.detachRun, CommandIDs.closeRun],
  [CommandIDs.noteRun, CommandIDs.tagRun, CommandIDs.copyHandle],
  [CommandIDs.archiveRun, CommandIDs.deleteRun]
];

export const SELECTION_VERBS: readonly (readonly string[])[] = [
  [CommandIDs.compareRuns],
  [CommandIDs.stopRuns],
  [CommandIDs.tagRuns],
  [CommandIDs.archiveRuns, CommandIDs.deleteRuns]
];
