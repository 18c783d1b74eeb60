/**
 * The card of a comparison: what varies and how well each run did, the curves of what tells most, and of two runs what
 * differs.
 */

import { useEffect, useMemo } from 'react';
import type { CSSProperties, JSX } from 'react';

import { isFinished } from '../../client';
import { formatCount, formatTime } from '../../format';
import { Icon } from '../../icons';
import { Chart } from '../../runs/card/Chart';
import { Guard, Missing } from '../../runs/card/frame';
import { useKeyboard } from '../../runs/card/keyboard';
import { Notes, Sentence } from '../../runs/card/pieces';
import type { ISeries } from '../../runs/card/scale';
import { oneLine } from '../../runs/card/text';
import { useAnswer } from '../../runs/page/details';
import { toneOf } from '../../runs/words';
import { useTranslation } from '../../translation';
import { Button } from '../../ui/parts';
import { StateMark } from '../../ui/StateMark';
import type { ICompared, IComparedColumn, IComparison } from '../../wire';
import { isDashed } from '../colours';
import { useSignal } from '../context';
import { partsOf } from '../diff/rows';
import { firstSort, sorted } from '../order';
import { isNumeric, parameterWords, valueOf, wordsOf } from '../values';
import type { ComparisonHost } from './host';

/** So many rows have room. */
const ROWS = 7;
/** So many rows have room above what differs. */
const PARAMETERS = 4;
const METRICS = 3;

/** Show a comparison as its host knows it. */
export function ComparisonCard({ host, leave }: { host: ComparisonHost; leave: () => void }): JSX.Element {
  const trans = useTranslation();
  useSignal(host.changed);
  const message = trans.__('What this notebook says of a comparison cannot be understood.');
  return (
    <Guard fallback={<Missing message={message} id={trans.__('comparison')} />}>
      <Known host={host} leave={leave} />
    </Guard>
  );
}

function Known({ host, leave }: { host: ComparisonHost; leave: () => void }): JSX.Element {
  const trans = useTranslation();
  const keyboard = useKeyboard(leave);
  const { comparison, problem, asOf } = host;
  const { runs, title } = comparison;
  const name = oneLine(title, 80) || trans.__('runs');
  const going = runs.filter(({ row }) => !isFinished(row)).length;
  return (
    <article className="jm-Card jm-CompareCard" aria-label={trans.__('comparison of %1', name)} {...keyboard}>
      <div className="jm-Card-head">
        <Icon name="compare" />
        <span className="jm-name jm-ellipsis">
          <bdi>{trans.__('Compare %1', name)}</bdi>
        </span>
        <span className="jm-facts jm-num jm-ellipsis">
          {problem?.kind === 'offline' && (
            <span className="jm-Card-offline">{trans.__('offline, as of %1', formatTime(asOf))} · </span>
          )}
          {trans._n('%1 run', '%1 runs', runs.length, formatCount(runs.length))}
          {going > 0 && `, ${trans.__('%1 running', formatCount(going))}`}
          {comparison.left_out > 0 && `, ${trans.__('%1 more left out', formatCount(comparison.left_out))}`}
        </span>
        <div className="jm-Card-acts" role="toolbar" aria-label={trans.__('Actions')}>
          {host.canOpen && (
            <Button className="jm-Button jm-mod-small" icon="open" onClick={() => host.open()}>
              {trans.__('Open comparison')}
            </Button>
          )}
        </div>
      </div>
      {runs.length === 0 ? (
        <div className="jm-Card-strip">
          <span className="jm-Card-said">{trans.__('There is nothing to compare.')}</span>
        </div>
      ) : (
        <Body host={host} comparison={comparison} />
      )}
      <Notes sentences={problem !== null && problem.kind !== 'offline' ? [problem.message] : []} />
    </article>
  );
}

