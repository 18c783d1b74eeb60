/**
 * Renders a comparison below the cell that showed it. All but the place is loaded with the first one.
 */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

/** The MIME type of a comparison. */
export const COMPARISON = 'application/vnd.jupyter-mlops.comparison+json';

/** A card that is shown. */
export interface IShownCard extends IDisposable {
  /** The kernel has something new to say. */
  take(data: unknown): void;
  /** Somebody may see it, or nobody can. */
  see(isSeen: boolean): void;
}

/** Shows a card in an element. */
export type Mount = (node: HTMLElement, data: unknown, leave: () => void) => IShownCard;

/** Return what renders comparisons. It is safe: nothing of the output is executed, and all of it is shown as text. */
export function comparisonFactory(load: () => Promise<Mount>): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [COMPARISON],
    createRenderer: () => new ComparisonRenderer(load)
  };
}

/** One card. It reads while it can be seen, and it never writes into the notebook. */
class ComparisonRenderer extends Widget implements IRenderMime.IRenderer {
  constructor(private readonly _load: () => Promise<Mount>) {
    super();
    this.addClass('jm-Root');
    this.addClass('jm-CardOutput');
    this._observer = new IntersectionObserver(entries => {
      this._see(entries.some(entry => entry.isIntersecting));
    });
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data: unknown = model.data[COMPARISON];
    if (this._card !== null) {
      this._card.take(data);
      return;
    }
    const mount = await this._load();
    if (!this.isDisposed) {
      this._card ??= mount(this.node, data, () => this._leave());
      this._card.see(this._isSeen);
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._observer.disconnect();
      this._card?.dispose();
      super.dispose();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._observer.observe(this.node);
  }

  protected override onBeforeDetach(message: Message): void {
    this._observer.unobserve(this.node);
    this._see(false);
    super.onBeforeDetach(message);
  }

  private _see(isSeen: boolean): void {
    this._isSeen = isSeen;
    this._card?.see(isSeen);
  }

  /** Give the keyboard back to the cell, or to what else the card stands in. */
  private _leave(): void {
    this.node.closest<HTMLElement>('.jp-Cell, [tabindex]:not(.jm-Root *)')?.focus();
  }

  private readonly _observer: IntersectionObserver;
  private _card: IShownCard | null = null;
  private _isSeen = false;
}
