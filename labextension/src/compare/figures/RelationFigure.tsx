/**
 * What parameters have to do with what came of them.
 */

import { memo, useMemo, useRef } from 'react';
import type { CSSProperties, JSX } from 'react';

import { keptWords, valueWords } from '../../charts/dimensions';
import type { Value, ValueAxis } from '../../charts/dimensions';
import { keptOf } from '../../charts/parallel';
import { ParallelCoordinates } from '../../charts/ParallelCoordinates';
import { ParallelTable } from '../../charts/ParallelTable';
import { Scatter } from '../../charts/ScatterPlot';
import { formatCount, formatMetric } from '../../format';
import { Icon } from '../../icons';
import { oneLine } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import { IconButton } from '../../ui/parts';
import type { ICompared, IComparedColumn } from '../../wire';
import { useHovered, useMarks } from '../context';
import type { Change, ISettings } from '../settings';
import { nameOf } from '../table/Header';
import type { IWanted } from '../values';
import { useFlip } from './parts';
import { axisColumns, isAxis, parallelLines, scatterPoints, shadeBy, valueAxis, wordsBy } from './relation';
import type { IColouring } from './relation';

interface IRelationProps {
  readonly columns: readonly IComparedColumn[];
  readonly shown: readonly IComparedColumn[];
  readonly runs: readonly ICompared[];
  readonly metric: string;
  readonly wanted: IWanted;
  readonly colours: ReadonlyMap<string, number>;
  readonly kept: ReadonlySet<string> | null;
  readonly settings: ISettings;
  readonly onChange: Change;
  readonly onOpen: (id: string) => void;
  readonly height: number;
}

/** Runs have colours of their own. */
const OWN = 'own';

/** Show it. */
export const Relation = memo(function Relation(props: IRelationProps): JSX.Element {
  const { columns, runs, metric, wanted, colours, settings, onChange } = props;
  const trans = useTranslation();
  const marks = useMarks();
  const byKey = (key: string): IComparedColumn | undefined => columns.find(column => column.key === key);
  const told = byKey(`metric:${metric}`);
  const isMany = colours.size < runs.length;
  // Among many, runs are told apart by how good they are.
  const shaded =
    settings.colour === OWN ? undefined : (byKey(settings.colour) ?? (isMany ? told : undefined));
  const { a, b } = marks;
  const colouring = useMemo<IColouring>(() => {
    const byWord = wordsBy(shaded, runs, wanted, trans);
    return {
      colours: byWord?.colours ?? colours,
      words: byWord?.words ?? null,
      a,
      b,
      shade: shadeBy(shaded, runs, wanted),
      best: new Set(told?.best)
    };
  }, [colours, a, b, shaded, runs, wanted, told, trans]);
  const isParallel = settings.relation === 'parallel';
  const picker = (
    <span className="jm-Segment" role="group" aria-label={trans.__('Kind of chart')}>
      <button type="button" aria-pressed={isParallel} onClick={() => onChange({ relation: 'parallel' })}>
        {trans.__('Parallel')}
      </button>
      <button type="button" aria-pressed={!isParallel} onClick={() => onChange({ relation: 'scatter' })}>
        {trans.__('Scatter')}
      </button>
    </span>
  );
  const colour = (
    <ColourBy
      columns={columns.filter(isAxis)}
      shaded={shaded}
      colouring={colouring}
      onColour={key => onChange({ colour: key })}
    />
  );
  return isParallel ? (
    <ParallelPart {...props} colouring={colouring} picker={picker} colour={colour} />
  ) : (
    <ScatterPart {...props} colouring={colouring} picker={picker} colour={colour} />
  );
});

interface IPartProps extends IRelationProps {
  readonly colouring: IColouring;
  readonly picker: JSX.Element;
  readonly colour: JSX.Element;
}

