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

/** Ask for parts until none of them leaves anything out. */
async function allPoints(
  client: Pick<Client, 'points'>,
  id: string,
  name: string,
  rank: number,
  low?: number,
  high?: number
): Promise<ISeries[]> {
  const range = low === undefined || high === undefined ? {} : { low, high };
  const { series } = await client.points(id, { name: [name], rank, most: MOST, ...range });
  const found = series[name];
  const [first, last] = [found?.steps[0], found?.steps[found.steps.length - 1]];
  if (found === undefined || !found.thinned || first === undefined || last === undefined || first === last) {
    return found === undefined ? [] : [found];
  }
  // A step belongs to one half alone.
  const middle = found.steps[found.steps.length >> 1] ?? last;
  const before = lastBefore(found.steps, middle);
  if (before === undefined) {
    return [found];
  }
  const border = (before + middle) / 2;
  return [
    ...(await allPoints(client, id, name, rank, low ?? first, border)),
    ...(await allPoints(client, id, name, rank, border, high ?? last))
  ];
}

function lastBefore(steps: readonly number[], step: number): number | undefined {
  return steps.filter(other => other < step).pop();
}
