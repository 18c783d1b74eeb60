/**
 * A server in memory, asked through the real client: it answers `fetch`.
 */

import { ServerConnection } from '@jupyterlab/services';

import { Client } from '../src/client';
import type { IEventBus } from '../src/events';
import { CHANGES } from '../src/wire';
import type { IChange } from '../src/wire';

type Row = { id: string; name: string; state: string } & Record<string, unknown>;

/** A sweep as a test makes it: its row, and its trials. */
export interface ITestSweep {
  row: Row;
  trials: Record<string, unknown>[];
  [more: string]: unknown;
}

/** An endpoint as a test makes it: its row, and what its page shows besides. */
export interface ITestEndpoint {
  row: Row;
  [more: string]: unknown;
}

/** A model as a test makes it: its row, and its versions, the latest first. */
export interface ITestModel {
  row: Row;
  versions: { model: string; version: number; [more: string]: unknown }[];
}

/** Answers what the real one answers, from rows that a test changes. */
export class TestServer implements IEventBus {
  constructor(rows: readonly Row[] = []) {
    this.rows = [...rows];
  }

  rows: Row[];
  /** Snapshots of sweeps. */
  sweeps: ITestSweep[] = [];
  /** Snapshots of models. */
  models: ITestModel[] = [];
  /** Snapshots of endpoints. */
  endpoints: ITestEndpoint[] = [];
  isReachable = true;
  /** Why a list with this condition cannot be had, by condition. */
  readonly refused = new Map<string, { code: string; message: string; status: number }>();
  /** What was asked, in order: `GET runs?limit=100`. */
  readonly asked: string[] = [];

  readonly client = new Client(
    ServerConnection.makeSettings({
      baseUrl: 'http://localhost:8888/hub/user/ada/',
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => this._answer(input, init)
    })
  );

  connect(slot: (sender: unknown, event: { schema_id: string }) => void): boolean {
    this._slots.add(slot);
    return true;
  }

  disconnect(slot: (sender: unknown, event: { schema_id: string }) => void): boolean {
    return this._slots.delete(slot);
  }

  /** Put an event on the bus. */
  tell(change: Partial<IChange>): void {
    const event = {
      schema_id: CHANGES,
      kind: 'changed',
      generation: 'g',
      since: 0,
      seq: 0,
      runs: [],
      sweeps: [],
      models: [],
      endpoints: [],
      ...change
    };
    this._slots.forEach(slot => slot(null, event));
  }

  /** Forget what was asked. */
  forget(): void {
    this.asked.length = 0;
  }

  private async _answer(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = input instanceof Request ? input : new Request(input, init);
    const url = new URL(request.url);
    const path = url.pathname.split('/jupyter-mlops/')[1] ?? '';
    this.asked.push(`${request.method} ${path}${url.search.replace(/[?&]\d+$/, '')}`);
    if (!this.isReachable) {
      throw new TypeError('Failed to fetch');
    }
    return this._found(path, url.searchParams);
  }

  private _found(path: string, query: URLSearchParams): Response {
    if (path === 'version') {
      return json({ version: '1', home: 'h', path: '/h', sentence: '' });
    }
    const refusal = this.refused.get(query.get('where') ?? '');
    if (path === 'runs' && refusal !== undefined) {
      return json(refusal, refusal.status);
    }
    if (path === 'runs') {
      return json(this._page(query));
    }
    const [noun, id = '', part] = path.split('/');
    if (noun === 'sweeps') {
      return this._sweep(id, part, query);
    }
    if (noun === 'models') {
      return this._model(id, path.split('/')[3]);
    }
    if (noun === 'endpoints') {
      return this._endpoint(id);
    }
    const row = this.rows.find(other => other.id === id);
    if (row === undefined) {
      return json({ code: 'not_found', message: `No run has the id '${id}'.` }, 404);
    }
    const detail = { row, status: {}, spec: {}, place: '', elsewhere: '', attempts: [1], home: 'h' };
    return json(part === 'snapshot' ? { row } : detail);
  }

  /** Trials count as changed from when they are put into the list on: `since` is how many are known. */
  private _sweep(id: string, part: string | undefined, query: URLSearchParams): Response {
    if (id === '') {
      const sweeps = this.sweeps.map(sweep => sweep.row);
      return json({ sweeps, total: sweeps.length, states: {}, generation: 'g', seq: 0 });
    }
    const found = this.sweeps.find(({ row: { id: other } }) => other === id);
    if (found === undefined) {
      return json({ code: 'not_found', message: `No sweep has the id '${id}'.` }, 404);
    }
    if (part === 'trials') {
      const since = Number(query.get('since') ?? 0);
      return json({ trials: found.trials.slice(since), next: found.trials.length });
    }
    return json(query.get('trials') === 'false' ? { ...found, trials: [] } : found);
  }

  private _model(name: string, version: string | undefined): Response {
    if (name === '') {
      const models = this.models.map(({ row }) => row);
      return json({ models, total: models.length, generation: 'g', seq: 0 });
    }
    const found = this.models.find(({ row: { id } }) => id === name);
    const row = found?.versions.find(each => String(each.version) === version);
    if (found === undefined || (version !== undefined && row === undefined)) {
      return json({ code: 'not_found', message: `There is no model '${name}'.` }, 404);
    }
    const spec = { model: name, version: row?.version, created: 1, flavor: 'sklearn' };
    return json(version === undefined ? found : { spec, row });
  }

  private _endpoint(id: string): Response {
    if (id === '') {
      const endpoints = this.endpoints.map(({ row }) => row);
      return json({ endpoints, total: endpoints.length, states: {}, generation: 'g', seq: 0 });
    }
    const found = this.endpoints.find(({ row: { id: other } }) => other === id);
    return found === undefined
      ? json({ code: 'not_found', message: `No endpoint has the name '${id}'.` }, 404)
      : json(found);
  }

  private _page(query: URLSearchParams): object {
    const offset = Number(query.get('offset') ?? 0);
    const limit = Number(query.get('limit') ?? 100);
    const where = query.get('where') ?? '';
    const asked = query.getAll('state');
    const sweep = query.get('sweep');
    const meant =
      sweep === null
        ? this.rows.filter(row => row.name.includes(where))
        : this.rows.filter(row => row.sweep === sweep && isWithin(row.trial, where));
    const rows = meant.filter(row => asked.length === 0 || asked.includes(row.state));
    const states: Record<string, number> = {};
    for (const row of meant) {
      states[row.state] = (states[row.state] ?? 0) + 1;
    }
    return {
      runs: rows.slice(offset, offset + limit),
      total: rows.length,
      states,
      generation: 'g',
      seq: 0
    };
  }

  private readonly _slots = new Set<(sender: unknown, event: { schema_id: string }) => void>();
}

/** Say whether a trial lies within a condition such as `trial >= 1 trial <= 100`. */
function isWithin(trial: unknown, where: string): boolean {
  const [first = 0, last = Infinity] = (where.match(/\d+/g) ?? []).map(Number);
  return typeof trial === 'number' && trial >= first && trial <= last;
}

/** Return a row as the server sends it. */
export function row(id: string, state = 'running', more: Record<string, unknown> = {}): Row {
  return { id, name: id.split('-')[0] ?? id, state, created: 1, ...more };
}

function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'Content-Type': 'application/json' }
  });
}
