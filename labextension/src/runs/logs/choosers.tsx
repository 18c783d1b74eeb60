/**
 * Which rank's log of which attempt is shown.
 */

import type { JSX } from 'react';

import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import type { IRankStatus, IRunRow } from '../../wire';
import { rankTone, toneIcon, toneWord } from '../words';
import type { Tone } from '../words';

/** More ranks than that are in a list. */
const MOST_CHIPS = 8;

interface IRankChooserProps {
  readonly row: IRunRow;
  /** How the ranks stand; empty where that is not known, as of an earlier attempt. */
  readonly ranks: readonly IRankStatus[];
  readonly rank: number;
  readonly onRank: (rank: number) => void;
}

export function RankChooser(props: IRankChooserProps): JSX.Element {
  const { row, ranks } = props;
  const tones = Array.from({ length: row.workers }, (_, rank) => {
    const status = ranks.find(one => one.rank === rank);
    return status === undefined ? null : rankTone(status, row);
  });
  return row.workers > MOST_CHIPS ? <List {...props} tones={tones} /> : <Chips {...props} tones={tones} />;
}

function Chips({
  rank,
  tones,
  onRank
}: IRankChooserProps & { tones: readonly (Tone | null)[] }): JSX.Element {
  const trans = useTranslation();
  return (
    <span className="jm-row jm-Logs-ranks" role="group" aria-label={trans.__('Ranks')}>
      <span className="jm-muted" aria-hidden="true">
        {tones.length > 1 ? trans.__('Ranks') : trans.__('Rank')}
      </span>
      {tones.map((tone, one) => (
        <button
          key={one}
          type="button"
          className="jm-Filter"
          aria-pressed={one === rank}
          aria-label={
            tone === null ? trans.__('Rank %1', one) : trans.__('Rank %1, %2', one, toneWord(tone, trans))
          }
          title={tone === null ? undefined : toneWord(tone, trans)}
          data-s={tone ?? undefined}
          onClick={() => onRank(one)}
        >
          {tone !== null && <Icon name={toneIcon(tone)} size={11} />}
          {one}
        </button>
      ))}
    </span>
  );
}

function List({ rank, tones, onRank }: IRankChooserProps & { tones: readonly (Tone | null)[] }): JSX.Element {
  const trans = useTranslation();
  return (
    <label className="jm-row">
      <span className="jm-muted">{trans.__('Rank')}</span>
      <span className="jm-Select jm-Logs-select">
        <select value={rank} onChange={event => onRank(Number(event.target.value))}>
          {tones.map((tone, one) => (
            <option key={one} value={one}>
              {tone === null ? String(one) : `${one} · ${toneWord(tone, trans)}`}
            </option>
          ))}
        </select>
        <Icon name="caret-down" />
      </span>
    </label>
  );
}

interface IAttemptChooserProps {
  readonly latest: number;
  readonly attempt: number;
  readonly onAttempt: (attempt: number) => void;
}

/** Nothing where there is but one. */
export function AttemptChooser({ latest, attempt, onAttempt }: IAttemptChooserProps): JSX.Element | null {
  const trans = useTranslation();
  if (latest < 2) {
    return null;
  }
  return (
    <label className="jm-row">
      <span className="jm-muted">{trans.__('Attempt')}</span>
      <span className="jm-Select jm-Logs-select">
        <select value={attempt} onChange={event => onAttempt(Number(event.target.value))}>
          {Array.from({ length: latest }, (_, at) => at + 1).map(one => (
            <option key={one} value={one}>
              {one === latest ? trans.__('%1, the last', one) : String(one)}
            </option>
          ))}
        </select>
        <Icon name="caret-down" />
      </span>
    </label>
  );
}
