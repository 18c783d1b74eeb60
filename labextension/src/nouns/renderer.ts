/**
 * Renders what a cell showed below it: a run or a sweep, as its card.
 */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { surroundingsOf } from '../runs/card/cell';
import type { CardHost, ICardSnapshot } from './cardHost';
import type { IPayload } from './payload';

/** How one noun is rendered. */
export interface ICardKind<Snapshot extends ICardSnapshot, Host extends CardHost<Snapshot>> {
  readonly mimeType: string;
  /** What is said where an output cannot be understood. */
  readonly unreadable: string;
  read(data: unknown): IPayload<Snapshot> | null;
  host(payload: IPayload<Snapshot>): Host;
  /** Return what shows the card of a host; it is loaded with the first one. */
  load(): Promise<(node: HTMLElement, host: Host) => IDisposable>;
}

/**
 * Return what renders a noun. It comes before every other form of its output, and it is safe: nothing of the output is
 * executed, and all of it is shown as text.
 */
export function cardFactory<Snapshot extends ICardSnapshot, Host extends CardHost<Snapshot>>(
  kind: ICardKind<Snapshot, Host>
): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [kind.mimeType],
    createRenderer: () => new CardRenderer(kind)
  };
}

/** One card. It reads while it can be seen, and it never writes into the notebook. */
class CardRenderer<Snapshot extends ICardSnapshot, Host extends CardHost<Snapshot>>
  extends Widget
  implements IRenderMime.IRenderer
{
  constructor(private readonly _kind: ICardKind<Snapshot, Host>) {
    super();
    this.addClass('jm-Root');
    this.addClass('jm-CardOutput');
    this._observer = new IntersectionObserver(entries => {
      this._see(entries.some(entry => entry.isIntersecting));
    });
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const payload = this._kind.read(model.data[this._kind.mimeType]);
    if (payload === null) {
      this.node.textContent = this._kind.unreadable;
      return;
    }
    if (this._host?.id === payload.id) {
      this._host.take(payload);
      return;
    }
    this._forget();
    const host = this._kind.host(payload);
    this._host = host;
    this._surround();
    // The place is kept while the view is loaded.
    this.node.dataset.state = payload.snapshot.row.state;
    const mount = await this._kind.load();
    if (!this.isDisposed && this._host === host) {
      this._mounted = mount(this.node, host);
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
  private _host: Host | null = null;
  private _mounted: IDisposable | null = null;
  private _isSeen = false;
}
