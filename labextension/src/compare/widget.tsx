/**
 * The page of a comparison as a widget of the main area.
 */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { lazy, Suspense } from 'react';
import type { JSX } from 'react';

import { labIcon } from '../ui/labIcon';
import { TranslationContext } from '../translation';
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
export class CompareContent extends ReactWidget {
  constructor(
    readonly page: ComparePage,
    commands: CommandRegistry,
    private readonly _trans: ITranslation
  ) {
    super();
    this._services = { commands };
    this.addClass('jm-RunPage-content');
    this.node.tabIndex = -1;
    this.title.icon = labIcon('compare').bindprops({ stylesheet: 'mainAreaTab' });
    page.changed.connect(this._name, this);
    this._name();
  }

  override dispose(): void {
    if (!this.isDisposed) {
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

  private _name(): void {
    const { title, question } = this.page;
    this.title.label = title ? this._trans.__('Compare %1', title) : titleOf(question, this._trans);
    this.title.caption = this.title.label;
  }

  private readonly _services: { readonly commands: CommandRegistry };
}
