/**
 * What an endpoint's row says.
 */

import { formatAge } from '../../format';
import type { IRowAct, IRowWords } from '../../panel/nouns';
import { toneOf } from '../../runs/words';
import type { Tone } from '../../runs/words';
import type { ITranslation } from '../../translation';
import type { IEndpointRow } from '../../wire';
import {
  canaryWords,
  canPromote,
  driftWords,
  formatMilliseconds,
  formatPercent,
  formatRate,
  isGoing,
  markOf,
  versionName
} from '../words';

/** From that share on errors are told of in a row. */
const NOTABLE = 0.001;

/** Return what a row says at a time, in seconds since the epoch. */
export function wordsOf(row: IEndpointRow, now: number, trans: ITranslation): IRowWords {
  const tone = toneOf(row);
  const mark = markOf(row, trans);
  const isDrifting = tone === 'running' && mark.colour === 'succeeded' && row.drifting.length > 0;
  const shown = isDrifting ? { ...mark, icon: 'warning' as const, colour: 'warning' as const } : mark;
  const why = whyOf(row, tone);
  const metric = row.p95 === null || tone !== 'running' ? '' : 'p95';
  const value = metric && formatMilliseconds(row.p95);
  const facts = tone === 'running' ? factsOf(row, trans) : [];
  const since = row.ended ?? row.started ?? row.created;
  const age = since > 0 ? formatAge(now - since) : '';
  const name = row.name || row.id;
  const said = why ? [why] : [metric && `${metric} ${value}`, ...facts];
  return {
    tone,
    word: isDrifting ? trans.__('Ready, and its input drifts') : shown.word,
    icon: shown.icon,
    colour: shown.colour,
    name,
    title: [row.model && versionName(row), row.tags.join(', '), row.note].filter(Boolean).join('\n'),
    chip: row.platform,
    age,
    metric,
    value,
    curve: tone === 'running' ? row.recent : [],
    minor: [],
    facts,
    why,
    share: null,
    label: [name, shown.word.toLocaleLowerCase(), row.model && versionName(row), age, ...said]
      .filter(Boolean)
      .join(', '),
    acts: actsOf(row, trans)
  };
}

function whyOf(row: IEndpointRow, tone: Tone): string {
  switch (tone) {
    case 'broken':
      return row.broken;
    case 'waiting':
    case 'starting':
    case 'failed':
    case 'stopped':
      return row.why;
    default:
      return '';
  }
}

function factsOf(row: IEndpointRow, trans: ITranslation): string[] {
  // A narrow panel cuts the end off: what somebody should look at comes first.
  return [
    row.errors !== null && row.errors >= NOTABLE ? trans.__('%1 errors', formatPercent(row.errors)) : '',
    canaryWords(row, trans),
    driftWords(row, trans),
    row.rate > 0 || row.p95 !== null ? formatRate(row.rate) : trans.__('no requests')
  ].filter(Boolean);
}

function actsOf(row: IEndpointRow, trans: ITranslation): IRowAct[] {
  return [
    ...(canPromote(row) ? [{ act: 'promote', icon: 'promote', label: trans.__('Promote') } as const] : []),
    ...(isGoing(row) ? [{ act: 'stop', icon: 'stop', label: trans.__('Stop') } as const] : []),
    ...(!isGoing(row) && !row.broken
      ? [{ act: 'start', icon: 'running', label: trans.__('Start') } as const]
      : []),
    { act: 'open', icon: 'open', label: trans.__('Open') }
  ];
}
