/**
 * What can be done with a sweep, in groups.
 */

import { CommandIDs } from '../../commands';

export const SWEEP_VERBS: readonly (readonly string[])[] = [
  [CommandIDs.openSweep, CommandIDs.openBest, CommandIDs.goToSweepCell],
  [CommandIDs.compareSweep, CommandIDs.registerSweep],
  [CommandIDs.stopSweep, CommandIDs.resumeSweep, CommandIDs.addTrials],
  [CommandIDs.noteSweep, CommandIDs.tagSweep, CommandIDs.copySweepHandle],
  [CommandIDs.archiveSweep, CommandIDs.deleteSweep]
];
