/**
 * Two objectives against each other, with the front of those that none surpasses.
 */

import { useMemo } from 'react';
import type { JSX } from 'react';

import { axisOf } from '../../charts/dimensions';
import { Scatter } from '../../charts/ScatterPlot';
import { CommandIDs } from '../../commands';
import { useTranslation } from '../../translation';
import type { ISweepSnapshot } from '../../wire';
import { useCommand, useMarks } from './context';
import { numberOf } from './trial';

interface IFrontPlotProps {
  readonly snapshot: ISweepSnapshot;
  readonly height: number;
  readonly onTable: () => void;
}

/** Show the first two objectives. */
export function FrontPlot({ snapshot, height, onTable }: IFrontPlotProps): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const marks = useMarks();
  const { row, trials } = snapshot;
  const [one = '', other = ''] = row.objectives.map(({ metric }) => metric);
  const scene = useMemo(() => {
    const reached = trials.filter(({ result }) => result === 'complete');
    const values = (place: number): (number | null)[] => reached.map(fact => numberOf(fact.values[place]));
    const [xs, ys] = [values(0), values(1)];
    const front = new Set(row.front);
    const points = reached.map((fact, at) => ({
      id: fact.run,
      name: trans.__('trial %1', fact.trial),
      x: xs[at] ?? null,
      y: ys[at] ?? null,
      colour: front.has(fact.trial) ? 2 : 1,
      isStrong: front.has(fact.trial)
    }));
    return { x: axisOf('x', one, xs), y: axisOf('y', other, ys), points };
  }, [trials, row.front, one, other, trans]);
  return (
    <Scatter
      {...scene}
      height={height}
      sentence={trans.__(
        '%1 against %2: %3 trials, %4 of them that none surpasses',
        other,
        one,
        scene.points.length,
        row.front.length
      )}
      selected={marks.selected}
      onSelect={(ids, isMore) => marks.choose(isMore ? [...marks.selected, ...ids] : ids)}
      hovered={marks.hovered}
      onHover={id => marks.hover(id)}
      onOpen={id => execute(CommandIDs.openRun, { id })}
      onTable={onTable}
    />
  );
}
