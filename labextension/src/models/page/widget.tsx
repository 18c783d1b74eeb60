/**
 * The page of a model as a widget of the main area.
 */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { lazy } from 'react';
import type { JSX } from 'react';

import { PageContent, setTabIcon } from '../../nouns/page';
import type { ITranslation } from '../../translation';
import { countWords } from '../words';
import type { IServices } from './context';
import type { ModelPage } from './page';

// Most sessions never open a page: its views are loaded when one is.
const View = lazy(() => import('./view'));

/** The page of a model. */
export class ModelPageWidget extends MainAreaWidget<ModelPageContent> {
  constructor(page: ModelPage, services: IServices, trans: ITranslation) {
    super({ content: new ModelPageContent(page, services, trans) });
    this.id = `jupyter-mlops-model-${page.name}`;
    this.addClass('jm-RunPage');
    const tell = (): void => {
      this.node.dataset.jmModel = page.id;
    };
    page.changed.connect(tell);
    tell();
    // There is nothing in it.
    this.toolbar.hide();
  }
}

/** What is below the tab. */
export class ModelPageContent extends PageContent<ModelPage> {
  constructor(
    page: ModelPage,
    private readonly _services: IServices,
    trans: ITranslation
  ) {
    super(page, trans, page.model.changed);
    this.addClass('jm-RunPage-content');
    this.nameTab();
  }

  protected override view(): JSX.Element {
    return <View page={this.page} services={this._services} />;
  }

  protected override nameTab(): void {
    const { name, model } = this.page;
    const row = model.snapshot?.row;
    this.title.label = name;
    this.title.caption = row === undefined ? name : [name, countWords(row, this.trans)].join('\n');
    setTabIcon(this.title, row?.broken ? 'warning' : 'model');
  }
}
