/**
 * What is best so far, and what to do with it.
 */

import { useState } from 'react';
import type { JSX } from 'react';

import { isFinished } from '../../client';
import { CommandIDs } from '../../commands';
import { formatMetric } from '../../format';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import { Button, IconButton } from '../../ui/parts';
import type { ISweepSnapshot } from '../../wire';
import { formatValue, paramsWords, spaceWords, trainWords } from '../words';
import { useCommand, useMarks } from './context';

/** Show the best trial, the front of them, or what is searched while there is none. */
export function Best({ snapshot }: { snapshot: ISweepSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { row } = snapshot;
  const isFront = row.objectives.length > 1;
  const title = isFront ? trans.__('Front') : isFinished(row) ? trans.__('Best') : trans.__('Best so far');
  return (
    <section className="jm-Box jm-Sweep-best" aria-label={title}>
      {isFront && row.front.length > 0 ? (
        <Front snapshot={snapshot} title={title} />
      ) : row.best !== null ? (
        <One snapshot={snapshot} title={title} />
      ) : (
        <None snapshot={snapshot} title={title} />
      )}
    </section>
  );
}

interface IBestProps {
  readonly snapshot: ISweepSnapshot;
  readonly title: string;
}

function One({ snapshot: { row }, title }: IBestProps): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const metric = row.objectives[0]?.metric ?? '';
  return (
    <>
      <div className="jm-row">
        <span className="jm-State" data-s="succeeded">
          <Icon name="star" />
          <b>{title}</b>
        </span>
        <span className="jm-grow" />
        <button
          type="button"
          className="jm-link"
          onClick={() => execute(CommandIDs.openRun, { id: row.best_run })}
        >
          {trans.__('trial %1', row.best ?? '')}
        </button>
      </div>
      <div className="jm-Sweep-value jm-num">{formatMetric(row.best_values[0])}</div>
      <p className="jm-muted jm-num jm-Sweep-first">
        {row.first === null || row.complete < 2
          ? metric
          : trans.__('%1; the first trial had %2', metric, formatMetric(row.first))}
      </p>
      <Parameters params={row.best_params} />
      <div className="jm-row jm-Sweep-acts">
        <Button kind="accept" onClick={() => execute(CommandIDs.restoreCode, { id: row.best_run })}>
          {trans.__('Use in a cell')}
        </Button>
        <Button icon="open" onClick={() => execute(CommandIDs.openRun, { id: row.best_run })}>
          {trans.__('Open')}
        </Button>
        <Copy code={trainWords(row.name, row.best_params)} />
      </div>
    </>
  );
}

function Copy({ code }: { code: string }): JSX.Element {
  const trans = useTranslation();
  const [isDone, setDone] = useState(false);
  return (
    <>
      <IconButton
        icon={isDone ? 'check' : 'copy'}
        label={trans.__('Copy as code: %1', code)}
        onClick={() => void navigator.clipboard.writeText(code).then(() => setDone(true))}
        onBlur={() => setDone(false)}
      />
      <span className="jm-vh" aria-live="polite">
        {isDone && trans.__('Copied')}
      </span>
    </>
  );
}

function Parameters({ params }: { params: ISweepSnapshot['row']['best_params'] }): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Sweep-params" role="group" aria-label={trans.__('Parameters')} tabIndex={0}>
      <table className="jm-Table jm-mod-kv jm-num">
        <tbody>
          {Object.entries(params).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatValue(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The trials that no other one surpasses, the best of the first objective first. */
function Front({ snapshot: { row, trials }, title }: IBestProps): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const marks = useMarks();
  const [first] = row.objectives;
  const sign = first?.direction === 'minimize' ? 1 : -1;
  const chosen = trials
    .filter(({ trial }) => row.front.includes(trial))
    .sort((one, other) => sign * (Number(one.values[0]) - Number(other.values[0])));
  const active = chosen.find(({ run }) => marks.selected.has(run)) ?? chosen[0];
  return (
    <>
      <div className="jm-row">
        <span className="jm-State" data-s="succeeded">
          <Icon name="star" />
          <b>{title}</b>
        </span>
        <span className="jm-muted jm-small">
          {trans._n('%1 trial that none surpasses', '%1 trials that none surpasses', chosen.length)}
        </span>
      </div>
      <div className="jm-Sweep-params" role="group" aria-label={title} tabIndex={0}>
        <table className="jm-Table jm-num">
          <thead>
            <tr>
              <th scope="col" className="r">
                {trans.__('Trial')}
              </th>
              {row.objectives.map(({ metric }) => (
                <th key={metric} scope="col" className="r">
                  {metric}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {chosen.map(({ trial, run, values, params }) => (
              <tr
                key={run}
                aria-selected={marks.selected.has(run)}
                title={paramsWords(params)}
                onPointerEnter={() => marks.hover(run)}
                onPointerLeave={() => marks.hover(null)}
              >
                <td className="r">
                  <button type="button" className="jm-link" onClick={() => marks.select(run)}>
                    {trial}
                  </button>
                </td>
                {values.map((value, at) => (
                  <td key={at} className="r">
                    {formatMetric(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {active && (
        <div className="jm-row jm-Sweep-acts">
          <Button kind="accept" onClick={() => execute(CommandIDs.restoreCode, { id: active.run })}>
            {trans.__('Use %1 in a cell', active.trial)}
          </Button>
          <Button icon="open" onClick={() => execute(CommandIDs.openRun, { id: active.run })}>
            {trans.__('Open')}
          </Button>
          <Copy code={trainWords(row.name, active.params)} />
        </div>
      )}
    </>
  );
}

/** What is searched, while nothing is found. */
function None({ snapshot, title }: IBestProps): JSX.Element {
  const trans = useTranslation();
  const { row, space } = snapshot;
  return (
    <>
      <div className="jm-row">
        <Icon name="star" />
        <b>{title}</b>
      </div>
      <p className="jm-muted jm-Sweep-first">
        {isFinished(row)
          ? trans.__('No trial has a value of %1.', row.objectives.map(({ metric }) => metric).join(', '))
          : row.going > 0
            ? trans.__('The first trial runs; its result stands here.')
            : trans.__('The first result stands here.')}
      </p>
      <div className="jm-Sweep-params" role="group" aria-label={trans.__('Searched')} tabIndex={0}>
        <table className="jm-Table jm-mod-kv jm-num">
          <tbody>
            {space.map(dimension => (
              <tr key={dimension.name}>
                <th scope="row">{dimension.name}</th>
                <td>{spaceWords(dimension)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {space.length === 0 && snapshot.function && (
          <p className="jm-muted">{trans.__('What is searched is told by %1().', snapshot.function)}</p>
        )}
      </div>
    </>
  );
}
