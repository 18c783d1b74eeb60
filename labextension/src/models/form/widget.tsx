/**
 * The form that registers as a widget of the main area.
 */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { lazy, Suspense } from 'react';
import type { JSX } from 'react';

import { setTabIcon } from '../../nouns/page';
import { TranslationContext } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IModelsModel } from '../tokens';
import type { ISourceOf } from './draft';

// Most sessions never register by a form.
const Form = lazy(() => import('./Form'));

/** The form. */
export class RegisterWidget extends MainAreaWidget<RegisterContent> {
  constructor(content: RegisterContent, trans: ITranslation) {
    super({ content });
    const { kind, id, name } = content.source;
    this.id = `jupyter-mlops-register-${kind}-${id}`;
    this.addClass('jm-RunPage');
    // There is nothing in it.
    this.toolbar.hide();
    this.title.label = trans.__('Register %1', name);
    this.title.closable = true;
    setTabIcon(this.title, 'model');
  }
}

/** What is below the tab. */
export class RegisterContent extends ReactWidget {
  constructor(
    private readonly _models: IModelsModel,
    private readonly _commands: CommandRegistry,
    readonly source: ISourceOf,
    private readonly _trans: ITranslation
  ) {
    super();
    this.node.tabIndex = -1;
    this.addClass('jm-RunPage-content');
  }

  protected override render(): JSX.Element {
    return (
      <TranslationContext.Provider value={this._trans}>
        <Suspense fallback={null}>
          <Form
            models={this._models}
            commands={this._commands}
            source={this.source}
            onDone={() => this.parent?.dispose()}
          />
        </Suspense>
      </TranslationContext.Provider>
    );
  }
}
