/**
 * All ranks: how each stands, and what it uses.
 */

import type { JSX } from 'react';

import { isFinished } from '../../../client';
import { CommandIDs } from '../../../commands';
import { formatShare, formatSize, MISSING } from '../../../format';
import { Icon } from '../../../icons';
import { useTranslation } from '../../../translation';
import { Sparkline } from '../../../ui/Sparkline';
import type { IRankStatus, IRankUsage, IRunSnapshot, ISamples, IUsage } from '../../../wire';
import { Sentence } from '../../card/pieces';
import { oddRank } from '../../card/telling';
import { exitWords, ranksToCome, rankTone, toneIcon, toneWord } from '../../words';
import { useCommand } from '../context';

interface IRanksTableProps {
  readonly snapshot: IRunSnapshot;
  readonly samples: ISamples | null;
}

/** Show the ranks of the last attempt. */
export function RanksTable({ snapshot, samples }: IRanksTableProps): JSX.Element | null {
  const trans = useTranslation();
  const { row } = snapshot;
  const isOver = isFinished(row);
  const odd = isOver ? null : oddRank(snapshot.usage, trans);
  const ranks = ranksOf(snapshot);
  return ranks.length === 0 ? null : (
    <section className="jm-Section">
      <h2>
        {trans.__('Ranks')}
        {odd && (
          <span className="jm-end jm-Overview-odd">
            <Icon name="warning" />
            {odd.sentence}
          </span>
        )}
      </h2>
      <div className="jm-Overview-ranks" tabIndex={0} role="group" aria-label={trans.__('Ranks')}>
        <table className="jm-Table jm-num">
          <caption className="jm-vh">{trans.__('Ranks')}</caption>
          <thead>
            <tr>
              <th scope="col">{trans.__('Rank')}</th>
              <th scope="col">{trans.__('State')}</th>
              <th scope="col" className="r">
                {trans.__('Process')}
              </th>
              <th scope="col" className="r">
                {trans.__('CPU use')}
              </th>
              <th scope="col" className="r">
                {trans.__('Memory')}
              </th>
              <th scope="col" className="r">
                {trans.__('Peak')}
              </th>
              <th scope="col">{isOver ? trans.__('CPU over time') : trans.__('Last minute')}</th>
            </tr>
          </thead>
          <tbody>
            {ranks.map(rank => (
              <Rank
                key={rank.rank}
                rank={rank}
                snapshot={snapshot}
                used={snapshot.usage.find(used => used.rank === rank.rank)}
                samples={samples?.ranks.find(of => of.rank === rank.rank)}
                isOdd={odd?.rank === rank.rank}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface IRankProps {
  readonly rank: IRankStatus;
  readonly snapshot: IRunSnapshot;
  readonly used: IRankUsage | undefined;
  readonly samples: IUsage | undefined;
  readonly isOdd: boolean;
}

function Rank({ rank, snapshot, used, samples, isOdd }: IRankProps): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const tone = rankTone(rank, snapshot.row);
  const isGoing = rank.ended === null;
  const peak = Math.max(rank.peak, 0, ...(samples?.memory ?? []));
  return (
    <tr data-s={isOdd ? 'warning' : tone}>
      <td>
        <span className="jm-State">
          <Icon name={isOdd ? 'warning' : toneIcon(tone)} />
          <button
            type="button"
            className="jm-link"
            title={trans.__('Open the log of rank %1', rank.rank)}
            onClick={() => execute(CommandIDs.openLogs, { rank: rank.rank })}
          >
            {trans.__('rank %1', rank.rank)}
          </button>
        </span>{' '}
        {rank.role !== 'worker' && <span className="jm-muted">{rank.role}</span>}
      </td>
      <td className="jm-Overview-exit">
        {isGoing || rank.code === 0 ? (
          toneWord(tone, trans)
        ) : (
          <Sentence text={exitWords(rank, trans)} longest={200} />
        )}
      </td>
      <td className="r">{rank.pid ? trans.__('pid %1', String(rank.pid)) : MISSING}</td>
      <td className="r">{isGoing && used?.cpu != null ? formatShare(used.cpu / 100) : MISSING}</td>
      <td className="r">{isGoing && used?.memory != null ? formatSize(used.memory) : MISSING}</td>
      <td className="r">{peak > 0 ? formatSize(peak) : MISSING}</td>
      <td>
        <Sparkline values={samples?.cpu ?? []} width={72} />
      </td>
    </tr>
  );
}

/** Return the ranks that are known; before they have started, those that are to come. */
function ranksOf({ ranks, row }: IRunSnapshot): readonly IRankStatus[] {
  return ranks.length > 0 || row.broken ? ranks : ranksToCome(row.workers);
}
