/**
 * Endpoints as the server tells them.
 */

import { complete } from '../../src/wire';
import type {
  IEndpointRow,
  IEndpointSnapshot,
  IMeasure,
  IRevisionFact,
  IScoreboard,
  ISignature,
  IStatPoint
} from '../../src/wire';

/** Return a row: `digits`, up, with one revision. */
export function endpointRow(more: Record<string, unknown> = {}): IEndpointRow {
  return complete('EndpointRow', {
    id: 'digits',
    name: 'digits',
    state: 'running',
    platform: 'local',
    model: 'digits',
    version: 3,
    stable: 3,
    ready: 1,
    wanted: 1,
    created: 1,
    started: 1,
    revisions: [revisionRow(3, 'stable')],
    ...more
  });
}

/** What a row says of a canary that gets 10 percent. */
export const CANARY = {
  canary: 4,
  percent: 10,
  ready: 2,
  wanted: 2,
  revisions: [revisionRow(4, 'canary'), revisionRow(3, 'stable')]
};

/** Return a revision as a row has it; its version has the same number. */
export function revisionRow(
  revision: number,
  role: string,
  more: Record<string, unknown> = {}
): Record<string, unknown> {
  return { revision, model: 'digits', version: revision, role, state: 'ready', ready: 1, wanted: 1, ...more };
}

/** Return a revision as a page has it. */
export function revision(number: number, role: string, more: Record<string, unknown> = {}): IRevisionFact {
  return complete('RevisionFact', {
    spec: {
      endpoint: 'digits',
      revision: number,
      model: 'digits',
      version: number,
      created: 1,
      signature: null
    },
    state: role === 'kept' ? 'idle' : 'ready',
    role,
    wanted: role === 'kept' ? 0 : 1,
    replicas:
      role === 'kept' ? [] : [{ revision: number, replica: 0, pid: 10 + number, state: 'ready', since: 1 }],
    ...more
  });
}

/** Return an endpoint as its page shows it. */
export function endpoint(
  row: Record<string, unknown> = {},
  more: Record<string, unknown> = {}
): IEndpointSnapshot {
  return complete('EndpointSnapshot', {
    row: endpointRow(row),
    revisions: [revision(3, 'stable', { percent: 100 })],
    ...more
  });
}

/** Return an endpoint with a canary that gets 10 percent. */
export function withCanary(more: Record<string, unknown> = {}): IEndpointSnapshot {
  const revisions = [revision(4, 'canary', { percent: 10 }), revision(3, 'stable', { percent: 90 })];
  return endpoint(CANARY, { revisions, ...more });
}

/** Return a scoreboard of r3 and r4. */
export function scoreboard(measures: Partial<IMeasure>[], more: Record<string, unknown> = {}): IScoreboard {
  return complete('Scoreboard', {
    time: 1,
    stable: 3,
    canary: 4,
    metric: 'accuracy',
    rows: 360,
    measures,
    ...more
  });
}

/** Return a slice of time of ten seconds. */
export function point(time: number, number: number, more: Record<string, unknown> = {}): IStatPoint {
  return complete('StatPoint', { time, revision: number, seconds: 10, ...more });
}

/** Return the signature of a table, or of one tensor. */
export function signature(kind: 'table' | 'tensor', ...inputs: Record<string, unknown>[]): ISignature {
  return complete('Signature', { kind, inputs });
}
