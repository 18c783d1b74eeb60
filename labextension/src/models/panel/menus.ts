/**
 * What can be done with a model or a version, in groups.
 */

import { CommandIDs } from '../../commands';

export const MODEL_VERBS: readonly (readonly string[])[] = [
  [CommandIDs.openModel, CommandIDs.goToModelCell],
  [CommandIDs.deployModel, CommandIDs.loadModel, CommandIDs.exportModel, CommandIDs.compareVersions],
  [CommandIDs.setChampion, CommandIDs.pointAlias, CommandIDs.removeAlias],
  [CommandIDs.verifyVersion, CommandIDs.noteModel, CommandIDs.tagModel, CommandIDs.copyModelHandle],
  [CommandIDs.archiveModel, CommandIDs.deleteModel]
];
