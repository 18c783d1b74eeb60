/**
 * The page of an endpoint as a widget of the main area.
 */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { lazy } from 'react';
import type { JSX } from 'react';

import { PageContent, setTabIcon } from '../../nouns/page';
import type { ITranslation } from '../../translation';
import { markOf } from '../words';
import type { IServices } from './context';
import type { EndpointPage } from './page';

// Most sessions never open a page: its views are loaded when one is.
const View = lazy(() => import('./view'));

/** The page of an endpoint. */
export class EndpointPageWidget extends MainAreaWidget<EndpointPageContent> {
  constructor(page: EndpointPage, services: IServices, trans: ITranslation) {
    super({ content: new EndpointPageContent(page, services, trans) });
    this.id = `jupyter-mlops-endpoint-${page.id}`;
    this.addClass('jm-RunPage');
    this.node.dataset.jmEndpoint = page.id;
    // There is nothing in it.
    this.toolbar.hide();
  }
}

/** What is below the tab. */
export class EndpointPageContent extends PageContent<EndpointPage> {
  constructor(
    page: EndpointPage,
    private readonly _services: IServices,
    trans: ITranslation
  ) {
    super(page, trans, page.endpoint.changed);
    this.addClass('jm-RunPage-content');
    setTabIcon(this.title, 'endpoint');
    this.nameTab();
  }

  protected override view(): JSX.Element {
    return <View page={this.page} services={this._services} />;
  }

  protected override nameTab(): void {
    const row = this.page.endpoint.snapshot?.row;
    const { title } = this;
    title.label = this.trans.__('%1, endpoint', row?.name ?? this.page.id);
    if (row !== undefined) {
      const mark = markOf(row, this.trans);
      title.caption = [row.name, mark.word].join('\n');
      // A class beside the icon's own would take its place when it changes.
      title.dataset = { ...title.dataset, s: mark.colour };
    }
  }
}
