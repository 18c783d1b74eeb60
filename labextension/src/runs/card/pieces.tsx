/**
 * The pieces that several states of a card share: metrics, charts, log, pairs, foot, notes.
 */

import { Fragment } from 'react';
import type { JSX, ReactNode } from 'react';

import { formatMetric } from '../../format';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import { Sparkline } from '../../ui/Sparkline';
import type { IRunRow, IRunSnapshot } from '../../wire';
import { groups, keyNames, shortName } from '../metrics';
import { hasSeveral, nameOf } from '../ranks';
import { originOf } from '../words';
import { Chart } from './Chart';
import { bestWords, chartSentence, expressionOf, lastLines, plannedStep } from './telling';
import type { Pair } from './telling';
import { oneLine, pieces } from './text';

const MOST_NOTES = 4;

/** A sentence; what stands between backticks is code. */
export function Sentence({ text, longest = 300 }: { text: string; longest?: number }): JSX.Element {
  const parts = oneLine(text, longest).split('`');
  // A last backtick without its twin is a backtick.
  const isWhole = parts.length % 2 === 1;
  return (
    <bdi>
      {isWhole
        ? parts.map((part, at) =>
            at % 2 === 1 ? (
              <code key={at} className="jm-code">
                {part}
              </code>
            ) : (
              <Fragment key={at}>{part}</Fragment>
            )
          )
        : parts.join('`')}
    </bdi>
  );
}

/** Something that is typed as it is. */
export function Code({ text }: { text: string }): JSX.Element {
  return <code className="jm-code">{text}</code>;
}

/** The line of code that does something with the run. */
export function Do({ snapshot, call }: { snapshot: IRunSnapshot; call: string }): JSX.Element {
  return <Code text={`${expressionOf(snapshot)}.${call}`} />;
}

/** A small title above a column. */
export function Title({ children }: { children: ReactNode }): JSX.Element {
  return (
    <div className="jm-ChartHead">
      <span className="jm-muted">{children}</span>
    </div>
  );
}

/** Return up to two groups of metrics, a chart each. */
export function charted(snapshot: IRunSnapshot): string[][] {
  const names = Object.entries(snapshot.curves)
    .filter(([, curve]) => curve.length > 0)
    .map(([name]) => name);
  return groups(names, 2);
}

/** One chart, with the last and the best value above it. */
export function Figure({ names, snapshot, place }: IFigureProps): JSX.Element {
  const trans = useTranslation();
  const { row, curves, bands } = snapshot;
  const [name = ''] = names;
  const axis = row.metrics[name]?.axis ?? 'step';
  const series = names.map((each, order) => ({
    name: names.length > 1 ? oneLine(shortName(each), 12) : '',
    points: curves[each] ?? [],
    colour: order === 0 ? 1 + place : 3,
    isDashed: order > 0
  }));
  return (
    <figure>
      <FigureHead name={name} row={row} hasBand={bands[name] !== undefined} />
      <Chart
        series={series}
        sentence={chartSentence(names, row, trans)}
        axis={oneLine(axis, 12)}
        plan={plannedStep(row, axis)}
        band={bands[name]}
      />
    </figure>
  );
}

interface IFigureProps {
  /** One or two metrics of the same family; the first is the one in question. */
  readonly names: readonly string[];
  readonly snapshot: IRunSnapshot;
  /** Which chart of the card it is, from 0. */
  readonly place: number;
}

function FigureHead({ name, row, hasBand }: IFigureHeadProps): JSX.Element {
  const trans = useTranslation();
  const summary = row.metrics[name];
  const ranks = hasBand ? trans.__('rank 0, band of all ranks') : '';
  const note = summary === undefined ? trans.__('no value yet') : bestWords(name, summary, trans) || ranks;
  return (
    <div className="jm-ChartHead">
      <span className="jm-muted jm-ellipsis">
        <bdi>{oneLine(name, 40)}</bdi>
      </span>
      {summary && <span className="jm-val">{formatMetric(summary.last)}</span>}
      <span className="jm-muted jm-small jm-ellipsis">{note}</span>
    </div>
  );
}

interface IFigureHeadProps {
  readonly name: string;
  readonly row: IRunRow;
  readonly hasBand: boolean;
}

/** The most telling metrics with their last values, and the first one's curve. */
export function KeyMetrics({ row, most }: { row: IRunRow; most: number }): JSX.Element | null {
  const trans = useTranslation();
  const names = keyNames(row.metrics, most);
  const [first] = names;
  const rest = Object.keys(row.metrics).length - names.length;
  return first === undefined ? null : (
    <span className="jm-Card-keys jm-num">
      {names.map(name => (
        <span key={name}>
          <span className="jm-muted">
            <bdi>{oneLine(name, 24)}</bdi>
          </span>{' '}
          <b>{formatMetric(row.metrics[name]?.last)}</b>
        </span>
      ))}
      <span className="jm-Card-spark">
        <Sparkline values={row.metrics[first]?.recent ?? []} width={84} height={20} />
      </span>
      {rest > 0 && most > 1 && <span className="jm-muted jm-Card-rest">{trans.__('and %1 more', rest)}</span>}
    </span>
  );
}

