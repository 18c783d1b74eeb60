/**
 * An endpoint in words, shapes and colours: what card, panel and page all say.
 */

import { formatAge, formatDuration, formatMetric, MINUS, MISSING, THIN } from '../format';
import type { IconName } from '../icons';
import { toneIcon, toneOf, toneWord } from '../runs/words';
import type { Tone } from '../runs/words';
import type { ITranslation } from '../translation';
import type { IEndpointRow, IEndpointSnapshot, IReplicaFact, IRevisionFact, IRevisionRow } from '../wire';

/** A state as it is shown. */
export interface IMark {
  readonly colour: Tone | 'warning';
  readonly icon: IconName;
  readonly word: string;
}

/** What a Python name may be. */
const NAME = /^[A-Za-z_]\w*$/;

type RevisionLike =
  Pick<IRevisionRow, 'state' | 'role' | 'why'> | Pick<IRevisionFact, 'state' | 'role' | 'why'>;

/** Return how an endpoint stands: what a run calls running reads Ready, unless a part of it is not. */
export function markOf(row: IEndpointRow, trans: ITranslation): IMark {
  const tone = toneOf(row);
  if (tone !== 'running') {
    return { colour: tone, icon: toneIcon(tone), word: endpointWord(tone, trans) };
  }
  if (row.revisions.some(({ state }) => state === 'starting')) {
    return { colour: 'starting', icon: 'starting', word: trans.__('Rolling out') };
  }
  if (row.ready < row.wanted) {
    return { colour: 'warning', icon: 'warning', word: trans.__('Degraded') };
  }
  return { colour: 'succeeded', icon: 'succeeded', word: trans.__('Ready') };
}

/** Return the word for an endpoint's state. */
export function endpointWord(tone: Tone, trans: ITranslation): string {
  switch (tone) {
    case 'running':
    case 'detached':
      return trans.__('Ready');
    case 'waiting':
      return trans.__('Starting');
    default:
      return toneWord(tone, trans);
  }
}

/** Return how a revision stands. */
export function revisionMark(revision: RevisionLike, isUp: boolean, trans: ITranslation): IMark {
  switch (revision.state) {
    case 'starting':
      return { colour: 'starting', icon: 'starting', word: trans.__('Starting') };
    case 'failed':
      return { colour: 'failed', icon: 'failed', word: trans.__('Failed') };
    case 'idle':
      return revision.role === 'kept'
        ? { colour: 'stopped', icon: 'stopped', word: trans.__('Kept for roll back') }
        : { colour: 'stopped', icon: 'stopped', word: trans.__('Stopped') };
    case 'ready':
      return isUp
        ? { colour: 'succeeded', icon: 'succeeded', word: trans.__('Ready') }
        : { colour: 'stopped', icon: 'stopped', word: trans.__('Stopped') };
  }
}

/** Return how a replica stands. */
export function replicaMark({ state }: Pick<IReplicaFact, 'state'>, trans: ITranslation): IMark {
  switch (state) {
    case 'starting':
      return { colour: 'starting', icon: 'starting', word: trans.__('Starting') };
    case 'ready':
      return { colour: 'succeeded', icon: 'succeeded', word: trans.__('Ready') };
    case 'ending':
      return { colour: 'waiting', icon: 'waiting', word: trans.__('Ending') };
    case 'ended':
      return { colour: 'stopped', icon: 'stopped', word: trans.__('Ended') };
  }
}

/** Return the word for what a revision is to the traffic; empty for one that is but kept. */
export function roleWord(role: IRevisionFact['role'], trans: ITranslation): string {
  switch (role) {
    case 'stable':
      return trans.__('stable');
    case 'canary':
      return trans.__('canary');
    case 'shadow':
      return trans.__('shadow');
    case 'kept':
      return '';
  }
}

/** Return the number of a revision's colour wherever it is drawn: stable is the first, the canary the second. */
export function colourOf(revision: number, row: Pick<IEndpointRow, 'stable' | 'canary' | 'shadow'>): number {
  switch (revision) {
    case row.stable:
      return 1;
    case row.canary:
      return 2;
    case row.shadow:
      return 3;
    default:
      return 0;
  }
}

/** Return `r4`. */
export function revisionName(revision: number): string {
  return `r${revision}`;
}

/** Return `digits v4`. */
export function versionName({ model, version }: { model: string; version: number }): string {
  return `${model} v${version}`;
}

/** Return a share from 0 to 1 as percent, with as many digits as it takes: `2.8 %`, `0.02 %`. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  const size = Math.abs(percent);
  const digits = size === 0 || size >= 99.95 ? 0 : size < 1 ? 2 : 1;
  return `${percent.toFixed(digits).replace('-', MINUS)}${THIN}%`;
}

/** Return whole percent: `10 %`. */
export function wholePercent(percent: number): string {
  return `${percent}${THIN}%`;
}

