/**
 * What can be done with an endpoint, in groups.
 */

import { CommandIDs } from '../../commands';

export const ENDPOINT_VERBS: readonly (readonly string[])[] = [
  [CommandIDs.openEndpoint, CommandIDs.tryEndpoint, CommandIDs.openEndpointLogs, CommandIDs.goToEndpointCell],
  [CommandIDs.deploy],
  [
    CommandIDs.moveCanary,
    CommandIDs.promoteCanary,
    CommandIDs.rollBackEndpoint,
    CommandIDs.replayEndpoint,
    CommandIDs.setGates
  ],
  [CommandIDs.scaleEndpoint, CommandIDs.openPort, CommandIDs.startEndpoint, CommandIDs.stopEndpoint],
  [
    CommandIDs.noteEndpoint,
    CommandIDs.tagEndpoint,
    CommandIDs.copyEndpointAddress,
    CommandIDs.copyEndpointHandle
  ],
  [CommandIDs.archiveEndpoint, CommandIDs.deleteEndpoint]
];
