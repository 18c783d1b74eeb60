/**
 * Trials as lines through parallel axes, from parameters to objectives.
 */

import { axisOf } from '../../charts/dimensions';
import type { INumberAxis, KeptRanges, Value, ValueAxis } from '../../charts/dimensions';
import { keptOf } from '../../charts/parallel';
import type { IParallelLine } from '../../charts/parallel';
import type { ITranslation } from '../../translation';
import type { IDimension, ISweepSnapshot, ITrialFact } from '../../wire';
import { formatValue } from '../words';
import { numberOf, parametersOf } from './trial';

/** What is drawn. */
export interface IParallels {
  readonly axes: readonly ValueAxis[];
  readonly lines: readonly IParallelLine[];
}

/** Return axes and lines of all trials that have a value. */
export function parallelsOf(snapshot: ISweepSnapshot, trans: ITranslation): IParallels {
  const { row, space } = snapshot;
  const trials = snapshot.trials.filter(fact => numberOf(fact.values[0]) !== null);
  const names = parametersOf(space, trials);
  const searched = new Map(space.map(dimension => [dimension.name, dimension]));
  const axes = [
    ...names.map(name => parameterAxis(name, searched.get(name), trials)),
    ...row.objectives.map(({ metric }, at) =>
      axisOf(
        `objective:${metric}`,
        metric,
        trials.map(fact => numberOf(fact.values[at]))
      )
    )
  ];
  const objectives = row.objectives.map((_, at) => at);
  const front = new Set(row.front);
  const lines = trials.map(fact => ({
    id: fact.run,
    name: trans.__('trial %1', fact.trial),
    values: [
      ...names.map(name => fact.params[name] ?? null),
      ...objectives.map(at => numberOf(fact.values[at]))
    ],
    colour: fact.trial === row.best || front.has(fact.trial) ? 2 : 1,
    isStrong: fact.trial === row.best || front.has(fact.trial)
  }));
  return { axes, lines };
}

/** Return what says whether a trial lies in what is kept; all do where nothing is. */
export function keptBy({ axes, lines }: IParallels, kept: KeptRanges): (id: string) => boolean {
  if (Object.keys(kept).length === 0) {
    return () => true;
  }
  const within = keptOf({ axes, lines, kept, selected: new Set() });
  return id => within.has(id);
}

/** Return the axis of a parameter: what it may be counts, not only what was tried. */
function parameterAxis(
  name: string,
  dimension: IDimension | undefined,
  trials: readonly ITrialFact[]
): ValueAxis {
  const tried = trials.map(fact => fact.params[name] ?? null);
  const key = `parameter:${name}`;
  if (dimension === undefined) {
    return axisOf(key, name, tried);
  }
  const { low, high, log, whole, options } = dimension;
  if (low === null || high === null) {
    return axisOf(key, name, options.length > 0 ? options : tried);
  }
  const found: INumberAxis = {
    key,
    name,
    kind: log && low > 0 ? 'log' : 'number',
    domain: [low, high],
    isWhole: whole,
    format: formatValue
  };
  return tried.some((value: Value) => typeof value === 'string') ? axisOf(key, name, tried) : found;
}
