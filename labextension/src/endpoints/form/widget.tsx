/**
 * The form that deploys as a widget of the main area.
 */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { lazy, Suspense } from 'react';
import type { JSX } from 'react';

import { setTabIcon } from '../../nouns/page';
import { TranslationContext } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IEndpointsModel } from '../tokens';
import type { IBeginning } from './draft';

// Most sessions never deploy by a form.
const Form = lazy(() => import('./Form'));

/** The form. */
export class DeployWidget extends MainAreaWidget<DeployContent> {
  constructor(content: DeployContent) {
    super({ content });
    this.id = `jupyter-mlops-deploy-${DeployWidget._count++}`;
    this.addClass('jm-RunPage');
    // There is nothing in it.
    this.toolbar.hide();
    setTabIcon(this.title, 'deploy');
    this.title.closable = true;
  }

  private static _count = 0;
}

/** What is below the tab. */
export class DeployContent extends ReactWidget {
  constructor(
    private readonly _endpoints: IEndpointsModel,
    private readonly _commands: CommandRegistry,
    private readonly _beginning: IBeginning,
    private readonly _trans: ITranslation
  ) {
    super();
    this.node.tabIndex = -1;
    this.addClass('jm-RunPage-content');
    const { model, endpoint } = _beginning;
    this.title.label =
      model || endpoint ? _trans.__('Deploy %1', model || endpoint) : _trans.__('Deploy a model');
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
  }

  protected override render(): JSX.Element {
    return (
      <TranslationContext.Provider value={this._trans}>
        <Suspense fallback={null}>
          <Form
            endpoints={this._endpoints}
            commands={this._commands}
            beginning={this._beginning}
            onDone={() => this.parent?.dispose()}
          />
        </Suspense>
      </TranslationContext.Provider>
    );
  }
}
