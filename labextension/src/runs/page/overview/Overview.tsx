/**
 * The whole story of a run on one page.
 */

import { useMemo } from 'react';
import type { JSX } from 'react';

import { isFinished } from '../../../client';
import { CommandIDs } from '../../../commands';
import { Icon } from '../../../icons';
import { useTranslation } from '../../../translation';
import { Button } from '../../../ui/parts';
import { Hang } from '../../card/Hang';
import { LogTail, Sentence } from '../../card/pieces';
import { said } from '../../card/text';
import { hasSeveral, nameOf } from '../../ranks';
import { useCommand } from '../context';
import type { IRunSnapshot } from '../../../wire';
import type { ITabProps } from '../context';
import { stageOf, useAnswer } from '../details';
import { Became } from './Became';
import { Failure } from './Failure';
import { Figures } from './Figures';
import { Made } from './Made';
import { Notes } from './Notes';
import { Origin } from './Origin';
import { RanksTable } from './RanksTable';
import { Asked, Environment, Parameters, Timeline } from './Side';
import { TellingCharts } from './TellingCharts';
import { Travelled } from './Travelled';

/** How many lines of the log are shown. */
const LINES = 8;

/** The tab. */
export default function Overview({ page, snapshot, isShown: isSeen }: ITabProps): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { client } = page.runs;
  const { row } = snapshot;
  // Of a folder that cannot be read nothing else can be had.
  const isShown = isSeen && !row.broken;
  const stage = stageOf(snapshot);
  const detail = useAnswer(signal => client.run(page.id, signal), page.id, stage, isShown);
  const hasEnded = isFinished(row);
  const sampled = useMemo(
    () => snapshot.usage.map(used => `${used.cpu} ${used.memory}`).join(),
    [snapshot.usage]
  );
  const samples = useAnswer(
    signal => client.samples(page.id, { most: 120, since: hasEnded ? 0 : Date.now() / 1000 - 60 }, signal),
    page.id,
    `${stage} ${sampled}`,
    isShown
  );
  const rank = lastOf(snapshot);
  return (
    <div className="jm-Overview">
      <div className="jm-Overview-main">
        {row.state === 'failed' && !row.broken && <Failure snapshot={snapshot} />}
        {snapshot.hung !== null && (
          <Hang snapshot={snapshot} hung={snapshot.hung} onLine={line => page.go('code', { line })}>
            {!hasEnded && (
              <Button icon="stop" onClick={() => execute(CommandIDs.stopRun)}>
                {trans.__('Stop')}
              </Button>
            )}
          </Hang>
        )}
        {row.state !== 'failed' && !row.broken && row.why && (
          <p className="jm-Overview-why" data-s={row.state === 'queued' ? 'waiting' : 'stopped'}>
            <Icon name={row.state === 'queued' ? 'waiting' : 'stopped'} />
            <span>
              <Sentence text={said(row.why)} longest={600} />
            </span>
          </p>
        )}
        <Figures snapshot={snapshot} samples={samples.value} />
        <TellingCharts snapshot={snapshot} />
        <RanksTable snapshot={snapshot} samples={samples.value} />
        {snapshot.log.length > 0 && (
          <section className="jm-Section">
            <h2>
              {rank === null
                ? trans.__('Last lines')
                : trans.__('Last lines of %1', nameOf(rank, snapshot.ranks, trans))}
              <span className="jm-end">
                <button
                  type="button"
                  className="jm-link"
                  onClick={() => execute(CommandIDs.openLogs, rank === null ? {} : { rank })}
                >
                  {trans.__('Open logs')}
                </button>
              </span>
            </h2>
            <div className="jm-Overview-log">
              <LogTail snapshot={snapshot} lines={LINES} rank={rank} />
            </div>
          </section>
        )}
        <Made snapshot={snapshot} />
        <Became stage={stage} isShown={isShown} />
      </div>
      <div className="jm-Overview-side">
        <Notes snapshot={snapshot} />
        <Parameters snapshot={snapshot} />
        <Asked snapshot={snapshot} />
        <Origin snapshot={snapshot} detail={detail.value} />
        <Environment stage={stage} isShown={isShown} />
        <Timeline detail={detail.value} snapshot={snapshot} isShown={isShown} />
        <Travelled isShown={isShown} />
      </div>
    </div>
  );
}

/** Return the rank whose last lines tell why the run failed; null if all ranks' do. */
function lastOf(snapshot: IRunSnapshot): number | null {
  const { failed_rank: failed } = snapshot.row;
  const isKnown = hasSeveral(snapshot) && snapshot.log.some(([rank]) => rank === failed);
  return isKnown ? failed : null;
}
