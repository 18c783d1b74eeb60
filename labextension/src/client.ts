/**
 * The REST interface of the server, one method a route.
 */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { complete } from './wire';
import type {
  IDeploy,
  IDeployed,
  IEndpointLog,
  IEndpointLogQuery,
  IEndpointPage,
  IEndpointRow,
  IEndpointSnapshot,
  IEndpointsQuery,
  IGatesChange,
  ILineage,
  IModelPage,
  IModelRow,
  IModelSnapshot,
  IModelsQuery,
  IPointsOfQuery,
  IRegister,
  IRegisteredVersion,
  IRemembered,
  IStatPoints,
  ITried,
  ITry,
  IVerified,
  IVersionRow,
  IVersionSnapshot
} from './wire';
import type {
  IAtStep,
  IAtStepQuery,
  IAttemptQuery,
  IBands,
  IBandsQuery,
  ICode,
  ICompareQuery,
  IComparison,
  IDeleted,
  IDifferences,
  IDifferencesQuery,
  IDisplayed,
  IEnvironment,
  IFailure,
  IFiles,
  IHomeSummary,
  ILinesQuery,
  ILogLines,
  ILogPart,
  ILogQuery,
  IMatches,
  IMetrics,
  IOverlay,
  IOverlayQuery,
  IParameters,
  IPoints,
  IPointsQuery,
  IReceipt,
  IRunChange,
  IRunDetail,
  IRunPage,
  IRunRow,
  IRunSnapshot,
  IRunsQuery,
  ISamples,
  ISamplesQuery,
  ISearchQuery,
  ISweepPage,
  ISweepQuery,
  ISweepRow,
  ISweepSnapshot,
  ISweepsQuery,
  ITrials,
  ITrialsQuery,
  ITune,
  ITuned,
  IVersion,
  IVersionQuery,
  Wire
} from './wire';

/** Where the routes are, below the server's base URL. */
const PREFIX = 'jupyter-mlops';

/** The server answered, and refused: `message` is one sentence for people. */
export class ServerSays extends Error {
  /**
   * @param code - A stable word, such as `not_found`.
   * @param status - The HTTP status.
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status: number
  ) {
    super(message);
    this.name = 'ServerSays';
  }
}

/** Nobody answered. */
export class Unreachable extends Error {
  constructor() {
    super('The Jupyter server does not answer.');
    this.name = 'Unreachable';
  }
}

type Query = Readonly<Record<string, unknown>>;

/**
 * Asks the server. Every method throws `ServerSays` or `Unreachable`, or, where a signal ended it, an `AbortError`.
 */
export class Client {
  constructor(readonly settings: ServerConnection.ISettings) {}

  /** Called when nobody answered. */
  onUnreachable: (() => void) | null = null;

  async version(query: IVersionQuery = {}): Promise<IVersion> {
    return this._get('Version', 'version', query);
  }

  async home(): Promise<IHomeSummary> {
    return this._get('HomeSummary', 'home');
  }

  async runs(query: IRunsQuery = {}, signal?: AbortSignal): Promise<IRunPage> {
    return this._get('RunPage', 'runs', query, signal);
  }

  async run(id: string, signal?: AbortSignal): Promise<IRunDetail> {
    return this._get('RunDetail', run(id), {}, signal);
  }

  async snapshot(id: string, signal?: AbortSignal): Promise<IRunSnapshot> {
    return this._get('RunSnapshot', run(id, 'snapshot'), {}, signal);
  }

  async metrics(id: string, query: IAttemptQuery = {}, signal?: AbortSignal): Promise<IMetrics> {
    return this._get('Metrics', run(id, 'metrics'), query, signal);
  }

  async points(id: string, query: IPointsQuery, signal?: AbortSignal): Promise<IPoints> {
    return this._get('Points', run(id, 'points'), query, signal);
  }

  /** Lowest, highest and mean of each metric over all ranks. */
  async bands(id: string, query: IBandsQuery, signal?: AbortSignal): Promise<IBands> {
    return this._get('Bands', run(id, 'bands'), query, signal);
  }

  async samples(id: string, query: ISamplesQuery = {}, signal?: AbortSignal): Promise<ISamples> {
    return this._get('Samples', run(id, 'samples'), query, signal);
  }

  async log(id: string, query: ILogQuery = {}, signal?: AbortSignal): Promise<ILogPart> {
    return this._get('LogPart', run(id, 'logs'), query, signal);
  }

  /** The last lines of all ranks, in the order of time. */
  async lines(id: string, query: ILinesQuery = {}, signal?: AbortSignal): Promise<ILogLines> {
    return this._get('LogLines', run(id, 'logs/lines'), query, signal);
  }

  async search(id: string, query: ISearchQuery, signal?: AbortSignal): Promise<IMatches> {
    return this._get('Matches', run(id, 'logs/search'), query, signal);
  }

