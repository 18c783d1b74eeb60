/**
 * A server of curves in memory, asked through the real client.
 */

import { ServerConnection } from '@jupyterlab/services';

import { Client } from '../../../../src/client';

/** Answers as the real one does: what is too much is thinned to every so manyth point. */
export class CurvesServer {
  /** Values of each metric and rank, at the steps 0, 1, 2, … */
  readonly values = new Map<string, number[]>();
  /** What was asked, in order: `points name=loss since=0`. */
  readonly asked: string[] = [];
  attempt = 1;
  isReachable = true;

  readonly client = new Client(
    ServerConnection.makeSettings({
      baseUrl: 'http://localhost:8888/',
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => this._answer(input, init)
    })
  );

  /** Report so many values more. */
  report(name: string, count: number, rank = 0): void {
    const key = `${name} ${rank}`;
    const values = this.values.get(key) ?? [];
    const begin = values.length;
    this.values.set(key, [...values, ...Array.from({ length: count }, (_, at) => begin + at + rank)]);
  }

  /** Return what a row says of the metrics. */
  row(workers = 1): { attempt: number; workers: number; metrics: never } {
    const metrics: Record<string, object> = {};
    for (const [key, values] of this.values) {
      const [name = '', rank] = key.split(' ');
      if (rank === '0') {
        metrics[name] = { count: values.length, axis: 'step' };
      }
    }
    return { attempt: this.attempt, workers, metrics: metrics as never };
  }

  private async _answer(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = input instanceof Request ? input : new Request(input, init);
    const url = new URL(request.url);
    const query = url.searchParams;
    const route = url.pathname.split('/').pop() ?? '';
    const told = ['name', 'rank', 'since', 'low', 'high'].flatMap(key =>
      query.has(key) ? [`${key}=${query.getAll(key).join('+')}`] : []
    );
    this.asked.push([route, ...told].join(' '));
    if (!this.isReachable) {
      throw new TypeError('Failed to fetch');
    }
    return json(route === 'bands' ? this._bands(query) : this._points(query));
  }

  private _points(query: URLSearchParams): object {
    const rank = query.get('rank') ?? '0';
    const series: Record<string, object> = {};
    for (const name of query.getAll('name')) {
      const values = this.values.get(`${name} ${rank}`);
      if (values !== undefined) {
        series[name] = part(values, query);
      }
    }
    return { attempt: this.attempt, rank: Number(rank), series };
  }

  private _bands(query: URLSearchParams): object {
    const bands: Record<string, object> = {};
    for (const name of query.getAll('name')) {
      const steps = (this.values.get(`${name} 0`) ?? []).map((_, at) => at);
      bands[name] = { axis: 'step', steps, low: steps, mean: steps, high: steps, ranks: 2 };
    }
    return { attempt: this.attempt, bands };
  }
}

function part(values: readonly number[], query: URLSearchParams): object {
  const since = Number(query.get('since') ?? 0);
  const most = Number(query.get('most') ?? 1000);
  const low = Number(query.get('low') ?? -Infinity);
  const high = Number(query.get('high') ?? Infinity);
  const steps = values.map((_, at) => at).filter(at => at >= since && at >= low && at <= high);
  const every = Math.ceil(steps.length / most);
  const chosen = steps.filter((_, at) => at % every === 0);
  return {
    axis: 'step',
    steps: chosen,
    values: chosen.map(at => values[at]),
    times: chosen.map(at => 1000 + at),
    next: values.length,
    thinned: every > 1
  };
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { 'Content-Type': 'application/json' } });
}