function ParallelPart(props: IPartProps): JSX.Element {
  const { columns, shown, runs, metric, wanted, colouring, picker, colour, onOpen, height } = props;
  const trans = useTranslation();
  const marks = useMarks();
  const hovered = useHovered();
  const frame = useRef<HTMLElement>(null);
  const { isTable, flip, toggle } = useFlip(frame, '.jm-Parallel-picture, .jm-Curve-table');
  const chosen = useMemo(() => axisColumns(shown, columns, runs, metric), [shown, columns, runs, metric]);
  const axes = useMemo(
    () => chosen.map(column => valueAxis(column, runs, wanted, trans)),
    [chosen, runs, wanted, trans]
  );
  const lines = useMemo(
    () => parallelLines(runs, chosen, wanted, colouring, trans),
    [runs, chosen, wanted, colouring, trans]
  );
  const { kept } = marks;
  const ranges = axes.flatMap(axis => {
    const range = kept[axis.key];
    return range === undefined ? [] : [keptWords(axis, range, trans)];
  });
  const count = trans._n('%1 run', '%1 runs', lines.length, formatCount(lines.length));
  const within =
    ranges.length > 0 ? keptOf({ axes, lines, kept, selected: marks.selected }).size : lines.length;
  const keptText = trans.__('kept: %1; %2 of %3', ranges.join(', '), formatCount(within), count);
  const title = trans.__('Parameters to %1', oneLine(metric, 40));
  const names = axes.map(axis => axis.name);
  const sentence = trans.__(
    'Parallel coordinates of %1 from %2 to %3',
    count,
    names.slice(0, -1).join(', '),
    names[names.length - 1] ?? ''
  );
  return (
    <figure ref={frame} className="jm-Box jm-Compare-figure" aria-label={title}>
      <div className="jm-ChartHead">
        <b className="jm-ellipsis">{title}</b>
        <span className="jm-muted jm-small jm-ellipsis" title={ranges.length > 0 ? keptText : undefined}>
          {ranges.length > 0 ? keptText : trans.__('drag along an axis to keep a range')}
        </span>
        {ranges.length > 0 && (
          <button type="button" className="jm-link" onClick={() => marks.keep({})}>
            {trans.__('Clear')}
          </button>
        )}
        <span className="jm-grow" />
        {picker}
        <IconButton
          icon="table"
          label={trans.__('Show %1 as a table', title)}
          aria-pressed={isTable}
          onClick={toggle}
        />
      </div>
      <div className="jm-Compare-options">{colour}</div>
      {axes.length < 2 ? (
        <p className="jm-Empty jm-muted" style={{ height }}>
          {trans.__('No parameter varies between these runs, so there is no axis to draw.')}
        </p>
      ) : isTable ? (
        <ParallelTable
          axes={axes}
          lines={lines}
          kept={kept}
          height={height}
          label={title}
          heading={trans.__('Run')}
          onChart={flip}
        />
      ) : (
        <ParallelCoordinates
          axes={axes}
          lines={lines}
          height={height}
          kept={kept}
          onKept={ranges => marks.keep(ranges)}
          selected={marks.selected}
          onSelect={(id, isMore) => {
            if (id !== null || !isMore) {
              marks.select(id === null ? [] : [id], isMore);
            }
          }}
          hovered={hovered}
          onHover={id => marks.hover(id)}
          onOpen={onOpen}
          sentence={ranges.length > 0 ? `${sentence}; ${keptText}` : sentence}
          onTable={flip}
        />
      )}
    </figure>
  );
}

