/**
 * The page of a run as a widget of the main area.
 */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { lazy } from 'react';
import type { JSX } from 'react';

import { nameByRow, PageContent } from '../../nouns/page';
import type { ITranslation } from '../../translation';
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
export class RunPageContent extends PageContent<Page> {
  constructor(
    page: Page,
    private readonly _services: IServices,
    trans: ITranslation
  ) {
    super(page, trans, page.run.changed);
    this.addClass('jm-RunPage-content');
    this.nameTab();
  }

  protected override view(): JSX.Element {
    return <View page={this.page} services={this._services} />;
  }

  protected override nameTab(): void {
    const { id, run } = this.page;
    nameByRow(this.title, run.snapshot?.row, { id, icon: 'mlops' }, this.trans);
  }
}