  async display(id: string, query: IAttemptQuery = {}, signal?: AbortSignal): Promise<IDisplayed> {
    return this._get('Displayed', run(id, 'display'), query, signal);
  }

  async files(id: string, signal?: AbortSignal): Promise<IFiles> {
    return this._get('Files', run(id, 'files'), {}, signal);
  }

  async code(id: string, signal?: AbortSignal): Promise<ICode> {
    return this._get('Code', run(id, 'code'), {}, signal);
  }

  async receipt(id: string, signal?: AbortSignal): Promise<IReceipt> {
    return this._get('Receipt', run(id, 'receipt'), {}, signal);
  }

  async environment(id: string, signal?: AbortSignal): Promise<IEnvironment> {
    return this._get('Environment', run(id, 'environment'), {}, signal);
  }

  /** End a run now. */
  async stop(id: string): Promise<IRunRow> {
    return this._send('RunRow', 'POST', run(id, 'stop'));
  }

  /** Submit the same code and data again, and return the new run. */
  async retry(id: string): Promise<IRunRow> {
    return this._send('RunRow', 'POST', run(id, 'retry'));
  }

  /** End by hand what nobody looks after any more. */
  async close(id: string): Promise<IRunRow> {
    return this._send('RunRow', 'POST', run(id, 'close'));
  }

  async delete(id: string, stop: boolean): Promise<IDeleted> {
    return this._send('Deleted', 'DELETE', run(id), undefined, { stop });
  }

  /** Write a note, tags, or whether a run is put away. */
  async change(id: string, change: IRunChange): Promise<IRunRow> {
    return this._send('RunRow', 'PATCH', run(id), change);
  }

  /** Parameters of a run's cell: what a search may change. */
  async parameters(id: string, signal?: AbortSignal): Promise<IParameters> {
    return this._get('Parameters', run(id, 'parameters'), {}, signal);
  }

  async sweeps(query: ISweepsQuery = {}, signal?: AbortSignal): Promise<ISweepPage> {
    return this._get('SweepPage', 'sweeps', query, signal);
  }

  async sweep(id: string, query: ISweepQuery = {}, signal?: AbortSignal): Promise<ISweepSnapshot> {
    return this._get('SweepSnapshot', sweep(id), query, signal);
  }

  /** Trials that have changed since an answer before. */
  async trials(id: string, query: ITrialsQuery = {}, signal?: AbortSignal): Promise<ITrials> {
    return this._get('Trials', sweep(id, 'trials'), query, signal);
  }

  /** Start a search from a run, or only look whether it could be started. */
  async tune(wanted: Partial<ITune> & Pick<ITune, 'run' | 'objective' | 'space'>): Promise<ITuned> {
    return this._send('Tuned', 'POST', 'sweeps', wanted);
  }

  /** End a sweep and its trials now. */
  async stopSweep(id: string): Promise<ISweepRow> {
    return this._send('SweepRow', 'POST', sweep(id, 'stop'));
  }

  /** Let a sweep go on: with so many more trials, or with those that are still wanted. */
  async resumeSweep(id: string, trials = 0): Promise<ISweepRow> {
    return this._send('SweepRow', 'POST', sweep(id, 'resume'), { trials });
  }

  /** Write a sweep's note, tags, or whether it is put away. */
  async changeSweep(id: string, change: IRunChange): Promise<ISweepRow> {
    return this._send('SweepRow', 'PATCH', sweep(id), change);
  }

  /** Delete a sweep with all its trials. */
  async deleteSweep(id: string, stop: boolean): Promise<IDeleted> {
    return this._send('Deleted', 'DELETE', sweep(id), undefined, { stop });
  }

  /** What a run came from, and what came from it. */
  async lineage(id: string, signal?: AbortSignal): Promise<ILineage> {
    return this._get('Lineage', run(id, 'lineage'), {}, signal);
  }

  async models(query: IModelsQuery = {}, signal?: AbortSignal): Promise<IModelPage> {
    return this._get('ModelPage', 'models', query, signal);
  }

  async model(name: string, signal?: AbortSignal): Promise<IModelSnapshot> {
    return this._get('ModelSnapshot', model(name), {}, signal);
  }

  async modelVersion(name: string, number: number, signal?: AbortSignal): Promise<IVersionSnapshot> {
    return this._get('VersionSnapshot', versionOf(name, number), {}, signal);
  }

  /** Make a version of what a run or a sweep kept, or only look whether it could be made. */
  async register(wanted: Partial<IRegister>): Promise<IRegisteredVersion> {
    return this._send('RegisteredVersion', 'POST', 'models', wanted);
  }

  /** Write a model's note, tags, or whether it is put away. */
  async changeModel(name: string, change: IRunChange): Promise<IModelRow> {
    return this._send('ModelRow', 'PATCH', model(name), change);
  }

