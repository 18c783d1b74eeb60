/**
 * How parameters go together with what came of them, and which of them matter.
 */

import type { JSX } from 'react';

import { ParallelFigure } from '../../charts/ParallelFigure';
import { CommandIDs } from '../../commands';
import { useTranslation } from '../../translation';
import type { ISweepSnapshot } from '../../wire';
import { useCommand, useMarks } from './context';
import type { IParallels } from './lines';
import { Matters } from './Matters';

const HEIGHT = 232;

/** Show both beside each other. */
export function Parameters({
  snapshot,
  parallels: { axes, lines }
}: {
  snapshot: ISweepSnapshot;
  parallels: IParallels;
}): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const marks = useMarks();
  const metric = snapshot.row.objectives.map(objective => objective.metric).join(', ');
  const title = trans.__('Parameters to %1', metric);
  return (
    <div className="jm-Box jm-Sweep-parameters">
      {lines.length === 0 ? (
        <figure className="jm-Figure" aria-label={title}>
          <div className="jm-ChartHead">
            <b>{title}</b>
          </div>
          <p className="jm-muted jm-small jm-Sweep-nothing" style={{ height: HEIGHT }}>
            {trans.__('Each trial with a value becomes a line from its parameters to what it reached.')}
          </p>
        </figure>
      ) : (
        <ParallelFigure
          title={title}
          heading={trans.__('Trial')}
          countWords={count => trans._n('%1 trial', '%1 trials', count)}
          axes={axes}
          lines={lines}
          height={HEIGHT}
          kept={marks.kept}
          onKept={kept => marks.keep(kept)}
          selected={marks.selected}
          onSelect={(id, isMore) => marks.select(id, isMore)}
          hovered={marks.hovered}
          onHover={id => marks.hover(id)}
          onOpen={id => execute(CommandIDs.openRun, { id })}
        />
      )}
      <Matters snapshot={snapshot} />
    </div>
  );
}
