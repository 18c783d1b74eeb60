/**
 * What a run's row says.
 */

import { formatAge, formatLeft, formatMetric, THIN } from '../../format';
import type { IRowAct, IRowWords } from '../../panel/nouns';
import type { ITranslation } from '../../translation';
import type { IRunRow } from '../../wire';
import { keyNames } from '../metrics';
import { kindOf, progressWords, secondsLeft, shareOf, toneOf, toneWord } from '../words';
import type { Tone } from '../words';

/** Return what a row says at a time, in seconds since the epoch. */
export function wordsOf(row: IRunRow, now: number, trans: ITranslation): IRowWords {
  const tone = toneOf(row);
  const why = whyOf(row, tone, trans);
  const metric = keyNames(row.metrics, 1)[0] ?? '';
  const summary = row.metrics[metric];
  const value = summary === undefined ? '' : formatMetric(summary.last);
  const facts = factsOf(row, tone, now, trans);
  const age = row.created > 0 ? formatAge(now - row.created) : '';
  const said = why ? [why] : [metric && `${metric} ${value}`, ...facts];
  const name = row.name || row.id;
  return {
    tone,
    name,
    title: [row.id, row.tags.join(', '), row.note].filter(Boolean).join('\n'),
    chip: kindOf(row),
    age,
    metric,
    value,
    curve: summary?.recent ?? [],
    minor: [row.progress?.unit ?? '', trans.__('left')].filter(Boolean),
    facts,
    why,
    share: shareOf(row.progress),
    label: [name, toneWord(tone, trans).toLocaleLowerCase(), kindOf(row), age, ...said]
      .filter(Boolean)
      .join(', '),
    acts: actsOf(tone, trans)
  };
}

function actsOf(tone: Tone, trans: ITranslation): IRowAct[] {
  const isOver = tone === 'succeeded' || tone === 'failed' || tone === 'stopped';
  const first: IRowAct = isOver
    ? { act: 'retry', icon: 'retry', label: trans.__('Retry') }
    : { act: 'stop', icon: 'stop', label: trans.__('Stop') };
  return [...(tone === 'broken' ? [] : [first]), { act: 'open', icon: 'open', label: trans.__('Open') }];
}

function whyOf(row: IRunRow, tone: Tone, trans: ITranslation): string {
  if (tone === 'broken') {
    return row.broken;
  }
  if (tone === 'waiting') {
    return row.why || trans.__('Waits for its turn');
  }
  return tone === 'failed' || tone === 'starting' ? row.why : '';
}

function factsOf(row: IRunRow, tone: Tone, now: number, trans: ITranslation): string[] {
  const done = progressWords(row.progress);
  if (tone === 'running') {
    const left = secondsLeft(row, now);
    return [...(done ? [done] : []), ...(left === null ? [] : [trans.__('≈%1 left', THIN + roughly(left))])];
  }
  if (tone === 'stopped') {
    return done ? [trans.__('at %1', done)] : row.why ? [row.why] : [];
  }
  return tone === 'starting' && done ? [done] : [];
}

/** Return what is left in one unit; in seconds under two minutes. */
function roughly(seconds: number): string {
  return seconds < 120 ? formatLeft(seconds) : formatAge(seconds);
}
