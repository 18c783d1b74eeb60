/**
 * The two charts that tell most.
 */

import { useMemo, useState } from 'react';
import type { JSX } from 'react';

import { Cursor } from '../../../charts/cursor';
import { LineChart } from '../../../charts/LineChart';
import { xRange } from '../../../charts/plot';
import type { ILine, IPlot } from '../../../charts/plot';
import { isFinished } from '../../../client';
import { formatMetric } from '../../../format';
import { useTranslation } from '../../../translation';
import type { ITranslation } from '../../../translation';
import type { IRunSnapshot } from '../../../wire';
import { chartSentence, plannedStep } from '../../card/telling';
import { oneLine } from '../../card/text';
import { family, groups, shortName } from '../../metrics';
import { trainersOf } from '../../ranks';
import { usePage } from '../context';
import { axisOf } from '../curves/plots';

const HEIGHT = 196;

/** Show up to two charts of up to two metrics each. */
export function TellingCharts({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element | null {
  const { row, curves } = snapshot;
  const names = Object.keys(curves).filter(name => curves[name]?.length);
  const chosen = groups(names, 2);
  const isAwaited = chosen.length === 0 && !isFinished(row) && row.state !== 'queued';
  return chosen.length === 0 && !isAwaited ? null : (
    <div className="jm-Overview-charts">
      {isAwaited ? (
        <Figure snapshot={snapshot} names={[]} />
      ) : (
        chosen.map(group => <Figure key={group.join()} snapshot={snapshot} names={group} />)
      )}
    </div>
  );
}

function Figure({ snapshot, names }: { snapshot: IRunSnapshot; names: readonly string[] }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const { row } = snapshot;
  const [cursor] = useState(() => new Cursor());
  const plot = useMemo(() => plotOf(snapshot, names, trans), [snapshot, names, trans]);
  const [first = ''] = names;
  const title = oneLine(names.length > 1 ? family(first) : first, 60) || trans.__('No value yet');
  return (
    <figure className="jm-Overview-chart" aria-label={title}>
      <div className="jm-ChartHead">
        <b className="jm-ellipsis">{title}</b>
        {row.metrics[first] && <span className="jm-val">{formatMetric(row.metrics[first].last)}</span>}
        {trainersOf(snapshot) > 1 && first && (
          <span className="jm-muted jm-small">
            {snapshot.bands[first] ? trans.__('rank 0, band of all ranks') : trans.__('rank 0')}
          </span>
        )}
        <span className="jm-grow" />
        {first && (
          <button type="button" className="jm-link jm-small" onClick={() => page.go('curves')}>
            {trans.__('All curves')}
          </button>
        )}
      </div>
      <LineChart
        plot={plot}
        sentence={chartSentence(names, row, trans) || title}
        height={HEIGHT}
        cursor={cursor}
        onTable={() => page.go('curves')}
      />
    </figure>
  );
}

function plotOf({ row, curves, bands }: IRunSnapshot, names: readonly string[], trans: ITranslation): IPlot {
  const axis = row.metrics[names[0] ?? '']?.axis ?? 'step';
  const lines = names.map<ILine>((name, at) => {
    const curve = curves[name] ?? [];
    return {
      key: name,
      name: oneLine(name, 60),
      label: names.length > 1 ? oneLine(shortName(name), 20) : '',
      colour: at === 0 ? 1 : 3,
      isDashed: at > 0,
      x: curve.map(([step]) => step),
      y: curve.map(([, value]) => value),
      band: bandOf(bands[name])
    };
  });
  const planned = isFinished(row) ? null : plannedStep(row, axis);
  const last = Math.max(...lines.map(line => line.x[line.x.length - 1] ?? -Infinity));
  return {
    key: names.join(),
    lines,
    isLog: false,
    axis: axisOf(axis, trans),
    x: xRange(lines, planned),
    plan: planned !== null && Number.isFinite(last) ? last : null
  };
}

function bandOf(cells: IRunSnapshot['bands'][string] | undefined): ILine['band'] {
  return cells === undefined
    ? null
    : {
        x: cells.map(([step]) => step),
        low: cells.map(([, low]) => low),
        high: cells.map(([, , high]) => high)
      };
}
