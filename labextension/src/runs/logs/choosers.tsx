/**
 * Which rank's log of which attempt is shown.
 */

import type { JSX } from 'react';

import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import type { IRankStatus, IRunRow } from '../../wire';
import { colourOf, isPlain, rankName, roleName } from '../ranks';
import { rankTone, toneIcon, toneWord } from '../words';
import type { Tone } from '../words';

/** More ranks than that are in a list. */
const MOST_CHIPS = 8;

interface IRankChooserProps {
  readonly row: IRunRow;
  readonly ranks: readonly IRankStatus[];
  /** Whether it is known how they stand: of an earlier attempt it is not. */
  readonly isLast: boolean;
  /** `ALL` for all of them together. */
  readonly rank: number;
  readonly onRank: (rank: number) => void;
}

/** What stands for all ranks where a rank is chosen. */
export const ALL = -1;

/** A rank to choose. */
interface IChoice {
  readonly rank: number;
  /** The role, where the number alone does not say it; else empty. */
  readonly role: string;
  /** `Rank 2 (ps 0)`. */
  readonly name: string;
  readonly tone: Tone | null;
}

export function RankChooser({ row, ranks, isLast, rank, onRank }: IRankChooserProps): JSX.Element {
  const trans = useTranslation();
  const choices = ranks.map(one => {
    const name = rankName(one, trans);
    return {
      rank: one.rank,
      role: isPlain(one) ? '' : roleName(one),
      name: name.charAt(0).toUpperCase() + name.slice(1),
      tone: isLast ? rankTone(one, row) : null
    };
  });
  const Chooser = choices.length > MOST_CHIPS ? List : Chips;
  return <Chooser choices={choices} rank={rank} onRank={onRank} />;
}

interface IChooserProps {
  readonly choices: readonly IChoice[];
  readonly rank: number;
  readonly onRank: (rank: number) => void;
}

function Chips({ choices, rank, onRank }: IChooserProps): JSX.Element {
  const trans = useTranslation();
  return (
    <span className="jm-row jm-Logs-ranks" role="group" aria-label={trans.__('Ranks')}>
      <span className="jm-muted" aria-hidden="true">
        {choices.length > 1 ? trans.__('Ranks') : trans.__('Rank')}
      </span>
      {choices.length > 1 && (
        <button type="button" className="jm-Filter" aria-pressed={rank === ALL} onClick={() => onRank(ALL)}>
          {trans.__('All')}
        </button>
      )}
      {choices.map(({ rank: one, role, name, tone }) => (
        <button
          key={one}
          type="button"
          className="jm-Filter"
          aria-pressed={one === rank}
          aria-label={tone === null ? name : trans.__('%1, %2', name, toneWord(tone, trans))}
          title={tone === null ? name : trans.__('%1, %2', name, toneWord(tone, trans))}
          data-s={tone ?? undefined}
          onClick={() => onRank(one)}
        >
          {choices.length > 1 && <i className="jm-Logs-colour" style={{ background: colourOf(one) }} />}
          {tone !== null && <Icon name={toneIcon(tone)} size={11} />}
          {one}
          {role && <span className="jm-muted">{role}</span>}
        </button>
      ))}
    </span>
  );
}

function List({ choices, rank, onRank }: IChooserProps): JSX.Element {
  const trans = useTranslation();
  return (
    <label className="jm-row">
      <span className="jm-muted">{trans.__('Rank')}</span>
      <span className="jm-Select jm-Logs-select">
        <select value={rank} onChange={event => onRank(Number(event.target.value))}>
          <option value={ALL}>{trans.__('All')}</option>
          {choices.map(({ rank: one, role, tone }) => (
            <option key={one} value={one}>
              {[String(one), role, tone === null ? '' : toneWord(tone, trans)].filter(Boolean).join(' · ')}
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