function Body({ host, comparison }: { host: ComparisonHost; comparison: IComparison }): JSX.Element {
  const { runs } = comparison;
  const order = useMemo(() => ordered(comparison), [comparison]);
  const shown = order.slice(0, ROWS);
  const colours = host.colours.of(shown.map(({ row }) => row.id));
  const [one, other] = runs;
  const isTwo = runs.length === 2 && one !== undefined && other !== undefined;
  const { metric } = comparison;
  const { problem } = host;
  // Curves that can neither be asked for nor were saved will not come.
  const isLost = problem?.kind === 'elsewhere' || problem?.kind === 'unknown';
  const isSaved = shown.some(({ row }) => (row.metrics[metric]?.recent.length ?? 0) > 1);
  const hasCurves = metric !== '' && (!isLost || isSaved);
  return (
    <div className={`jm-Card-body jm-mod-compare${hasCurves ? '' : ' jm-mod-bare'}`}>
      <div className="jm-CompareCard-told">
        <Table host={host} comparison={comparison} shown={shown} total={order.length} colours={colours} />
        {isTwo && <Differing host={host} one={one} other={other} />}
      </div>
      {hasCurves && <Curves host={host} comparison={comparison} shown={shown} colours={colours} />}
    </div>
  );
}

interface IPartProps {
  readonly host: ComparisonHost;
  readonly comparison: IComparison;
  readonly shown: readonly ICompared[];
  readonly colours: ReadonlyMap<string, number>;
}