  /** Write a version's note or tags. */
  async changeVersion(name: string, number: number, change: IRunChange): Promise<IVersionRow> {
    return this._send('VersionRow', 'PATCH', versionOf(name, number), change);
  }

  /** Let an alias of a model point at a version. */
  async pointAlias(name: string, alias: string, number: number): Promise<IModelSnapshot> {
    return this._send('ModelSnapshot', 'PUT', aliasOf(name, alias), { version: number });
  }

  async removeAlias(name: string, alias: string): Promise<IModelSnapshot> {
    return this._send('ModelSnapshot', 'DELETE', aliasOf(name, alias));
  }

  /** Hold every byte of a version against its checksums. */
  async verify(name: string, number: number): Promise<IVerified> {
    return this._send('Verified', 'POST', versionOf(name, number, 'verify'));
  }

  /** Delete a model with all its versions. */
  async deleteModel(name: string): Promise<IDeleted> {
    return this._send('Deleted', 'DELETE', model(name));
  }

  async deleteVersion(name: string, number: number): Promise<IDeleted> {
    return this._send('Deleted', 'DELETE', versionOf(name, number));
  }

  async endpoints(query: IEndpointsQuery = {}, signal?: AbortSignal): Promise<IEndpointPage> {
    return this._get('EndpointPage', 'endpoints', query, signal);
  }

  async endpoint(name: string, signal?: AbortSignal): Promise<IEndpointSnapshot> {
    return this._get('EndpointSnapshot', endpoint(name), {}, signal);
  }

  /** Let a version be served, or only look whether it could be. The answer comes when it has its traffic. */
  async deploy(wanted: Partial<IDeploy> & Pick<IDeploy, 'model'>): Promise<IDeployed> {
    return this._send('Deployed', 'POST', 'endpoints', wanted);
  }

  /** What the requests of each revision of an endpoint were like over time. */
  async endpointPoints(name: string, query: IPointsOfQuery = {}, signal?: AbortSignal): Promise<IStatPoints> {
    return this._get('StatPoints', endpoint(name, 'points'), query, signal);
  }

  /** The latest requests to an endpoint that are remembered. */
  async endpointSamples(name: string, signal?: AbortSignal): Promise<IRemembered> {
    return this._get('Remembered', endpoint(name, 'samples'), {}, signal);
  }

  async endpointLog(
    name: string,
    query: IEndpointLogQuery = {},
    signal?: AbortSignal
  ): Promise<IEndpointLog> {
    return this._get('EndpointLog', endpoint(name, 'logs'), query, signal);
  }

  /** Let an endpoint answer rows. */
  async predict(name: string, wanted: Partial<ITry> & Pick<ITry, 'rows'>): Promise<ITried> {
    return this._send('Tried', 'POST', endpoint(name, 'predict'), wanted);
  }

  /** Make an endpoint's canary its stable revision. */
  async promote(name: string): Promise<IEndpointRow> {
    return this._send('EndpointRow', 'POST', endpoint(name, 'promote'));
  }

  /** Go back to a kept revision; without one drop the canary, or go back to the stable revision before. */
  async rollBack(name: string, to = 0): Promise<IEndpointRow> {
    return this._send('EndpointRow', 'POST', endpoint(name, 'rollback'), { to });
  }

  /** Give the canary so many percent of the traffic. */
  async moveCanary(name: string, percent: number): Promise<IEndpointRow> {
    return this._send('EndpointRow', 'POST', endpoint(name, 'canary'), { percent });
  }

  /** Let a revision have so many replicas, as people type it: `2`, `1..4`; 0 is the stable one. */
  async scale(name: string, replicas: string, revision = 0): Promise<IEndpointRow> {
    return this._send('EndpointRow', 'POST', endpoint(name, 'scale'), { replicas, revision });
  }

  /** Say what an endpoint does by itself. */
  async changeGates(name: string, gates: IGatesChange): Promise<IEndpointSnapshot> {
    return this._send('EndpointSnapshot', 'POST', endpoint(name, 'gates'), gates);
  }

  /** Let an endpoint listen at a loopback port besides; 0 closes it. */
  async openPort(name: string, port: number): Promise<IEndpointSnapshot> {
    return this._send('EndpointSnapshot', 'POST', endpoint(name, 'port'), { port });
  }

  /** Replay an endpoint's held-out rows on stable and canary. */
  async replay(name: string): Promise<IEndpointSnapshot> {
    return this._send('EndpointSnapshot', 'POST', endpoint(name, 'replay'));
  }

  async stopEndpoint(name: string): Promise<IEndpointRow> {
    return this._send('EndpointRow', 'POST', endpoint(name, 'stop'));
  }

