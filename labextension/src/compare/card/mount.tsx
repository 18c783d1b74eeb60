/**
 * Puts the card of a comparison into a page. This is where React comes in, so it is loaded with the first card.
 */

import type { IDisposable } from '@lumino/disposable';

import { Missing } from '../../runs/card/frame';
import { mountNode } from '../../runs/card/mount';
import { ComparisonCard } from './Card';
import { ComparisonHost } from './host';
import type { ICardServices } from './host';
import { comparisonPayload } from './payload';
import type { IShownCard } from './renderer';

import '../../../style/compare-card.css';

/** Show what an output says, until what is returned is disposed. */
export function mountComparison(
  node: HTMLElement,
  data: unknown,
  leave: () => void,
  services: ICardServices
): IShownCard {
  return new ShownCard(node, data, leave, services);
}

class ShownCard implements IShownCard {
  constructor(
    private readonly _node: HTMLElement,
    data: unknown,
    private readonly _leave: () => void,
    private readonly _services: ICardServices
  ) {
    this.take(data);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._mounted?.dispose();
    this._host?.dispose();
  }

  take(data: unknown): void {
    const payload = comparisonPayload(data);
    if (payload !== null && this._host !== null) {
      this._host.take(payload);
      return;
    }
    this._mounted?.dispose();
    const { translation } = this._services;
    if (payload === null) {
      this._host?.dispose();
      this._host = null;
      const message = translation.__('What this notebook says of a comparison cannot be understood.');
      const missing = <Missing message={message} id={translation.__('comparison')} />;
      this._mounted = mountNode(this._node, missing, translation);
      return;
    }
    this._host = new ComparisonHost(this._services, payload);
    this._host.see(this._isSeen);
    const card = <ComparisonCard host={this._host} leave={this._leave} />;
    this._mounted = mountNode(this._node, card, translation);
  }

  see(isSeen: boolean): void {
    this._isSeen = isSeen;
    this._host?.see(isSeen);
  }

  private _host: ComparisonHost | null = null;
  private _mounted: IDisposable | null = null;
  private _isSeen = false;
  private _isDisposed = false;
}
