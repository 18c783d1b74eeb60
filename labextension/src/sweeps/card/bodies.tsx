/**
 * The body of a sweep's card: what is best, the history, what matters and the last trials. It has one height.
 */

import type { JSX } from 'react';

import { isFinished } from '../../client';
import { formatMetric } from '../../format';
import { Icon } from '../../icons';
import { Pairs, Sentence, Title } from '../../runs/card/pieces';
import { oneLine, said } from '../../runs/card/text';
import { toneIcon } from '../../runs/words';
import { useTranslation } from '../../translation';
import { Button } from '../../ui/parts';
import type { IImportance, ISweepSnapshot, ITrialFact } from '../../wire';
import { formatValue, paramsWords, spaceWords, trialTone } from '../words';
import { HistoryPlot } from './HistoryPlot';

/** How many rows each column has room for. */
const PARAMETERS = 6;
const BARS = 4;
const TRIALS = 4;

interface IBodyProps {
  readonly snapshot: ISweepSnapshot;
  /** Put the best trial into a cell; null where that cannot be. */
  readonly onUse: (() => void) | null;
}

/** Show all of it. */
export function Body({ snapshot, onUse }: IBodyProps): JSX.Element {
  return (
    <div className="jm-Card-body jm-mod-sweep">
      <Best snapshot={snapshot} onUse={onUse} />
      <HistoryPlot snapshot={snapshot} />
      <Side snapshot={snapshot} />
    </div>
  );
}

function Best({ snapshot, onUse }: IBodyProps): JSX.Element {
  const trans = useTranslation();
  const { row, space, trials } = snapshot;
  const [objective] = row.objectives;
  if (row.front.length > 0) {
    const front = trials.filter(({ trial }) => row.front.includes(trial));
    const pairs = front.map(
      ({ trial, values }) =>
        [trans.__('trial %1', trial), values.map(value => formatMetric(value)).join(', ')] as const
    );
    return (
      <div>
        <Title>
          {trans._n('%1 trial that none surpasses', '%1 trials that none surpasses', row.front.length)}
        </Title>
        <Pairs rows={pairs} most={PARAMETERS + 2} />
      </div>
    );
  }
  if (row.best === null || objective === undefined) {
    const pairs = space.map(
      dimension => [oneLine(dimension.name, 24), oneLine(spaceWords(dimension), 24)] as const
    );
    return (
      <div>
        <Title>{isFinished(row) ? trans.__('What happened') : trans.__('Best so far')}</Title>
        <p className="jm-Card-text">
          <Sentence text={said(row.why || trans.__('No trial has ended yet'))} />
        </p>
        <div className="jm-Card-below">
          <Pairs rows={pairs} most={PARAMETERS} />
        </div>
      </div>
    );
  }
  const pairs = Object.entries(row.best_params).map(
    ([name, value]) => [oneLine(name, 24), oneLine(formatValue(value), 24)] as const
  );
  return (
    <div>
      <p className="jm-State" data-s="succeeded">
        <Icon name="star" size={12} />
        <b>{isFinished(row) ? trans.__('Best') : trans.__('Best so far')}</b>
      </p>
      <p className="jm-Card-value jm-num">{formatMetric(row.best_values[0])}</p>
      <p className="jm-small jm-muted jm-ellipsis jm-num">
        {row.first === null || row.complete < 2
          ? trans.__('%1, trial %2', oneLine(objective.metric, 24), row.best)
          : trans.__(
              '%1, trial %2; the first had %3',
              oneLine(objective.metric, 24),
              row.best,
              formatMetric(row.first)
            )}
      </p>
      <div className="jm-Card-below">
        <Pairs rows={pairs} most={onUse === null ? PARAMETERS : PARAMETERS - 1} />
      </div>
      {onUse !== null && !isFinished(row) && (
        <Button className="jm-Button jm-mod-small jm-Card-use" onClick={onUse}>
          {trans.__('Use in a cell')}
        </Button>
      )}
    </div>
  );
}

function Side({ snapshot }: { snapshot: ISweepSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { importance, trials } = snapshot;
  const [first] = importance;
  const shown = trials.slice(first === undefined ? -(TRIALS + BARS + 1) : -TRIALS).reverse();
  return (
    <div className="jm-Card-sweepside">
      {first && <MattersShort importance={first} />}
      <Title>{trans.__('Last trials')}</Title>
      {shown.length === 0 ? (
        <p className="jm-small jm-muted">{trans.__('none yet')}</p>
      ) : (
        <ol className="jm-Card-trials jm-num">
          {shown.map(fact => (
            <Trial key={fact.trial} fact={fact} />
          ))}
        </ol>
      )}
    </div>
  );
}

function MattersShort({ importance }: { importance: IImportance }): JSX.Element {
  const trans = useTranslation();
  const shares = Object.entries(importance.shares)
    .sort(([, one], [, other]) => other - one)
    .slice(0, BARS);
  return (
    <>
      <div className="jm-ChartHead">
        <span className="jm-muted">{trans.__('What matters')}</span>
        <span className="jm-small jm-muted jm-ellipsis">
          {trans.__('%1 of %2 trials', oneLine(importance.evaluator, 24), importance.trials)}
        </span>
      </div>
      <table
        className="jm-Sweep-bars jm-num"
        aria-label={trans.__('What matters for %1', oneLine(importance.metric, 40))}
      >
        <colgroup>
          <col className="jm-Sweep-names" />
          <col />
          <col className="jm-Sweep-shares" />
        </colgroup>
        <tbody>
          {shares.map(([name, share]) => (
            <tr key={name}>
              <th scope="row" className="jm-ellipsis" title={oneLine(name, 80)}>
                <bdi>{oneLine(name, 24)}</bdi>
              </th>
              <td className="jm-Sweep-bar">
                <i style={{ width: `${(100 * Math.min(Math.max(share, 0), 1)).toFixed(1)}%` }} />
              </td>
              <td className="r">{share.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Trial({ fact }: { fact: ITrialFact }): JSX.Element {
  const tone = trialTone(fact);
  const about = fact.why || paramsWords(fact.params);
  return (
    <li data-s={tone} title={oneLine(about, 300)}>
      <Icon name={toneIcon(tone)} size={12} />
      <span className="r">{fact.trial}</span>
      <b className="r">{fact.values.length > 0 ? formatMetric(fact.values[0]) : ''}</b>
      <span className="jm-ellipsis jm-muted">
        <bdi>{oneLine(about, 80)}</bdi>
      </span>
    </li>
  );
}
