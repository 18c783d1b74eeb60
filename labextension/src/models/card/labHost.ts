/**
 * Backs a version's card in JupyterLab. A version never changes; aliases and where it serves do.
 */

import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from '../../commands';
import { CardHost } from '../../nouns/cardHost';
import type { ICardOptions } from '../../nouns/cardHost';
import type { IModelsModel, IShownVersion } from '../tokens';
import { CHAMPION } from '../words';
import type { IModelCardHost, ModelVerb } from './host';

interface IOptions extends ICardOptions<IShownVersion> {
  readonly model: IModelsModel;
}

const COMMANDS: Readonly<Record<ModelVerb, string>> = {
  deploy: CommandIDs.deployModel,
  open: CommandIDs.openModel,
  load: CommandIDs.loadModel,
  champion: CommandIDs.setChampion
};

/** The host of one card. */
export class LabModelHost extends CardHost<IShownVersion> implements IModelCardHost {
  constructor(options: IOptions) {
    super(options, options.model.openVersion(options.payload.id));
  }

  get commands(): CommandRegistry {
    return this.options.commands;
  }

  can(verb: ModelVerb): boolean {
    const { row } = this.snapshot;
    if (this.isLost || !this.has(COMMANDS[verb]) || (row.broken !== '' && verb !== 'open')) {
      return false;
    }
    return verb !== 'champion' || !row.aliases.includes(CHAMPION);
  }

  async act(verb: ModelVerb): Promise<void> {
    await this.execute(COMMANDS[verb], this.id);
  }

  /** What the server says of aliases and endpoints is always newer than what the notebook says. */
  protected override isNewer(): boolean {
    return false;
  }

  protected elsewhereWords(path: string): string {
    return this.options.translation.__(
      'This version lives in another home than that of the Jupyter server, which is %1; start the server with JUPYTER_MLOPS_HOME set to the home of the notebook’s kernel.',
      path
    );
  }

  protected unknownWords(): string {
    return this.options.translation.__(
      'The version %1 is not in this home any more: what is shown is what the notebook says.',
      this.id
    );
  }
}
