/**
 * The panel as JupyterLab holds it: it looks only while it is seen.
 */

import type { JSX } from 'react';

import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';

import { TranslationContext } from '../translation';
import type { ITranslation } from '../translation';
import type { PanelModel } from './model';
import { enter, Panel } from './Panel';
import type { IPanelHost } from './Panel';

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

  /** Give the focus to the row that the keys go to, as soon as it is drawn. */
  focusActive(): void {
    const { noun, body } = this.model.current;
    enter(this.node, noun.name);
    if (body === 'loading') {
      this.model.changed.connect(this._onLoaded, this);
    } else if (body === 'rows') {
      this._enterSoon();
    }
  }

  protected override render(): JSX.Element {
    return (
      <TranslationContext.Provider value={this._trans}>
        <Panel model={this.model} host={this._host} />
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

  private _onLoaded(): void {
    if (this.model.current.body !== 'loading') {
      this.model.changed.disconnect(this._onLoaded, this);
      this._enterSoon();
    }
  }

  /** Who still waits where the rows were to come, goes on with them. */
  private _enterSoon(): void {
    // One frame measures the list, and the next one has its rows.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const head = document.activeElement?.closest('.jm-PanelSection-head') ?? null;
        if (this.node.contains(head)) {
          enter(this.node, this.model.current.noun.name);
        }
      })
    );
  }

  private readonly _look = (): void => {
    this.model.look(this._isReady && this.isVisible && document.visibilityState === 'visible');
  };

  private _isReady = false;
}
