/**
 * The page of a run as a widget of the main area.
 */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { lazy, Suspense } from 'react';
import type { JSX } from 'react';

import type { IconName } from '../../icons';
import { labIcon } from '../../ui/labIcon';
import { TranslationContext } from '../../translation';
import type { ITranslation } from '../../translation';
import { toneIcon, toneOf, toneWord } from '../words';
import type { IServices } from './context';
import type { Page } from './page';

// Most sessions never open a page: its views are loaded when one is.
const View = lazy(() => import('./view'));

/** The page of a run. */
export class RunPage extends MainAreaWidget<RunPageContent> {
  constructor(page: Page, services: IServices, trans: ITranslation) {
    super({ content: new RunPageContent(page, services, trans) });
    this.id = `jupyter-mlops-run-${page.id}`;
    this.addClass('jm-RunPage');
    // There is nothing in it.
    this.toolbar.hide();
  }
}

/** What is below the tab. */
export class RunPageContent extends ReactWidget {
  constructor(
    readonly page: Page,
    private readonly _services: IServices,
    private readonly _trans: ITranslation
  ) {
    super();
    this.addClass('jm-RunPage-content');
    this.node.tabIndex = -1;
    page.run.changed.connect(this._name, this);
    this._name();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.page.run.changed.disconnect(this._name, this);
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

  /** Give the tab the run's name and state. */
  private _name(): void {
    const row = this.page.run.snapshot?.row;
    if (row === undefined) {
      this.title.label = this.title.label || this.page.id;
      this.title.icon = tabIcon('mlops');
      return;
    }
    const tone = toneOf(row);
    this.title.label = row.name;
    this.title.caption = [row.name, toneWord(tone, this._trans), row.id].join('\n');
    this.title.icon = tabIcon(toneIcon(tone));
    this.title.iconClass = `jm-TabIcon jm-tone-${tone}`;
  }
}

function tabIcon(name: IconName): LabIcon {
  return labIcon(name).bindprops({ stylesheet: 'mainAreaTab' });
}
