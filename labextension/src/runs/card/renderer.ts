/**
 * Renders a run below the cell that showed it.
 */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import type { ITranslation } from '../../translation';
import type { IRunsModel } from '../tokens';
import { surroundingsOf } from './cell';
import type { Fit } from './fit';
import { LabHost } from './labHost';
import { MIME_TYPE, readPayload } from './payload';

interface IOptions {
  readonly model: IRunsModel;
  readonly commands: CommandRegistry;
  readonly translation: ITranslation;
  readonly fit: Fit;
  readonly openMenu: (id: string, anchor: Element) => void;
}

/**
 * Return what renders runs. It comes before every other form of a run's output, and it is safe: nothing of the output
 * is executed, and all of it is shown as text.
 */
export function runRendererFactory(options: IOptions): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [MIME_TYPE],
    createRenderer: () => new RunRenderer(options)
  };
}

/** One card. It reads while it can be seen, and it never writes into the notebook. */
export class RunRenderer extends Widget implements IRenderMime.IRenderer {
  constructor(private readonly _options: IOptions) {
    super();
    this.addClass('jm-Root');
    this.addClass('jm-CardOutput');
    this._observer = new IntersectionObserver(entries => {
      this._see(entries.some(entry => entry.isIntersecting));
    });
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const payload = readPayload(model.data[MIME_TYPE]);
    if (payload === null) {
      this.node.textContent = this._options.translation.__(
        'What this notebook says of a run cannot be understood.'
      );
      return;
    }
    if (this._host?.id === payload.id) {
      this._host.take(payload);
      return;
    }
    this._forget();
    const host = new LabHost({ ...this._options, payload, fit: this._options.fit.ask });
    this._host = host;
    this._surround();
    // The place is kept while the view is loaded.
    this.node.dataset.state = payload.snapshot.row.state;
    const { mountCard } = await import('./mount');
    if (!this.isDisposed && this._host === host) {
      this._mounted = mountCard(this.node, host, this._options.translation);
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._observer.disconnect();
      this._forget();
      super.dispose();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._observer.observe(this.node);
    this._surround();
  }

  protected override onBeforeDetach(message: Message): void {
    this._observer.unobserve(this.node);
    this._see(false);
    this._host?.surround(null);
    super.onBeforeDetach(message);
  }

  private _surround(): void {
    if (this._host && this.isAttached) {
      this._host.surround(surroundingsOf(this));
      this._host.isSeen = this._isSeen;
    }
  }

  private _see(isSeen: boolean): void {
    this._isSeen = isSeen;
    if (this._host) {
      this._host.isSeen = isSeen;
    }
  }

  private _forget(): void {
    this._mounted?.dispose();
    this._mounted = null;
    this._host?.dispose();
    this._host = null;
  }

  private readonly _observer: IntersectionObserver;
  private _host: LabHost | null = null;
  private _mounted: IDisposable | null = null;
  private _isSeen = false;
}
