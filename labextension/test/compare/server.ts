/**
 * Comparisons in memory, asked through the real client.
 */

import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import { Client } from '../../src/client';
import type { Changed, Connection, IFeed } from '../../src/events';

/** Something as a test writes it. */
export type Loose = Record<string, unknown>;

/** Answers what the real server answers, from what a test puts in. */
export class CompareServer {
  constructor(public comparison: Loose = comparisonOf()) {}

  differences: Loose = {};
  series: Record<string, Loose> = {};
  atStep: Record<string, number> = {};
  isReachable = true;
  refusal: { code: string; message: string; status: number } | null = null;
  /** What was asked, in order: `compare?name=digits`. */
  readonly asked: string[] = [];
  readonly feed = new TestFeed();

  readonly client = new Client(
    ServerConnection.makeSettings({
      baseUrl: 'http://localhost:8888/',
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => this._answer(input, init)
    })
  );

  private async _answer(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const url = new URL((input instanceof Request ? input : new Request(input, init)).url);
    const path = url.pathname.split('/jupyter-mlops/')[1] ?? '';
    this.asked.push(`${path}${decodeURIComponent(url.search.replace(/[?&]\d+$/, ''))}`);
    if (!this.isReachable) {
      throw new TypeError('Failed to fetch');
    }
    if (this.refusal !== null) {
      return json(this.refusal, this.refusal.status);
    }
    const wanted = url.searchParams.getAll('run');
    const { a = '', b = '' } = Object.fromEntries(url.searchParams);
    switch (path) {
      case 'version':
        return json({ version: '1', home: 'h', path: '/h', sentence: '' });
      case 'compare/differences':
        return json({ a: rowOf(a), b: rowOf(b), ...this.differences });
      case 'compare/step':
        return json({ values: this.atStep });
      case 'compare/overlay': {
        const found = Object.entries(this.series).filter(([id]) => wanted.includes(id));
        return json({
          series: Object.fromEntries(found),
          starts: Object.fromEntries(found.map(([id]) => [id, 100]))
        });
      }
      default:
        return json(this.comparison);
    }
  }
}

/** Tells what a test says. */
export class TestFeed implements IFeed {
  readonly changed: Signal<IFeed, Changed> = new Signal<IFeed, Changed>(this);
  readonly sweepsChanged: Signal<IFeed, Changed> = new Signal<IFeed, Changed>(this);
  readonly modelsChanged: Signal<IFeed, Changed> = new Signal<IFeed, Changed>(this);
  readonly endpointsChanged: Signal<IFeed, Changed> = new Signal<IFeed, Changed>(this);
  readonly connectionChanged: Signal<IFeed, Connection> = new Signal<IFeed, Connection>(this);
  connection: Connection = 'online';
  heard = 0;
  tried = 0;

  async tryNow(): Promise<void> {
    this.tried += 1;
  }
}

/** Return a run's row. */
export function rowOf(id: string, more: Loose = {}): Loose {
  return { id, name: id.split('-')[0], state: 'succeeded', created: 1, started: 2, ended: 62, ...more };
}

/** Return a run of a comparison; metrics are numbers. */
export function runOf(
  id: string,
  params: Loose,
  metrics: Record<string, number | string>,
  more: Loose = {}
): Loose {
  const summaries = Object.entries(metrics).map(([name, last]) => [
    name,
    { last, step: 10, min: 0, min_step: 1, max: 1, max_step: 5, count: 10, axis: 'epoch', recent: [0, 1] }
  ]);
  return { row: rowOf(id, { params, metrics: Object.fromEntries(summaries), ...more }), code: `${id}code` };
}

/** Return a comparison of three runs. */
export function comparisonOf(more: Loose = {}): Loose {
  const title = 'digits';
  return {
    title,
    runs: [
      runOf('digits-1', { lr: 0.01, opt: 'sgd', amp: true }, { accuracy: 0.9, loss: 0.4 }),
      runOf('wide-2', { lr: 0.1, opt: 'adamw', amp: false }, { accuracy: 0.97, loss: 0.1 }),
      runOf('digits-3', { lr: 0.001, opt: 'sgd' }, { accuracy: 'NaN' }, { state: 'running', ended: null })
    ],
    columns: [
      { key: 'parameter:lr', name: 'lr', part: 'parameter', filled: 3 },
      { key: 'parameter:opt', name: 'opt', part: 'parameter', filled: 3 },
      { key: 'parameter:amp', name: 'amp', part: 'parameter', filled: 2 },
      { key: 'metric:accuracy', name: 'accuracy', part: 'metric', better: 1, filled: 3, best: ['wide-2'] },
      { key: 'metric:loss', name: 'loss', part: 'metric', better: -1, filled: 2, best: ['wide-2'] },
      { key: 'fact:state', name: 'state', part: 'fact', filled: 3 },
      { key: 'fact:duration', name: 'duration', part: 'fact', filled: 2 },
      { key: 'fact:kind', name: 'kind', part: 'fact', varies: false, filled: 3 }
    ],
    metric: 'accuracy',
    better: 1,
    ...more
  };
}

function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } });
}
