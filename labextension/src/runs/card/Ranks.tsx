/**
 * The ranks of a run as a small table.
 */

import { useState } from 'react';
import type { JSX } from 'react';

import { formatShare, formatSize } from '../../format';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IRankStatus, IRankUsage, IRunSnapshot } from '../../wire';
import { isPlain, paces, rankName, ranksOf, roleName, standsOut, telling } from '../ranks';
import { exitWords, rankTone, toneIcon } from '../words';
import type { Tone } from '../words';

/** More ranks than that are folded. */
const FOLDED = 4;

/** State, role, pace, processor and memory of each rank, or of those that tell most where there are many. */
export function Ranks({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element {
  const trans = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const known = ranksOf(snapshot);
  const odd = standsOut(snapshot, trans);
  const isFolded = known.length > FOLDED && !isOpen;
  const shown = isFolded ? telling(known, snapshot, FOLDED, odd?.rank) : known;
  const pace = paces(snapshot.usage);
  const widest = Math.max(100, ...snapshot.usage.map(used => used.cpu ?? 0).filter(Number.isFinite));
  return (
    <>
      <table className={`jm-Card-ranks${pace === null ? '' : ' jm-mod-paced'}`}>
        <thead>
          <tr>
            <th scope="col">{trans.__('Ranks')}</th>
            {pace === null ? (
              <td />
            ) : (
              <th scope="col" className="r">
                {trans.__('steps/s')}
              </th>
            )}
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
              pace={pace}
              widest={widest}
              isOdd={odd?.rank === rank.rank}
            />
          ))}
        </tbody>
      </table>
      {known.length > FOLDED && (
        <button
          type="button"
          className="jm-link jm-small jm-Card-fold"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? trans.__('Show %1 ranks', FOLDED) : trans.__('Show all %1 ranks', known.length)}
        </button>
      )}
      {odd && <p className="jm-small jm-muted jm-Card-odd">{odd.sentence}</p>}
    </>
  );
}

/** Return how many rows the table has as it is first shown, the one below it included. */
export function rankRows(snapshot: IRunSnapshot): number {
  const known = ranksOf(snapshot).length;
  return Math.min(known, FOLDED + 1) + (snapshot.straggler === null ? 0 : 1);
}

interface IRankProps {
  readonly rank: IRankStatus;
  readonly snapshot: IRunSnapshot;
  readonly pace: ((rate: number) => string) | null;
  /** Percent of processor that fill the meter. */
  readonly widest: number;
  readonly isOdd: boolean;
}

function Rank({ rank, snapshot, pace, widest, isOdd }: IRankProps): JSX.Element {
  const trans = useTranslation();
  const tone = rankTone(rank, snapshot.row);
  const used = snapshot.usage.find(other => other.rank === rank.rank);
  const { rate, cpu, memory } = consumption(rank, used);
  const name = rankName(rank, trans);
  const isWide = pace === null ? cpu === null : rate === null;
  return (
    <tr data-s={isOdd ? 'warning' : tone} className={isOdd ? 'jm-mod-odd' : undefined}>
      <td
        colSpan={isWide ? 2 : 1}
        title={rank.ended === null ? undefined : `${name} ${exitWords(rank, trans)}`}
      >
        <Icon name={isOdd ? 'warning' : toneIcon(tone)} size={12} />
        <bdi>
          {trans.__('rank %1', rank.rank)}
          {!isPlain(rank) && <span className="jm-muted"> {roleName(rank)}</span>}
        </bdi>
        <Restarts count={rank.restarts} /> <span className="jm-muted">{rankWord(tone, trans)}</span>
      </td>
      {!isWide && pace !== null && <td className="r">{pace(rate ?? 0)}</td>}
      {!isWide && pace === null && (
        <td>
          <span className="jm-meter">
            <i style={{ width: `${Math.min(100, (100 * (cpu ?? 0)) / widest).toFixed(0)}%` }} />
          </span>
        </td>
      )}
      <td className="r">{cpu === null ? '' : formatShare(cpu / 100)}</td>
      <td className="r">{memory === null ? '' : formatSize(memory)}</td>
    </tr>
  );
}

/** How often a rank was started again; nothing where it never was. */
function Restarts({ count }: { count: number }): JSX.Element | null {
  const trans = useTranslation();
  const said = trans._n('started again once', 'started again %1 times', count);
  return count === 0 ? null : (
    <span className="jm-Card-again" title={said}>
      <Icon name="retry" size={10} />
      {count}
      <span className="jm-vh">{said}</span>
    </span>
  );
}

interface IConsumption {
  readonly rate: number | null;
  readonly cpu: number | null;
  readonly memory: number | null;
}

/** Return what a rank does and uses while it goes, and what it used at most once it has ended. */
function consumption(rank: IRankStatus, used: IRankUsage | undefined): IConsumption {
  if (rank.ended !== null || used === undefined) {
    return { rate: null, cpu: null, memory: rank.peak || null };
  }
  return { rate: finite(used.rate), cpu: finite(used.cpu), memory: used.memory };
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
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
