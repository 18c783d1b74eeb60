/**
 * What is asked before an endpoint's traffic moves for good, before it ends, and before it goes away.
 */

import { InputDialog } from '@jupyterlab/apputils';

import { askText, confirmed } from '../runs/shell/questions';
import type { ITranslation } from '../translation';
import type { IEndpointRow } from '../wire';
import { isGoing, revisionName, versionName, wholePercent } from './words';

/** Ask whether an endpoint may be taken down. */
export async function mayStopEndpoint(row: IEndpointRow, trans: ITranslation): Promise<boolean> {
  const replicas = trans._n('%1 replica ends', '%1 replicas end', Math.max(row.ready, row.wanted));
  return confirmed(
    trans.__('Stop %1?', row.name),
    trans.__(
      'Its %1 when everything that has begun is answered; then nobody answers. Revisions and statistics stay, and it can be started again.',
      replicas
    ),
    trans.__('Stop'),
    trans
  );
}

/** Ask whether an endpoint may be deleted. */
export async function mayDeleteEndpoint(row: IEndpointRow, trans: ITranslation): Promise<boolean> {
  const said = [
    isGoing(row) ? trans.__('It is stopped first: nobody answers any more.') : '',
    trans.__(
      'Its revisions, statistics, scoreboard and logs go with it; versions of models stay. This cannot be undone.'
    )
  ];
  return confirmed(
    trans.__('Delete %1?', row.name || row.id),
    said.filter(Boolean).join(' '),
    trans.__('Delete'),
    trans
  );
}

/** Ask whether the canary may get all traffic. */
export async function mayPromote(row: IEndpointRow, trans: ITranslation): Promise<boolean> {
  const canary = revisionName(row.canary);
  return confirmed(
    trans.__('Promote %1?', canary),
    trans.__(
      '%1 gets all traffic of %2 instead of %3; %4 gets none any more, and is kept for a roll back.',
      described(row, row.canary),
      row.name,
      wholePercent(row.percent),
      described(row, row.stable)
    ),
    trans.__('Promote %1', canary),
    trans
  );
}

/** Ask whether traffic may go back: to a kept revision, or, where it is 0, to what the server takes. */
export async function mayRollBack(row: IEndpointRow, to: number, trans: ITranslation): Promise<boolean> {
  return confirmed(
    to > 0
      ? trans.__('Roll %1 back to %2?', row.name, revisionName(to))
      : trans.__('Roll %1 back?', row.name),
    rollBackSays(row, to, trans),
    to > 0 ? trans.__('Roll back to %1', revisionName(to)) : trans.__('Roll back'),
    trans
  );
}

/** Ask what share the canary is to get; null if none. */
export async function askPercent(row: IEndpointRow, trans: ITranslation): Promise<number | null> {
  const { button, value } = await InputDialog.getNumber({
    title: trans.__('Traffic of the canary %1', revisionName(row.canary)),
    label: trans.__('Percent of all requests, 0 to 100'),
    value: row.percent,
    okLabel: trans.__('Apply'),
    cancelLabel: trans.__('Cancel')
  });
  if (!button.accept || value === null) {
    return null;
  }
  if (!Number.isInteger(value) || value < 0 || value > 100) {
    throw new Error(
      trans.__('A canary gets a whole number of percent, from 0 to 100; this is none: %1.', value)
    );
  }
  return value;
}

/** Ask how many replicas a revision is to have; null if nothing is to change. */
export async function askReplicas(
  name: string,
  revision: string,
  now: string,
  trans: ITranslation
): Promise<string | null> {
  const answer = await askText(
    revision ? trans.__('Replicas of %1 %2', name, revision) : trans.__('Replicas of %1', name),
    trans.__('A number, or bounds between which it scales by itself: 2, or 1..4'),
    now,
    trans
  );
  return answer === null || answer.trim() === '' ? null : answer.trim();
}

/** Ask on which port it is to listen besides; 0 closes it, null changes nothing. */
export async function askPort(row: IEndpointRow, trans: ITranslation): Promise<number | null> {
  const { button, value } = await InputDialog.getNumber({
    title: trans.__('Port of %1', row.name),
    label: trans.__('A port of this machine’s loopback, asked with the endpoint’s token; 0 closes it'),
    value: row.port || 8080,
    okLabel: trans.__('Apply'),
    cancelLabel: trans.__('Cancel')
  });
  return button.accept && value !== null ? value : null;
}

function rollBackSays(row: IEndpointRow, to: number, trans: ITranslation): string {
  if (to === 0 && row.canary > 0) {
    return trans.__(
      'The canary %1 gets no traffic any more: %2 gets all of it. %3 is kept without replicas.',
      described(row, row.canary),
      described(row, row.stable),
      revisionName(row.canary)
    );
  }
  const target =
    to > 0 ? described(row, to) : trans.__('The stable revision before %1', revisionName(row.stable));
  return trans.__(
    '%1 is started, and gets all traffic when it is ready; %2 then gets none, and is kept.',
    target,
    described(row, row.stable)
  );
}

/** Return `r4 (digits v4)`. */
function described(row: IEndpointRow, revision: number): string {
  const found = row.revisions.find(each => each.revision === revision);
  const name = revisionName(revision);
  return found === undefined ? name : `${name} (${versionName(found)})`;
}