interface ILogTailProps {
  readonly snapshot: IRunSnapshot;
  /** How many lines there is room for. */
  readonly lines: number;
  /** The rank whose lines are shown; null shows all. */
  readonly rank?: number | null;
  readonly isFramed?: boolean;
}

/** The last lines of the log; the rank stands before each where there are several. */
export function LogTail({
  snapshot,
  lines,
  rank = null,
  isFramed = false
}: ILogTailProps): JSX.Element | null {
  const trans = useTranslation();
  const log = snapshot.log.filter(([of]) => rank === null || of === rank);
  const shown = lastLines(log, lines);
  const isNamed = hasSeveral(snapshot);
  return shown.length === 0 ? null : (
    <pre
      className={`jm-LogTail${isFramed ? ' jm-Frame' : ''}`}
      aria-label={trans.__('the last lines it printed')}
    >
      {shown.map(([of, text], at) => (
        <div key={at}>
          {isNamed && (
            <span className="jm-gutter" title={nameOf(of, snapshot.ranks, trans)}>{`r${of} `}</span>
          )}
          <LogLine text={text} />
        </div>
      ))}
    </pre>
  );
}

function LogLine({ text }: { text: string }): JSX.Element {
  const parts = pieces(text.trimEnd().replaceAll('\t', '    '), 300);
  return (
    <bdi>
      {parts.length === 0
        ? '\u00a0'
        : parts.map((part, at) => (
            <span key={at} className={part.paint || undefined}>
              {part.text}
            </span>
          ))}
    </bdi>
  );
}

/** Names and values; what finds no room is counted. */
export function Pairs({ rows, most }: { rows: readonly Pair[]; most: number }): JSX.Element | null {
  const trans = useTranslation();
  const shown = rows.length > most ? rows.slice(0, most - 1) : rows;
  return rows.length === 0 || most < 1 ? null : (
    <>
      <table className="jm-Card-pairs">
        <tbody>
          {shown.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td>
                <bdi>{value}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown.length && (
        <p className="jm-small jm-muted">{trans.__('and %1 more', rows.length - shown.length)}</p>
      )}
    </>
  );
}

/** The last row: what travelled, which code, and what else is worth a word. */
export function Foot({ snapshot, children }: { snapshot: IRunSnapshot; children?: ReactNode }): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Card-foot">
      {snapshot.captured && (
        <span className="jm-ellipsis">
          {trans.__('captured')}{' '}
          <b>
            <bdi>{oneLine(snapshot.captured, 90)}</bdi>
          </b>
        </span>
      )}
      <CodeOf snapshot={snapshot} />
      <Warmth snapshot={snapshot} />
      <span className="jm-grow" />
      {children}
    </div>
  );
}

/** Which cell the code is from, and which code it is. */
export function CodeOf({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element {
  const trans = useTranslation();
  return (
    <span className="jm-ellipsis">
      {trans.__('code')} <b>{oneLine(originOf(snapshot, trans), 40)}</b>
    </span>
  );
}

/** One word where the ranks came from a template, or could have and did not; its title says why. */
export function Warmth({
  snapshot: { warm, cold }
}: {
  snapshot: Pick<IRunSnapshot, 'warm' | 'cold'>;
}): JSX.Element | null {
  const trans = useTranslation();
  if (warm === true) {
    const why = trans.__('Its ranks began in a process that had imported what the cell imports.');
    return (
      <span className="jm-muted" title={why}>
        {trans.__('warm')}
      </span>
    );
  }
  return warm === false && cold ? (
    <span className="jm-muted" title={oneLine(cold, 400)}>
      {trans.__('cold')}
    </span>
  ) : null;
}

/** Sentences that are worth showing, a row each, and how many more there are. */
export function Notes({ sentences }: { sentences: readonly string[] }): JSX.Element {
  const trans = useTranslation();
  const more = sentences.length - MOST_NOTES;
  return (
    <>
      {sentences.slice(0, MOST_NOTES).map((sentence, at) => (
        <div key={at} className="jm-Card-note">
          <Icon name="warning" />
          <Sentence text={sentence} longest={400} />
        </div>
      ))}
      {more > 0 && <div className="jm-Card-note jm-muted">{trans.__('and %1 more', more)}</div>}
    </>
  );
}