function ScatterPart(props: IPartProps): JSX.Element {
  const { columns, shown, runs, metric, wanted, colouring, kept, settings, onChange, picker, colour } = props;
  const trans = useTranslation();
  const marks = useMarks();
  const hovered = useHovered();
  const frame = useRef<HTMLElement>(null);
  const { isTable, flip, toggle } = useFlip(frame, '.jm-Parallel-picture, .jm-Curve-table');
  const options = columns.filter(isAxis);
  const axes = useMemo(() => axisColumns(shown, columns, runs, metric), [shown, columns, runs, metric]);
  const x = options.find(column => column.key === settings.x) ?? axes[0] ?? options[0];
  const y = options.find(column => column.key === settings.y) ?? axes[axes.length - 1] ?? x;
  const drawn = useMemo(() => {
    if (x === undefined || y === undefined) {
      return null;
    }
    return {
      x: valueAxis(x, runs, wanted, trans),
      y: valueAxis(y, runs, wanted, trans),
      points: scatterPoints(runs, x, y, wanted, colouring, kept, trans)
    };
  }, [x, y, runs, wanted, colouring, kept, trans]);
  const title =
    x === undefined || y === undefined
      ? trans.__('Scatter')
      : trans.__('%1 over %2', nameOf(y, trans), nameOf(x, trans));
  const count = trans._n('%1 run', '%1 runs', runs.length, formatCount(runs.length));
  return (
    <figure ref={frame} className="jm-Box jm-Compare-figure" aria-label={title}>
      <div className="jm-ChartHead">
        <b className="jm-ellipsis">{title}</b>
        <span className="jm-muted jm-small jm-ellipsis">
          {trans.__('drag a box around runs to select them')}
        </span>
        <span className="jm-grow" />
        {picker}
        <IconButton
          icon="table"
          label={trans.__('Show %1 as a table', title)}
          aria-pressed={isTable}
          onClick={toggle}
        />
      </div>
      <div className="jm-Compare-options">
        <Choose
          label={trans.__('X')}
          options={options}
          value={x?.key ?? ''}
          onChoose={key => onChange({ x: key })}
        />
        <Choose
          label={trans.__('Y')}
          options={options}
          value={y?.key ?? ''}
          onChoose={key => onChange({ y: key })}
        />
        {colour}
      </div>
      {drawn === null ? (
        <p className="jm-Empty jm-muted" style={{ height: props.height }}>
          {trans.__('There is no parameter and no metric to draw.')}
        </p>
      ) : isTable ? (
        <ParallelTable
          axes={axesOf(drawn.x, drawn.y)}
          lines={drawn.points.map(point => ({ ...point, values: valuesOf(point, drawn.x, drawn.y) }))}
          kept={{}}
          height={props.height}
          label={title}
          heading={trans.__('Run')}
          onChart={flip}
        />
      ) : (
        <Scatter
          x={drawn.x}
          y={drawn.y}
          points={drawn.points}
          sentence={trans.__('%1 of %2 as points', title, count)}
          height={props.height}
          selected={marks.selected}
          onSelect={(ids, isMore) => marks.select(ids, isMore)}
          hovered={hovered}
          onHover={id => marks.hover(id)}
          onOpen={props.onOpen}
          onTable={flip}
        />
      )}
    </figure>
  );
}

interface IColourByProps {
  readonly columns: readonly IComparedColumn[];
  readonly shaded: IComparedColumn | undefined;
  readonly colouring: IColouring;
  readonly onColour: (key: string) => void;
}

/** Choose what colours stand for, and tell it. */
function ColourBy({ columns, shaded, colouring, onColour }: IColourByProps): JSX.Element {
  const trans = useTranslation();
  const { shade } = colouring;
  const words = (value: number): string =>
    shade === null ? '' : shade.column.part === 'metric' ? formatMetric(value) : valueWords(NUMBERS, value);
  return (
    <>
      <label className="jm-Compare-select">
        <span className="jm-muted">{trans.__('Colour')}</span>
        <select value={shaded?.key ?? OWN} onChange={event => onColour(event.target.value)}>
          <option value={OWN}>{trans.__('Run')}</option>
          {columns.map(column => (
            <option key={column.key} value={column.key}>
              {nameOf(column, trans)}
            </option>
          ))}
        </select>
        <Icon name="caret-down" size={12} />
      </label>
      {colouring.words?.map((word, at) => (
        <span key={word} className="jm-small">
          <span className="jm-Key" style={keyStyle(at + 1)} /> {word}
        </span>
      ))}
      {shade !== null && (
        <span className="jm-Compare-shades jm-num jm-small jm-muted">
          {words(shade.low)} <i aria-hidden="true" /> {words(shade.high)}
        </span>
      )}
    </>
  );
}

function keyStyle(colour: number): CSSProperties & Record<'--k', string> {
  return { '--k': `var(--jm-c${colour})` };
}

interface IChooseProps {
  readonly label: string;
  readonly options: readonly IComparedColumn[];
  readonly value: string;
  readonly onChoose: (key: string) => void;
}

function Choose({ label, options, value, onChoose }: IChooseProps): JSX.Element {
  const trans = useTranslation();
  return (
    <label className="jm-Compare-select">
      <span className="jm-muted">{label}</span>
      <select value={value} onChange={event => onChoose(event.target.value)}>
        {options.map(column => (
          <option key={column.key} value={column.key}>
            {nameOf(column, trans)}
          </option>
        ))}
      </select>
      <Icon name="caret-down" size={12} />
    </label>
  );
}

const NUMBERS: ValueAxis = {
  key: '',
  name: '',
  kind: 'number',
  domain: [0, 1],
  format: value => String(Number(value.toPrecision(3)))
};

/** The same column on both axes stands in the table once. */
function axesOf(x: ValueAxis, y: ValueAxis): ValueAxis[] {
  return x.key === y.key ? [x] : [x, y];
}

function valuesOf(point: { x: Value; y: Value }, x: ValueAxis, y: ValueAxis): Value[] {
  return x.key === y.key ? [point.x] : [point.x, point.y];
}
