/**
 * The curves of a run, of which only those that are seen are read: first as a whole, then what is new.
 */

import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { Range } from '../../../charts/plot';
import { isAborted } from '../../../client';
import type { Client } from '../../../client';
import { CLOCK } from '../../../events';
import type { IClock } from '../../../events';
import { Pace } from '../../../pace';
import type { IRunRow } from '../../../wire';
import { bandOf, extended, pointsOf } from './series';
import type { IBandPoints, IPoints } from './series';

/** Whether all ranks are shown as one line with a band, or each as a line. */
export type RanksMode = 'band' | 'each';

/** What is known of one metric. */
export interface ICurve {
  /** Rank 0's. */
  readonly points: IPoints | null;
  /** All ranks'; null where there is but one, or where they are not asked for. */
  readonly band: IBandPoints | null;
  /** Each rank's, where they are asked for. */
  readonly ranks: ReadonlyMap<number, IPoints>;
  /** Rank 0's points in the range that is looked at, where the whole leaves some out. */
  readonly detail: IPoints | null;
}

/** The range that is looked at, in the metric's own steps; null for all. */
export type OwnRange = (name: string) => Range | null;

interface IKept extends ICurve {
  attempt: number;
  points: IPoints | null;
  band: IBandPoints | null;
  ranks: Map<number, IPoints>;
  detail: IPoints | null;
  /** The range of `detail`, and how many points there were. */
  detailKey: string;
  /** How many points there were when the bands and ranks were read. */
  bandCount: number;
  rankCount: number;
}

const NOTHING: ICurve = { points: null, band: null, ranks: new Map(), detail: null };

/** So many metrics are asked for in one question, so that the first ones are there soon. */
const AT_ONCE = 4;

/** More ranks than that are not drawn one by one. */
export const MOST_RANKS = 16;

/** The curves of one run. */
export class CurvesModel implements IDisposable {
  constructor(
    private readonly _client: Client,
    private readonly _id: string,
    clock: IClock = CLOCK
  ) {
    this._pace = new Pace(() => this._read(), undefined, clock);
  }

  /** Some curves have changed; their names. */
  get changed(): ISignal<this, ReadonlySet<string>> {
    return this._changed;
  }

  get problem(): Error | null {
    return this._problem;
  }