function Table({ host, comparison, shown, total, colours }: IPartProps & { total: number }): JSX.Element {
  const trans = useTranslation();
  const { columns } = comparison;
  const parameters = columns.filter(({ part, varies }) => part === 'parameter' && varies);
  const told = [...parameters.slice(0, PARAMETERS), ...metricsOf(comparison).slice(0, METRICS)];
  return (
    <>
      <table className="jm-Table jm-num jm-CompareCard-table">
        <caption className="jm-vh">{trans.__('What varies between the runs, and how well each did')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Run')}</th>
            {told.map(column => (
              <th key={column.key} scope="col" className={isNumeric(column, shown) ? 'r' : undefined}>
                {oneLine(column.name, 14)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(run => (
            <tr key={run.row.id}>
              <td>
                <Key colour={colours.get(run.row.id) ?? 0} />
                <StateMark tone={toneOf(run.row)} hasWord={false} />
                {host.canOpen ? (
                  <button type="button" className="jm-link" onClick={() => host.openRun(run.row.id)}>
                    {nameOf(run)}
                  </button>
                ) : (
                  nameOf(run)
                )}
              </td>
              {told.map(column => (
                <Value key={column.key} run={run} column={column} isRight={isNumeric(column, shown)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="jm-muted jm-small jm-CompareCard-rest">
        {total > shown.length && trans.__('and %1 more runs', formatCount(total - shown.length))}
        {total > shown.length && parameters.length > PARAMETERS && ', '}
        {parameters.length > PARAMETERS &&
          trans._n('%1 more parameter varies', '%1 more parameters vary', parameters.length - PARAMETERS)}
      </p>
    </>
  );
}

function Value({
  run,
  column,
  isRight
}: {
  run: ICompared;
  column: IComparedColumn;
  isRight: boolean;
}): JSX.Element {
  const trans = useTranslation();
  const isBest = column.best.includes(run.row.id);
  return (
    <td className={[isRight ? 'r' : '', isBest ? 'jm-mod-best' : ''].filter(Boolean).join(' ') || undefined}>
      {isBest && (
        <>
          <Icon name="star" size={9} />
          <span className="jm-vh">{trans.__('best')} </span>
        </>
      )}
      <bdi>{oneLine(wordsOf(valueOf(run, column), column, trans), 18)}</bdi>
    </td>
  );
}

/** What differs between the two, in a few lines. */
function Differing({
  host,
  one,
  other
}: {
  host: ComparisonHost;
  one: ICompared;
  other: ICompared;
}): JSX.Element {
  const [a, b] = [one.row.id, other.row.id];
  const { value } = useAnswer(
    signal => host.client.differences({ a, b }, signal),
    `${a} ${b}`,
    [one, other].map(({ row }) => `${row.state} ${row.attempt}`).join(),
    host.isLive
  );
  if (value === null) {
    return <p className="jm-CompareCard-differing" />;
  }
  const rest = [...value.environment, ...value.data, ...value.options, ...value.git].slice(0, 4);
  return (
    <div className="jm-CompareCard-differing">
      {value.sentence && (
        <p>
          <Sentence text={value.sentence} longest={240} />
        </p>
      )}
      <ul>
        {rest.map(({ name, a: left, b: right }) => {
          const [from, to] = partsOf(parameterWords(left), parameterWords(right));
          return (
            <li key={name} className="jm-ellipsis">
              {oneLine(name, 30)} <Parts parts={from} /> → <Parts parts={to} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Parts({ parts }: { parts: readonly { text: string; isChanged: boolean }[] }): JSX.Element {
  return (
    <>
      {parts.map(({ text, isChanged }, at) =>
        isChanged ? <b key={at}>{text}</b> : <span key={at}>{text}</span>
      )}
    </>
  );
}

function Curves({ host, comparison, shown, colours }: IPartProps): JSX.Element {
  const trans = useTranslation();
  const { metric } = comparison;
  const { isLive } = host;
  useEffect(() => {
    if (isLive) {
      host.curves.want(
        metric,
        shown.map(({ row }) => row),
        120
      );
    }
  }, [host, metric, shown, isLive]);
  const series = shown.map(({ row }): ISeries => {
    const colour = colours.get(row.id) ?? 0;
    const curve = host.curves.of(metric, row.id)?.series;
    const summary = row.metrics[metric];
    const recent = summary?.recent ?? [];
    // Until the server is asked: a few values, evenly over the steps.
    const step = (summary?.step ?? 0) / Math.max(recent.length, 1);
    const points = curve
      ? curve.steps.map((at, place): [number, number] => [at, Number(curve.values[place])])
      : recent.map((value, place): [number, number] => [(place + 1) * step, value]);
    return { name: '', colour, isDashed: isDashed(colour), points };
  });
  const axis = shown[0]?.row.metrics[metric]?.axis ?? '';
  const shownName = oneLine(metric, 40);
  return (
    <figure>
      <div className="jm-ChartHead">
        <b className="jm-ellipsis">{shownName}</b>
        <span className="jm-muted jm-small jm-ellipsis">{axis && trans.__('by %1', oneLine(axis, 20))}</span>
      </div>
      <Chart
        series={series.filter(({ points }) => points.length > 0)}
        sentence={trans.__('Curves of %1, of %2 runs', shownName, series.length)}
        axis=""
        plan={null}
      />
    </figure>
  );
}

function Key({ colour }: { colour: number }): JSX.Element {
  const style: CSSProperties & Record<'--k', string> = {
    '--k': colour > 0 ? `var(--jm-c${colour})` : 'var(--jm-axis)'
  };
  return <span className={isDashed(colour) ? 'jm-Key jm-dash' : 'jm-Key'} style={style} />;
}

function nameOf({ row }: ICompared): string {
  return oneLine(row.name, 24) + (row.trial === null ? '' : `/${row.trial}`);
}

/** Return the metrics, the telling one first. */
function metricsOf({ columns, metric }: IComparison): IComparedColumn[] {
  const metrics = columns.filter(({ part }) => part === 'metric');
  return [...metrics.filter(({ name }) => name === metric), ...metrics.filter(({ name }) => name !== metric)];
}

/** Return the runs, the best first. */
function ordered(comparison: IComparison): readonly ICompared[] {
  const sort = firstSort(comparison);
  const column = comparison.columns.find(({ key }) => key === sort?.key);
  return sort === null || column === undefined
    ? comparison.runs
    : sorted(comparison.runs, run => valueOf(run, column), sort.isDescending);
}
