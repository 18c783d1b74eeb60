/**
 * Backs a run's card in JupyterLab.
 */

import { isFinished } from '../../client';
import { CommandIDs } from '../../commands';
import type { Verb } from '../../host';
import { CardHost } from '../../nouns/cardHost';
import type { ICardOptions } from '../../nouns/cardHost';
import type { IRunSnapshot } from '../../wire';
import type { IRunsModel } from '../tokens';
import type { ICardHost } from './host';

interface IOptions extends ICardOptions<IRunSnapshot> {
  readonly model: IRunsModel;
}

/** The host of one card. */
export class LabHost extends CardHost<IRunSnapshot> implements ICardHost {
  constructor(private readonly _options: IOptions) {
    super(_options, _options.model.open(_options.payload.id));
  }

  get successor(): string {
    return this._successor;
  }

  can(verb: Verb): boolean {
    const { row, elsewhere } = this.snapshot;
    if (this.isLost) {
      return false;
    }
    const isOver = isFinished(row);
    switch (verb) {
      case 'stop':
        return !isOver && !elsewhere;
      case 'retry':
        return isOver && !row.broken;
      case 'detach':
        return !isOver && !this.isDetached && this.has(CommandIDs.detachRun);
      case 'close':
        return elsewhere !== '';
      case 'delete':
        return isOver;
      default:
        return this.has(COMMANDS[verb]);
    }
  }

  async act(verb: Verb): Promise<void> {
    const { client } = this._options.model;
    switch (verb) {
      case 'stop':
        await client.stop(this.id);
        break;
      case 'retry':
        this._successor = (await client.retry(this.id)).id;
        this.emit();
        break;
      case 'close':
        await client.close(this.id);
        break;
      default:
        await this.execute(COMMANDS[verb], this.id);
    }
  }

  async openSuccessor(): Promise<void> {
    await this.execute(CommandIDs.openRun, this._successor);
  }

  protected elsewhereWords(path: string): string {
    return this.options.translation.__(
      'This run lives in another home than that of the Jupyter server, which is %1; start the server with JUPYTER_MLOPS_HOME set to the home of the notebook’s kernel.',
      path
    );
  }

  protected unknownWords(): string {
    return this.options.translation.__(
      'The run %1 is not in this home any more: what is shown is what the notebook says.',
      this.id
    );
  }

  private _successor = '';
}

const COMMANDS: Readonly<Record<Verb, string>> = {
  stop: CommandIDs.stopRun,
  retry: CommandIDs.retryRun,
  detach: CommandIDs.detachRun,
  delete: CommandIDs.deleteRun,
  close: CommandIDs.closeRun,
  open: CommandIDs.openRun,
  'open-logs': CommandIDs.openLogs,
  'open-code': CommandIDs.restoreCode,
  'go-to-cell': CommandIDs.goToCell
};
