/**
 * Backs an endpoint's card in JupyterLab.
 */

import { CommandIDs } from '../../commands';
import { CardHost } from '../../nouns/cardHost';
import type { ICardOptions } from '../../nouns/cardHost';
import type { IEndpointSnapshot } from '../../wire';
import type { IEndpointsModel } from '../tokens';
import { canPromote, isGoing, isUp } from '../words';
import type { EndpointVerb, IEndpointCardHost } from './host';

interface IOptions extends ICardOptions<IEndpointSnapshot> {
  readonly model: IEndpointsModel;
}

/** The host of one card. */
export class LabEndpointHost extends CardHost<IEndpointSnapshot> implements IEndpointCardHost {
  constructor(private readonly _options: IOptions) {
    super(_options, _options.model.open(_options.payload.id));
  }

  can(verb: EndpointVerb): boolean {
    const { row, elsewhere } = this.snapshot;
    if (this.isLost || this.problem !== null) {
      return false;
    }
    switch (verb) {
      case 'promote':
        return canPromote(row) && !elsewhere;
      case 'rollback':
        return isUp(row) && (row.canary > 0 || row.stable > 1) && !elsewhere;
      case 'stop':
        return isGoing(row) && !elsewhere;
      case 'start':
        return !isGoing(row) && !row.broken && !elsewhere;
      case 'detach':
        return row.state === 'starting' && this.surroundings?.isWaiting === true && !this.isDetached;
      case 'open':
        return this.has(CommandIDs.openEndpoint);
    }
  }

  async act(verb: EndpointVerb): Promise<void> {
    const { client } = this._options.model;
    switch (verb) {
      case 'promote':
        await client.promote(this.id);
        break;
      case 'rollback':
        await client.rollBack(this.id);
        break;
      case 'stop':
        await client.stopEndpoint(this.id);
        break;
      case 'start':
        await client.startEndpoint(this.id);
        break;
      case 'detach':
        await this.surroundings?.interrupt();
        break;
      case 'open':
        await this.execute(CommandIDs.openEndpoint, this.id);
        return;
    }
    await this.model.refresh();
  }

  /** An endpoint goes on after its end, when it is started again: what was read last counts. */
  protected override isNewer(): boolean {
    return false;
  }

  protected elsewhereWords(path: string): string {
    return this.options.translation.__(
      'This endpoint lives in another home than that of the Jupyter server, which is %1; start the server with JUPYTER_MLOPS_HOME set to the home of the notebook’s kernel.',
      path
    );
  }

  protected unknownWords(): string {
    return this.options.translation.__(
      'The endpoint %1 is not in this home any more: what is shown is what the notebook says.',
      this.id
    );
  }
}
