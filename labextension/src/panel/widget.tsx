/**
 * The panel as JupyterLab holds it: it looks only while it is seen.
 */

import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { lazy, Suspense } from 'react';
import type { JSX } from 'react';

import { TranslationContext } from '../translation';
import type { ITranslation } from '../translation';
import { enter } from './focus';
import type { IPanelHost } from './host';
import type { PanelModel } from './model';

// JupyterLab starts without it.
const Panel = lazy(() => import('./Panel'));

/** For so many frames the first row is waited for. */
const FRAMES = 300;

/** As layouts know it. */
const PANEL_ID = 'jupyter-mlops-runs';

/** The panel. */
export class PanelWidget extends ReactWidget {
  constructor(
    readonly model: PanelModel,
    private readonly _host: IPanelHost,
    private readonly _trans: ITranslation
  ) {
    super();
    this.id = PANEL_ID;
    this.addClass('jm-Root');
    this.addClass('jm-RunsPanel');
    this.node.tabIndex = -1;
    document.addEventListener('visibilitychange', this._look);
  }

  override dispose(): void {
    document.removeEventListener('visibilitychange', this._look);
    super.dispose();
    this.model.dispose();
  }

  /** It is known what is to be shown. */
  begin(): void {
    this._isReady = true;
    this._look();
  }

  /** JupyterLab has started, and has time: the panel is there when it is first opened. */
  prepare(): void {
    setTimeout(() => void import('./Panel'), 1_000);
  }

  /** Give the focus to the row that the keys go to, as soon as it is drawn. */
  focusActive(): void {
    this.node.focus({ preventScroll: true });
    this._enter(FRAMES);
  }

  protected override render(): JSX.Element {
    return (
      <TranslationContext.Provider value={this._trans}>
        <Suspense fallback={null}>
          <Panel model={this.model} host={this._host} />
        </Suspense>
      </TranslationContext.Provider>
    );
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._look();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._look();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._look();
  }

  protected override onBeforeDetach(message: Message): void {
    this.model.look(false);
    super.onBeforeDetach(message);
  }

  /** Who opens the panel goes on with its rows. */
  protected override onActivateRequest(): void {
    this.focusActive();
  }

  /** Who still waits where the rows were to come, goes on with them. */
  private _enter(frames: number): void {
    const { noun, body } = this.model.current;
    const at = document.activeElement;
    const isWaiting = at === this.node || at?.closest('.jm-PanelSection-head') != null;
    if (!isWaiting || enter(this.node, noun.name) || frames === 0) {
      return;
    }
    if (body === 'loading' || body === 'rows' || document.activeElement === this.node) {
      requestAnimationFrame(() => this._enter(frames - 1));
    }
  }

  private readonly _look = (): void => {
    this.model.look(this._isReady && this.isVisible && document.visibilityState === 'visible');
  };

  private _isReady = false;
}
