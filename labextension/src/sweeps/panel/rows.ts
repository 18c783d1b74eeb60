/**
 * What a sweep's row says.
 */

import { formatAge, formatCount, formatLeft, formatMetric, THIN } from '../../format';
import type { IRowAct, IRowWords } from '../../panel/nouns';
import { toneOf, toneWord } from '../../runs/words';
import type { Tone } from '../../runs/words';
import type { ITranslation } from '../../translation';
import type { ISweepRow } from '../../wire';
import { canResume, doneOf, sweepSecondsLeft, sweepShare } from '../words';

/** Return what a row says at a time, in seconds since the epoch. */
export function wordsOf(row: ISweepRow, now: number, trans: ITranslation): IRowWords {
  const tone = toneOf(row);
  const why = whyOf(row, tone, trans);
  const facts = factsOf(row, tone, now, trans);
  const age = row.created > 0 ? formatAge(now - row.created) : '';
  const { metric, value } = bestOf(row, trans);
  const name = row.name || row.id;
  const said = why ? [why] : [metric && `${metric} ${value}`, ...facts];
  return {
    tone,
    name,
    title: [row.id, row.tags.join(', '), row.note].filter(Boolean).join('\n'),
    chip: row.algorithm,
    age,
    metric,
    value,
    curve: row.recent,
    minor: [trans.__('left')],
    facts,
    why,
    share: sweepShare(row),
    label: [name, toneWord(tone, trans).toLocaleLowerCase(), row.algorithm, age, ...said]
      .filter(Boolean)
      .join(', '),
    acts: actsOf(row, tone, trans)
  };
}

/** Return the objective and what the best trial reached; how many trials nothing surpasses where there are several. */
function bestOf(row: ISweepRow, trans: ITranslation): { metric: string; value: string } {
  const metric = row.objectives.map(objective => objective.metric).join(', ');
  if (row.objectives.length > 1) {
    return { metric, value: row.front.length > 0 ? trans.__('front of %1', row.front.length) : '' };
  }
  return { metric, value: row.best_values.length > 0 ? formatMetric(row.best_values[0]) : '' };
}

function whyOf(row: ISweepRow, tone: Tone, trans: ITranslation): string {
  switch (tone) {
    case 'broken':
      return row.broken;
    case 'waiting':
      return row.why || trans.__('Waits for its turn');
    case 'failed':
    case 'starting':
      return row.why;
    case 'running':
      // A sweep that runs has a reason to tell only while it can try nothing.
      return doneOf(row) === 0 && row.best_values.length === 0 ? row.why : '';
    default:
      return '';
  }
}

function factsOf(row: ISweepRow, tone: Tone, now: number, trans: ITranslation): string[] {
  const done = doneOf(row);
  const part = trans.__('%1/%2', formatCount(done), formatCount(row.wanted));
  if (tone === 'running' || tone === 'starting') {
    const left = sweepSecondsLeft(row, now);
    return [part, ...(left === null ? [] : [trans.__('≈%1 left', THIN + roughly(left))])];
  }
  if (tone === 'stopped') {
    return [trans.__('at %1', part), ...(row.why ? [row.why] : [])];
  }
  return done > 0 ? [trans._n('%1 trial', '%1 trials', done, formatCount(done))] : [];
}

function actsOf(row: ISweepRow, tone: Tone, trans: ITranslation): IRowAct[] {
  const isGoing = tone === 'waiting' || tone === 'starting' || tone === 'running';
  return [
    ...(isGoing ? [{ act: 'stop', icon: 'stop', label: trans.__('Stop') } as const] : []),
    ...(canResume(row) ? [{ act: 'resume', icon: 'retry', label: trans.__('Resume') } as const] : []),
    { act: 'open', icon: 'open', label: trans.__('Open') }
  ];
}

/** Return what is left in one unit; in seconds under two minutes. */
function roughly(seconds: number): string {
  return seconds < 120 ? formatLeft(seconds) : formatAge(seconds);
}
