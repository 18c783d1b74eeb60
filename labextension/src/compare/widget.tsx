/**
 * The page of a comparison as a widget of the main area.
 */

import { MainAreaWidget } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import { lazy } from 'react';
import type { JSX } from 'react';

import { PageContent, setTabIcon } from '../nouns/page';
import type { ITranslation } from '../translation';
import type { ComparePage } from './page';
import { titleOf } from './question';

// Most sessions never compare: the views are loaded when one does.
const View = lazy(() => import('./view'));

let count = 0;

/** The page of a comparison. */
export class ComparePageWidget extends MainAreaWidget<CompareContent> {
  constructor(page: ComparePage, commands: CommandRegistry, trans: ITranslation) {
    super({ content: new CompareContent(page, commands, trans) });
    this.id = `jupyter-mlops-compare-${count++}`;
    this.addClass('jm-RunPage');
    // There is nothing in it.
    this.toolbar.hide();
  }
}

/** What is below the tab. */
export class CompareContent extends PageContent<ComparePage> {
  constructor(page: ComparePage, commands: CommandRegistry, trans: ITranslation) {
    super(page, trans, page.changed);
    this._services = { commands };
    this.addClass('jm-RunPage-content');
    setTabIcon(this.title, 'compare');
    this.nameTab();
  }

  protected override view(): JSX.Element {
    return <View page={this.page} services={this._services} />;
  }

  protected override nameTab(): void {
    const { title, question } = this.page;
    this.title.label = title ? this.trans.__('Compare %1', title) : titleOf(question, this.trans);
    this.title.caption = this.title.label;
  }

  private readonly _services: { readonly commands: CommandRegistry };
}
