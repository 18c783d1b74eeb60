/**
 * Backs a sweep's card in JupyterLab.
 */

import { isFinished } from '../../client';
import { CommandIDs } from '../../commands';
import { CardHost } from '../../nouns/cardHost';
import type { ICardOptions } from '../../nouns/cardHost';
import type { ISweepSnapshot } from '../../wire';
import type { ISweepsModel } from '../tokens';
import { canResume } from '../words';
import type { ISweepCardHost, SweepVerb } from './host';

interface IOptions extends ICardOptions<ISweepSnapshot> {
  readonly model: ISweepsModel;
}

/** The host of one card. */
export class LabSweepHost extends CardHost<ISweepSnapshot> implements ISweepCardHost {
  constructor(private readonly _options: IOptions) {
    super(_options, _options.model.open(_options.payload.id));
  }

  can(verb: SweepVerb): boolean {
    const { row, elsewhere } = this.snapshot;
    if (this.isLost) {
      return false;
    }
    switch (verb) {
      case 'stop':
        return !isFinished(row) && !elsewhere;
      case 'resume':
        return canResume(row) && !elsewhere;
      case 'detach':
        return !isFinished(row) && this.surroundings?.isWaiting === true && !this.isDetached;
      case 'open':
        return this.has(CommandIDs.openSweep);
      case 'open-best':
        return row.best_run !== '' && this.has(CommandIDs.openRun);
      case 'use':
        return row.best_run !== '' && this.has(CommandIDs.restoreCode);
    }
  }

  async act(verb: SweepVerb): Promise<void> {
    const { client } = this._options.model;
    switch (verb) {
      case 'stop':
        await client.stopSweep(this.id);
        break;
      case 'resume':
        await client.resumeSweep(this.id);
        break;
      case 'detach':
        await this.surroundings?.interrupt();
        break;
      case 'open':
        await this.execute(CommandIDs.openSweep, this.id);
        break;
      case 'open-best':
        await this.execute(CommandIDs.openRun, this.snapshot.row.best_run);
        break;
      case 'use':
        await this.execute(CommandIDs.restoreCode, this.snapshot.row.best_run);
    }
  }

  /** A sweep that is given more trials goes on after its end: the later leg counts. */
  protected override isNewer(said: ISweepSnapshot, read: ISweepSnapshot): boolean {
    return said.row.leg > read.row.leg || (said.row.leg === read.row.leg && super.isNewer(said, read));
  }

  protected elsewhereWords(path: string): string {
    return this.options.translation.__(
      'This sweep lives in another home than that of the Jupyter server, which is %1; start the server with JUPYTER_MLOPS_HOME set to the home of the notebook’s kernel.',
      path
    );
  }

  protected unknownWords(): string {
    return this.options.translation.__(
      'The sweep %1 is not in this home any more: what is shown is what the notebook says.',
      this.id
    );
  }
}
