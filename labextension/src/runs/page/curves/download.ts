/**
 * Curves as files.
 */

import { csvOf } from '../../../charts/csv';
import type { Client } from '../../../client';
import type { ISeries } from '../../../wire';

/** The server answers with at most so many points at once. */
const MOST = 20_000;

/** Return all points of metrics as comma-separated values, none left out. */
export async function pointsAsCsv(
  client: Pick<Client, 'points'>,
  id: string,
  names: readonly string[],
  ranks: readonly number[]
): Promise<Blob> {
  const rows: (string | number)[][] = [];
  for (const name of names) {
    for (const rank of ranks) {
      for (const part of await allPoints(client, id, name, rank)) {
        part.steps.forEach((step, at) => {
          const time = new Date((part.times[at] ?? 0) * 1000).toISOString();
          rows.push([name, rank, part.axis, step, String(part.values[at] ?? ''), time]);
        });
      }
    }
  }
  const head = ['metric', 'rank', 'axis', 'step', 'value', 'time'];
  return new Blob([csvOf([head]), csvOf(rows)], { type: 'text/csv' });
}

/** Ask for parts until none of them leaves anything out: those after one step, up to another. */
async function allPoints(
  client: Pick<Client, 'points'>,
  id: string,
  name: string,
  rank: number,
  after?: number,
  last?: number
): Promise<ISeries[]> {
  const query = { name: [name], rank, most: MOST, low: after, high: last };
  const { series } = await client.points(id, query);
  const found = series[name];
  if (found === undefined) {
    return [];
  }
  // The server's range has both of its ends.
  const part = after === undefined ? found : beyond(found, after);
  const border = part.steps[(part.steps.length >> 1) - 1];
  if (!part.thinned || border === undefined || border === part.steps[part.steps.length - 1]) {
    return [part];
  }
  return [
    ...(await allPoints(client, id, name, rank, after, border)),
    ...(await allPoints(client, id, name, rank, border, last))
  ];
}

function beyond(series: ISeries, step: number): ISeries {
  const places = series.steps.flatMap((each, at) => (each > step ? [at] : []));
  const chosen = <T>(column: readonly T[]): T[] => places.flatMap(at => column.slice(at, at + 1));
  return {
    ...series,
    steps: chosen(series.steps),
    values: chosen(series.values),
    times: chosen(series.times)
  };
}
