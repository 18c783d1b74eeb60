/**
 * The models of one server.
 */

import type { IDisposable } from '@lumino/disposable';

import type { Client } from '../client';
import { CLOCK } from '../events';
import type { IClock, IFeed } from '../events';
import { Models } from '../nouns/model';
import type { IModelSnapshot, IModelsQuery } from '../wire';
import { ModelChanges } from './changes';
import { namedBy, shownVersion } from './ids';
import { ModelList } from './list';
import type { IModelList, IModelModel, IModelsModel, IShownVersion, IVersionModel } from './tokens';

/** The models of one server: read when somebody looks, read again when the feed says so. */
export class ModelsModel implements IModelsModel, IDisposable {
  constructor(
    readonly client: Client,
    readonly feed: IFeed,
    private readonly _clock: IClock = CLOCK
  ) {
    this._changes = new ModelChanges(feed, _clock);
    const { changed } = this._changes;
    this._models = new Models(name => ({ read: () => this._read(name), changed }), feed, _clock);
    this._versions = new Models(
      id => ({ read: () => this._readVersion(id), about: namedBy(id).name, changed }),
      feed,
      _clock
    );
  }

  get isDisposed(): boolean {
    return this._models.isDisposed;
  }

  dispose(): void {
    this._changes.dispose();
    this._models.dispose();
    this._versions.dispose();
  }

  open(name: string): IModelModel {
    return this._models.open(name);
  }

  openVersion(id: string): IVersionModel {
    return this._versions.open(id);
  }

  list(query: IModelsQuery = {}): IModelList {
    return new ModelList(this.client, this.feed, query, this._clock);
  }

  private async _read(name: string): Promise<IModelSnapshot> {
    const snapshot = await this.client.model(name);
    this._changes.learn(snapshot.versions);
    return snapshot;
  }

  private async _readVersion(id: string): Promise<IShownVersion> {
    const { name, version } = namedBy(id);
    const snapshot = await this.client.modelVersion(name, version);
    this._changes.learn([snapshot.row]);
    return shownVersion(snapshot);
  }

  private readonly _changes: ModelChanges;
  private readonly _models: Models<IModelSnapshot>;
  private readonly _versions: Models<IShownVersion>;
}