  async startEndpoint(name: string): Promise<IEndpointRow> {
    return this._send('EndpointRow', 'POST', endpoint(name, 'start'));
  }

  /** Write an endpoint's note, tags, or whether it is put away. */
  async changeEndpoint(name: string, change: IRunChange): Promise<IEndpointRow> {
    return this._send('EndpointRow', 'PATCH', endpoint(name), change);
  }

  /** Delete an endpoint with its revisions. */
  async deleteEndpoint(name: string, stop: boolean): Promise<IDeleted> {
    return this._send('Deleted', 'DELETE', endpoint(name), undefined, { stop });
  }

  /** Runs beside each other. */
  async compare(query: ICompareQuery, signal?: AbortSignal): Promise<IComparison> {
    return this._get('Comparison', 'compare', query, signal);
  }

  /** What differs between two runs. */
  async differences(query: IDifferencesQuery, signal?: AbortSignal): Promise<IDifferences> {
    return this._get('Differences', 'compare/differences', query, signal);
  }

  /** The value that each run had at a step. */
  async atStep(query: IAtStepQuery, signal?: AbortSignal): Promise<IAtStep> {
    return this._get('AtStep', 'compare/step', query, signal);
  }

  /** The points of one metric of several runs. */
  async overlay(query: IOverlayQuery, signal?: AbortSignal): Promise<IOverlay> {
    return this._get('Overlay', 'compare/overlay', query, signal);
  }

  /** Where a file of a run can be downloaded. */
  fileUrl(id: string, path: string): string {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    return this._url(run(id, `files/${encoded}`));
  }

  /** Fetch a file of a run. */
  async file(id: string, path: string, signal?: AbortSignal): Promise<Blob> {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    return (await this._ask(run(id, `files/${encoded}`), {}, { signal })).blob();
  }

  private async _get<K extends keyof Wire>(
    name: K,
    path: string,
    query: object = {},
    signal?: AbortSignal
  ): Promise<Wire[K]> {
    const response = await this._ask(path, query as Query, { signal });
    return complete(name, await response.json());
  }

  private async _send<K extends keyof Wire>(
    name: K,
    method: string,
    path: string,
    body?: object,
    query: object = {}
  ): Promise<Wire[K]> {
    const response = await this._ask(path, query as Query, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body)
    });
    return complete(name, await response.json());
  }

  private async _ask(path: string, query: Query, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(this._url(path) + search(query), init, this.settings);
    } catch (error) {
      if (init.signal?.aborted) {
        throw new DOMException('No longer wanted.', 'AbortError');
      }
      if (error instanceof ServerConnection.NetworkError) {
        this.onUnreachable?.();
        throw new Unreachable();
      }
      throw error;
    }
    if (!response.ok) {
      throw await refusal(response);
    }
    return response;
  }

  private _url(path: string): string {
    return URLExt.join(this.settings.baseUrl, PREFIX, path);
  }
}

/** Say whether an error is but the end of a question that nobody asks any more. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Return an error as one sentence. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Say whether an answer's row says that the run is over. */
export function isFinished(row: Pick<IRunRow, 'state' | 'broken'>): boolean {
  return row.broken !== '' || ['succeeded', 'failed', 'stopped'].includes(row.state);
}

function run(id: string, rest = ''): string {
  return `runs/${encodeURIComponent(id)}${rest && '/'}${rest}`;
}

function sweep(id: string, rest = ''): string {
  return `sweeps/${encodeURIComponent(id)}${rest && '/'}${rest}`;
}

function model(name: string, rest = ''): string {
  return `models/${encodeURIComponent(name)}${rest && '/'}${rest}`;
}

function versionOf(name: string, number: number, rest = ''): string {
  return model(name, `versions/${number}${rest && '/'}${rest}`);
}

function aliasOf(name: string, alias: string): string {
  return model(name, `aliases/${encodeURIComponent(alias)}`);
}

function endpoint(name: string, rest = ''): string {
  return `endpoints/${encodeURIComponent(name)}${rest && '/'}${rest}`;
}

function search(query: Query): string {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) {
        found.append(name, String(item));
      }
    }
  }
  const text = found.toString();
  return text && `?${text}`;
}

async function refusal(response: Response): Promise<ServerSays> {
  const text = await response.text();
  try {
    const { code, message } = JSON.parse(text) as Partial<IFailure>;
    if (typeof code === 'string' && typeof message === 'string') {
      return new ServerSays(code, message, response.status);
    }
  } catch {
    // It was no answer of ours.
  }
  return response.status === 404
    ? new ServerSays(
        'not_installed',
        'This Jupyter server does not have jupyter-mlops; install it where the server runs (pip install jupyter-mlops), then restart the server.',
        404
      )
    : new ServerSays(
        'error',
        `The server answered ${response.status} ${response.statusText}.`,
        response.status
      );
}