  get isDisposed(): boolean {
    return this._pace.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._ending.abort();
      this._pace.dispose();
      Signal.clearData(this);
    }
  }

  curve(name: string): ICurve {
    return this._curves.get(name) ?? NOTHING;
  }

  /** Hear how many points there are by now. */
  update(row: Pick<IRunRow, 'attempt' | 'metrics' | 'workers'>): void {
    this._row = row;
    this._pace.ask();
  }

  /** Say how ranks are shown. */
  showRanks(mode: RanksMode): void {
    this._mode = mode;
    this._pace.ask();
  }

  /** Say what is looked at. */
  showRange(range: OwnRange): void {
    this._range = range;
    void this._pace.now();
  }

  /**
   * Keep a curve current, until what is returned is disposed.
   *
   * @param most - How many points are enough to draw it.
   */
  look(name: string, most: number): IDisposable {
    const look = { name, most };
    this._looks.add(look);
    // Who has just come into sight does not wait for the next turn.
    void this._pace.now();
    return new DisposableDelegate(() => {
      this._looks.delete(look);
    });
  }

  private async _read(): Promise<void> {
    const row = this._row;
    if (row === null || this._looks.size === 0) {
      return;
    }
    this._forgetOthers(row.attempt);
    try {
      await this._readPoints(row);
      await Promise.all([this._readDetails(), this._readBands(row), this._readRanks(row)]);
      this._problem = null;
    } catch (error) {
      if (isAborted(error) || this.isDisposed) {
        return;
      }
      this._problem = error instanceof Error ? error : new Error(String(error));
      this._tell([...this._names()]);
    }
    if (this._row !== row) {
      this._pace.ask();
    }
  }

  /** A new attempt begins anew. */
  private _forgetOthers(attempt: number): void {
    for (const [name, kept] of this._curves) {
      if (kept.attempt !== attempt) {
        this._curves.delete(name);
      }
    }
  }

  private async _readPoints({ attempt, metrics }: Pick<IRunRow, 'attempt' | 'metrics'>): Promise<void> {
    const groups = new Map<string, string[]>();
    for (const [name, most] of this._names()) {
      const kept = this._curves.get(name);
      const count = metrics[name]?.count ?? 0;
      if (kept?.points && kept.points.next >= count) {
        continue;
      }
      // What has grown far beyond what can be drawn is thinned by the server again.
      const since = kept?.points && kept.points.steps.length < 3 * most ? kept.points.next : 0;
      const key = `${since} ${most}`;
      groups.set(key, [...(groups.get(key) ?? []), name]);
    }
    for (const [key, names] of groups) {
      const [since = 0, most = 1000] = key.split(' ').map(Number);
      for (const some of parts(names, AT_ONCE)) {
        await this._readSome(some, attempt, since, most);
      }
    }
  }

  private async _readSome(name: string[], attempt: number, since: number, most: number): Promise<void> {
    const query = { name, attempt, since, most };
    const { series } = await this._client.points(this._id, query, this._ending.signal);
    for (const [found, part] of Object.entries(series)) {
      const kept = this._kept(found, attempt);
      kept.points = kept.points !== null && since > 0 ? extended(kept.points, part) : pointsOf(part);
    }
    this._tell(Object.keys(series));
  }

  /** Read what the whole leaves out of the range that is looked at. */
  private async _readDetails(): Promise<void> {
    const wanted: { name: string; most: number; low: number; high: number; key: string }[] = [];
    for (const [name, most] of this._names()) {
      const kept = this._curves.get(name);
      const range = this._range(name);
      if (!kept?.points || range === null || !kept.points.isThinned) {
        if (kept) {
          kept.detail = null;
          kept.detailKey = '';
        }
        continue;
      }
      const [low, high] = range;
      const last = kept.points.steps[kept.points.steps.length - 1] ?? high;
      const key = `${low} ${high} ${high >= last ? kept.points.next : ''}`;
      if (key !== kept.detailKey) {
        wanted.push({ name, most, low, high, key });
      }
    }
    const groups = new Map<string, typeof wanted>();
    for (const one of wanted) {
      const key = `${one.low} ${one.high} ${one.most}`;
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    await Promise.all(
      [...groups.values()].flatMap(group => parts(group, AT_ONCE).map(some => this._readDetail(some)))
    );
  }

  private async _readDetail(
    wanted: readonly { name: string; most: number; low: number; high: number; key: string }[]
  ): Promise<void> {
    const [first] = wanted;
    const attempt = this._row?.attempt;
    if (first === undefined || attempt === undefined) {
      return;
    }
    const { most, low, high } = first;
    const query = { name: wanted.map(({ name }) => name), attempt, most, low, high };
    const { series } = await this._client.points(this._id, query, this._ending.signal);
    for (const { name, key } of wanted) {
      const kept = this._kept(name, attempt);
      const part = series[name];
      kept.detail = part ? pointsOf(part) : null;
      kept.detailKey = key;
    }
    this._tell(Object.keys(series));
  }

  private async _readBands({ attempt, metrics, workers }: Readings): Promise<void> {
    if (workers < 2 || this._mode !== 'band') {
      return;
    }
    const wanted = [...this._names()].filter(
      ([name]) => this._curves.get(name)?.bandCount !== metrics[name]?.count
    );
    for (const some of parts(wanted, AT_ONCE)) {
      const query = {
        name: some.map(([name]) => name),
        attempt,
        most: Math.max(...some.map(([, most]) => most))
      };
      const { bands } = await this._client.bands(this._id, query, this._ending.signal);
      for (const [name] of some) {
        const kept = this._kept(name, attempt);
        const band = bands[name];
        kept.band = band && band.ranks > 1 ? bandOf(band) : null;
        kept.bandCount = metrics[name]?.count ?? 0;
      }
      this._tell(query.name);
    }
  }

  private async _readRanks({ attempt, metrics, workers }: Readings): Promise<void> {
    if (workers < 2 || this._mode !== 'each') {
      return;
    }
    const wanted = [...this._names()].filter(
      ([name]) => this._curves.get(name)?.rankCount !== metrics[name]?.count
    );
    for (let rank = 1; rank < Math.min(workers, MOST_RANKS); rank++) {
      for (const some of parts(wanted, AT_ONCE)) {
        const query = {
          name: some.map(([name]) => name),
          attempt,
          rank,
          most: Math.max(...some.map(([, most]) => most))
        };
        const { series } = await this._client.points(this._id, query, this._ending.signal);
        for (const [name, part] of Object.entries(series)) {
          const kept = this._kept(name, attempt);
          kept.ranks = new Map(kept.ranks).set(rank, pointsOf(part));
        }
        this._tell(query.name);
      }
    }
    for (const [name] of wanted) {
      this._kept(name, attempt).rankCount = metrics[name]?.count ?? 0;
    }
  }

  /** Return who is looked at, in that order, and how many points are enough. */
  private _names(): Map<string, number> {
    const names = new Map<string, number>();
    for (const { name, most } of this._looks) {
      names.set(name, Math.max(names.get(name) ?? 0, most));
    }
    return names;
  }

  private _kept(name: string, attempt: number): IKept {
    const kept = this._curves.get(name) ?? {
      attempt,
      points: null,
      band: null,
      ranks: new Map<number, IPoints>(),
      detail: null,
      detailKey: '',
      bandCount: -1,
      rankCount: -1
    };
    this._curves.set(name, kept);
    return kept;
  }

  private _tell(names: readonly (string | readonly [string, number])[]): void {
    if (!this.isDisposed && names.length > 0) {
      this._changed.emit(new Set(names.map(name => (typeof name === 'string' ? name : name[0]))));
    }
  }

  private readonly _changed = new Signal<this, ReadonlySet<string>>(this);
  private readonly _pace: Pace;
  private readonly _ending = new AbortController();
  private readonly _curves = new Map<string, IKept>();
  private readonly _looks = new Set<{ readonly name: string; readonly most: number }>();
  private _row: Readings | null = null;
  private _mode: RanksMode = 'band';
  private _range: OwnRange = () => null;
  private _problem: Error | null = null;
}

type Readings = Pick<IRunRow, 'attempt' | 'metrics' | 'workers'>;

function parts<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size)
  );
}
