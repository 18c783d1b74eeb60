/**
 * The page of a sweep as a widget of the main area.
 */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { lazy, Suspense } from 'react';
import type { JSX } from 'react';

import { toneIcon, toneOf, toneWord } from '../../runs/words';
import { TranslationContext } from '../../translation';
import type { ITranslation } from '../../translation';
import { labIcon } from '../../ui/labIcon';
import type { IServices } from './context';
import type { SweepPage } from './page';

// Most sessions never open a page: its views are loaded when one is.
const View = lazy(() => import('./view'));

/** The page of a sweep. */
export class SweepPageWidget extends MainAreaWidget<SweepPageContent> {
  constructor(page: SweepPage, services: IServices, trans: ITranslation) {
    super({ content: new SweepPageContent(page, services, trans) });
    this.id = `jupyter-mlops-sweep-${page.id}`;
    this.addClass('jm-RunPage');
    this.node.dataset.jmSweep = page.id;
    // There is nothing in it.
    this.toolbar.hide();
  }
}

/** What is below the tab. */
export class SweepPageContent extends ReactWidget {
  constructor(
    readonly page: SweepPage,
    private readonly _services: IServices,
    private readonly _trans: ITranslation
  ) {
    super();
    this.addClass('jm-RunPage-content');
    this.node.tabIndex = -1;
    page.sweep.changed.connect(this._name, this);
    this._name();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.page.sweep.changed.disconnect(this._name, this);
      super.dispose();
      this.page.dispose();
    }
  }

  protected override render(): JSX.Element {
    return (
      <TranslationContext.Provider value={this._trans}>
        <Suspense fallback={null}>
          <View page={this.page} services={this._services} />
        </Suspense>
      </TranslationContext.Provider>
    );
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.page.isShown = this.isVisible;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.page.isShown = true;
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.page.isShown = false;
  }

  protected override onBeforeDetach(message: Message): void {
    this.page.isShown = false;
    super.onBeforeDetach(message);
  }

  /** Give the tab the sweep's name and state. */
  private _name(): void {
    const row = this.page.sweep.snapshot?.row;
    const icon = row === undefined ? 'sweep' : toneIcon(toneOf(row));
    this.title.icon = labIcon(icon).bindprops({ stylesheet: 'mainAreaTab' });
    if (row === undefined) {
      this.title.label = this.title.label || this.page.id;
      return;
    }
    const tone = toneOf(row);
    this.title.label = row.name;
    this.title.caption = [row.name, toneWord(tone, this._trans), row.id].join('\n');
    this.title.iconClass = `jm-TabIcon jm-tone-${tone}`;
  }
}
