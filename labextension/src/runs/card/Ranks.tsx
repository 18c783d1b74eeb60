/**
 * The ranks of a run as a small table.
 */

import type { JSX } from 'react';

import { formatShare, formatSize } from '../../format';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IRankStatus, IRankUsage, IRunSnapshot } from '../../wire';
import { exitWords, ranksToCome, rankTone, toneIcon } from '../words';
import type { Tone } from '../words';
import { Code } from './pieces';
import { expressionOf, oddRank, rankName } from './telling';

const MOST = 7;
const MOST_TELLING: readonly Tone[] = ['failed', 'stopped', 'waiting', 'starting', 'running', 'succeeded'];

/** State, processor and memory of each rank, or of those that tell most where there are many. */
export function Ranks({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element {
  const trans = useTranslation();
  const known = ranksOf(snapshot);
  const shown = known.length > MOST ? telling(known, snapshot) : known;
  const more = Math.max(known.length, snapshot.row.workers) - shown.length;
  const odd = oddRank(snapshot.usage, trans);
  const widest = Math.max(100, ...snapshot.usage.map(used => used.cpu ?? 0).filter(Number.isFinite));
  return (
    <>
      <table className="jm-Card-ranks">
        <thead>
          <tr>
            <th scope="col" colSpan={2}>
              {trans.__('Ranks')}
            </th>
            <th scope="col" className="r">
              {trans.__('CPU')}
            </th>
            <th scope="col" className="r">
              {trans.__('memory')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(rank => (
            <Rank
              key={rank.rank}
              rank={rank}
              snapshot={snapshot}
              widest={widest}
              isOdd={odd?.rank === rank.rank}
            />
          ))}
        </tbody>
      </table>
      {more > 0 && (
        <p className="jm-small jm-muted">
          {trans.__('and %1 more:', more)} <Code text={`${expressionOf(snapshot)}.ranks`} />
        </p>
      )}
      {odd && <p className="jm-small jm-muted jm-Card-odd">{odd.sentence}</p>}
    </>
  );
}

/** Return how many rows the table has. */
export function rankRows(snapshot: IRunSnapshot): number {
  return Math.min(Math.max(snapshot.ranks.length, snapshot.row.workers), MOST);
}

interface IRankProps {
  readonly rank: IRankStatus;
  readonly snapshot: IRunSnapshot;
  /** Percent of processor that fill the meter. */
  readonly widest: number;
  readonly isOdd: boolean;
}

function Rank({ rank, snapshot, widest, isOdd }: IRankProps): JSX.Element {
  const trans = useTranslation();
  const tone = rankTone(rank, snapshot.row);
  const used = snapshot.usage.find(other => other.rank === rank.rank);
  const { cpu, memory } = consumption(rank, used);
  const name = rankName(rank, trans);
  return (
    <tr data-s={isOdd ? 'warning' : tone} className={isOdd ? 'jm-mod-odd' : undefined}>
      <td
        colSpan={cpu === null ? 2 : 1}
        title={rank.ended === null ? undefined : `${name} ${exitWords(rank, trans)}`}
      >
        <Icon name={isOdd ? 'warning' : toneIcon(tone)} size={12} />
        <bdi>{name}</bdi> <span className="jm-muted">{rankWord(tone, trans)}</span>
      </td>
      {cpu !== null && (
        <td>
          <span className="jm-meter">
            <i style={{ width: `${Math.min(100, (100 * cpu) / widest).toFixed(0)}%` }} />
          </span>
        </td>
      )}
      <td className="r">{cpu === null ? '' : formatShare(cpu / 100)}</td>
      <td className="r">{memory === null ? '' : formatSize(memory)}</td>
    </tr>
  );
}

/** Return what a rank uses while it goes, and what it used at most once it has ended. */
function consumption(
  rank: IRankStatus,
  used: IRankUsage | undefined
): { cpu: number | null; memory: number | null } {
  if (rank.ended !== null || used === undefined) {
    return { cpu: null, memory: rank.peak || null };
  }
  return { cpu: used.cpu !== null && Number.isFinite(used.cpu) ? used.cpu : null, memory: used.memory };
}

function ranksOf({ ranks, row }: IRunSnapshot): readonly IRankStatus[] {
  return ranks.length > 0 ? ranks : ranksToCome(Math.min(row.workers, MOST));
}

/** Return as many ranks as there is room for, in their order; trouble comes before good news. */
function telling(known: readonly IRankStatus[], snapshot: IRunSnapshot): IRankStatus[] {
  const trouble = (rank: IRankStatus): number => MOST_TELLING.indexOf(rankTone(rank, snapshot.row));
  return [...known]
    .sort((one, other) => trouble(one) - trouble(other) || one.rank - other.rank)
    .slice(0, MOST - 1)
    .sort((one, other) => one.rank - other.rank);
}

function rankWord(tone: Tone, trans: ITranslation): string {
  switch (tone) {
    case 'failed':
      return trans.__('failed');
    case 'stopped':
      return trans.__('stopped');
    case 'waiting':
      return trans.__('not started');
    case 'starting':
      return trans.__('starting');
    case 'succeeded':
      return trans.__('ended');
    default:
      return '';
  }
}
