/**
 * The page of a sweep as a widget of the main area.
 */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { lazy } from 'react';
import type { JSX } from 'react';

import { nameByRow, PageContent } from '../../nouns/page';
import type { ITranslation } from '../../translation';
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
export class SweepPageContent extends PageContent<SweepPage> {
  constructor(
    page: SweepPage,
    private readonly _services: IServices,
    trans: ITranslation
  ) {
    super(page, trans, page.sweep.changed);
    this.addClass('jm-RunPage-content');
    this.nameTab();
  }

  protected override view(): JSX.Element {
    return <View page={this.page} services={this._services} />;
  }

  protected override nameTab(): void {
    const { id, sweep } = this.page;
    nameByRow(this.title, sweep.snapshot?.row, { id, icon: 'sweep' }, this.trans);
  }
}