/** Return milliseconds with two or three digits that count: `6.1 ms`, `120 ms`, `2.4 s`. */
export function formatMilliseconds(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined || !Number.isFinite(milliseconds)) {
    return MISSING;
  }
  if (milliseconds >= 999.5) {
    return formatDuration(milliseconds / 1000);
  }
  const digits = milliseconds >= 99.5 ? 0 : milliseconds < 0.995 ? 2 : 1;
  return `${milliseconds.toFixed(digits)}${THIN}ms`;
}

/** Return requests a second: `46/s`, `0.3/s`. */
export function formatRate(rate: number): string {
  return `${rateNumber(rate)}/s`;
}

/** Return requests a second as a number alone. */
export function rateNumber(rate: number): string {
  if (!(rate > 0)) {
    return '0';
  }
  if (rate >= 9.95) {
    return formatMetric(Math.round(rate));
  }
  return rate < 0.05 ? rate.toFixed(2) : rate.toFixed(1);
}

/** Return `2 revisions, 3 replicas`; how many of them answer, where not all do. */
export function countsWords(row: IEndpointRow, trans: ITranslation): string {
  const serving = row.revisions.filter(({ role, state }) => role !== 'kept' || state === 'starting').length;
  const revisions = trans._n('%1 revision', '%1 revisions', serving);
  const replicas =
    row.ready === row.wanted
      ? trans._n('%1 replica', '%1 replicas', row.ready)
      : trans._n('%2 of %1 replica', '%2 of %1 replicas', row.wanted, row.ready);
  return `${revisions}, ${replicas}`;
}

/** Return `canary 10 %`, `shadow r5`; empty if there is neither. */
export function canaryWords(row: IEndpointRow, trans: ITranslation): string {
  if (row.canary > 0) {
    return trans.__('canary %1', wholePercent(row.percent));
  }
  return row.shadow > 0 ? trans.__('shadow %1', revisionName(row.shadow)) : '';
}

/** Return `drifts: age, income and 3 more`; empty if nothing does. */
export function driftWords(row: Pick<IEndpointRow, 'drifting'>, trans: ITranslation): string {
  const { drifting } = row;
  if (drifting.length === 0) {
    return '';
  }
  const named = drifting.slice(0, 2).join(', ');
  return drifting.length > 2
    ? trans.__('drifts: %1 and %2 more', named, drifting.length - 2)
    : trans.__('drifts: %1', named);
}

/** Return for how long it has been up; empty if it is not. */
export function upWords(row: IEndpointRow, now: number, trans: ITranslation): string {
  return row.started === null || row.state !== 'running'
    ? ''
    : trans.__('up %1', formatDuration(Math.max(now - row.started, 0)));
}

/** Return how long ago something was, in one unit; a dash if it was never. */
export function ageWords(time: number, now: number): string {
  return time > 0 ? formatAge(now - time) : MISSING;
}

/** Return the line of code that gives the endpoint, in any notebook of its home. */
export function endpointHandleOf({ id }: Pick<IEndpointRow, 'id'>): string {
  return `connect().endpoints.get("${id}")`;
}

/** Return the expression by which a notebook reaches the endpoint: `digits_endpoint`. */
export function expressionOf({ variable, row }: Pick<IEndpointSnapshot, 'variable' | 'row'>): string {
  if (variable) {
    return variable;
  }
  const name = `${row.name.replaceAll('-', '_')}_endpoint`;
  return NAME.test(name) ? name : endpointHandleOf(row);
}

/** Return what a canary that is promoted, or dropped, comes to: what the button says. */
export function rollBackWords(row: Pick<IEndpointRow, 'canary' | 'stable'>, trans: ITranslation): string {
  return row.canary > 0 ? trans.__('Roll back to %1', revisionName(row.stable)) : trans.__('Roll back…');
}

/** Say whether there is a canary that could be promoted. */
export function canPromote(row: IEndpointRow): boolean {
  return row.canary > 0 && row.state === 'running' && !row.broken;
}

/** Say whether requests can be sent. */
export function isUp(row: Pick<IEndpointRow, 'state' | 'broken'>): boolean {
  return row.state === 'running' && row.broken === '';
}

/** Say whether it goes up, is up, or is meant to be. */
export function isGoing(row: Pick<IEndpointRow, 'state' | 'broken'>): boolean {
  return row.broken === '' && ['queued', 'starting', 'running'].includes(row.state);
}
