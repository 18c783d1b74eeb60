/**
 * The body of an endpoint's card: where requests go, which revisions answer, and what the input is like.
 */

import type { JSX } from 'react';

import { Icon } from '../../icons';
import { Sentence, Title } from '../../runs/card/pieces';
import { oneLine } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import type { IEndpointSnapshot, IRevisionFact } from '../../wire';
import { Key } from '../Mark';
import { whenWords } from '../page/scoreboard';
import {
  ageWords,
  colourOf,
  formatMilliseconds,
  formatPercent,
  formatRate,
  isUp,
  revisionMark,
  revisionName,
  roleWord,
  versionName,
  wholePercent
} from '../words';

/** How many rows each column has room for. */
const REVISIONS = 4;
const ROLLOUTS = 5;

interface IBodyProps {
  readonly snapshot: IEndpointSnapshot;
  readonly now: number;
}

/** Show all of it. */
export function Body({ snapshot, now }: IBodyProps): JSX.Element {
  return (
    <div className="jm-Card-body jm-mod-endpoint">
      <div>
        <Bar snapshot={snapshot} />
        <Revisions snapshot={snapshot} now={now} />
        <Said snapshot={snapshot} />
      </div>
      <Side snapshot={snapshot} />
    </div>
  );
}

function Bar({ snapshot: { row } }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const stable = row.canary > 0 ? 100 - row.percent : isUp(row) ? 100 : 0;
  return (
    <div className="jm-Ep-bar jm-mod-card" data-idle={!isUp(row) || undefined}>
      <span className="jm-Ep-stable" style={{ flexGrow: row.canary > 0 ? 100 - row.percent : 100 }}>
        {row.stable > 0 ? (
          <>
            <b>{wholePercent(stable)}</b> {trans.__('%1 stable', revisionName(row.stable))}
          </>
        ) : (
          trans.__('No revision has become ready yet')
        )}
      </span>
      {row.canary > 0 && (
        <span className="jm-Ep-canary" style={{ flexGrow: row.percent }}>
          <b>{wholePercent(row.percent)}</b> {revisionName(row.canary)}
        </span>
      )}
    </div>
  );
}

function Revisions({ snapshot, now }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  const { revisions } = snapshot;
  // Those that answer come first; of the others, the latest.
  const serving = revisions.filter(({ role, state }) => role !== 'kept' || state === 'starting');
  const shown = [...serving, ...revisions.filter(each => !serving.includes(each))].slice(0, REVISIONS);
  return (
    <table className="jm-Ep-cardtable jm-num" aria-label={trans.__('Revisions')}>
      <thead>
        <tr>
          <th scope="col">{trans.__('Revision')}</th>
          <th scope="col">{trans.__('Model')}</th>
          <th scope="col" className="r">
            {trans.__('Replicas')}
          </th>
          <th scope="col" className="r">
            {trans.__('rate')}
          </th>
          <th scope="col" className="r">
            {trans.__('p95')}
          </th>
          <th scope="col" className="r">
            {trans.__('errors')}
          </th>
          <th scope="col" className="r">
            {trans.__('Since')}
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(fact => (
          <Revision key={fact.spec.revision} fact={fact} snapshot={snapshot} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Revision({ fact, snapshot, now }: IBodyProps & { fact: IRevisionFact }): JSX.Element {
  const trans = useTranslation();
  const { row, stats } = snapshot;
  const { spec, role, replicas, wanted } = fact;
  const mark = revisionMark(fact, isUp(row) || row.state === 'starting', trans);
  const found = stats.find(({ revision }) => revision === spec.revision);
  const isServing = role !== 'kept' && found !== undefined;
  const ready = replicas.filter(({ state }) => state === 'ready').length;
  return (
    <tr>
      <th scope="row">
        <span className="jm-Ep-name">
          <span className="jm-State" data-s={mark.colour} title={fact.why || mark.word}>
            <Icon name={mark.icon} size={12} />
            <span className="jm-vh">{mark.word}</span>
          </span>
          <Key colour={colourOf(spec.revision, row)} />
          <b>{revisionName(spec.revision)}</b> {roleWord(role, trans)}
        </span>
      </th>
      <td className="jm-ellipsis" title={oneLine(versionName(spec), 200)}>
        <bdi>{oneLine(versionName(spec), 40)}</bdi>
      </td>
      <td className="r">
        {ready === wanted || replicas.length === 0 ? ready : trans.__('%1 of %2', ready, wanted)}
      </td>
      <td className="r">{isServing ? formatRate(found.rate) : ''}</td>
      <td className="r">{isServing ? formatMilliseconds(found.p95) : ''}</td>
      <td className="r">
        {isServing && found.requests > 0 ? formatPercent(found.errors / found.requests) : ''}
      </td>
      <td className="r jm-muted">{ageWords(fact.since || spec.created, now)}</td>
    </tr>
  );
}

/** What is worth knowing most: the verdict over the canary, else of the input. */
function Said({ snapshot: { row, scoreboard, drift } }: { snapshot: IEndpointSnapshot }): JSX.Element | null {
  const isJudged = scoreboard !== null && scoreboard.sentence !== '' && scoreboard.canary === row.canary;
  if (isJudged) {
    const tones = { good: 'succeeded', bad: 'failed', '': 'stopped' } as const;
    return (
      <p className="jm-Ep-verdict" data-s={tones[scoreboard.verdict]}>
        <Icon name={tones[scoreboard.verdict]} />
        <span>
          <Sentence text={scoreboard.sentence} longest={220} />
        </span>
      </p>
    );
  }
  if (row.drifting.length > 0 && drift !== null) {
    return (
      <p className="jm-Ep-verdict" data-s="warning">
        <Icon name="warning" />
        <span>
          <Sentence text={drift.sentence} longest={220} />
        </span>
      </p>
    );
  }
  return null;
}

function Side({ snapshot: { rollouts } }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Ep-cardside">
      <Title>{trans.__('Rollouts')}</Title>
      {rollouts.length === 0 ? (
        <p className="jm-small jm-muted">{trans.__('none yet')}</p>
      ) : (
        <ol className="jm-num">
          {rollouts.slice(0, ROLLOUTS).map(({ time, text }, at) => (
            <li key={rollouts.length - at} title={oneLine(text, 300)}>
              <span className="jm-muted">{whenWords(time)}</span>
              <span className="jm-ellipsis">
                <Sentence text={text} longest={90} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
