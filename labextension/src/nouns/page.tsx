/**
 * What the pages of all nouns share: a widget of the main area that works only while it is seen.
 */

import { ReactWidget } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';
import type { Title, Widget } from '@lumino/widgets';
import { Suspense } from 'react';
import type { JSX } from 'react';

import type { IconName } from '../icons';
import { toneIcon, toneOf, toneWord } from '../runs/words';
import { TranslationContext } from '../translation';
import type { ITranslation } from '../translation';
import { labIcon } from '../ui/labIcon';
import type { IRunRow } from '../wire';

/** What a page shows, kept current while it is shown. */
export interface IPage extends IDisposable {
  isShown: boolean;
}

/** What is below the tab. */
export abstract class PageContent<P extends IPage> extends ReactWidget {
  /**
   * @param changed - Emitted when the tab may need another name.
   */
  constructor(
    readonly page: P,
    protected readonly trans: ITranslation,
    private readonly _changed: ISignal<unknown, unknown>
  ) {
    super();
    this.node.tabIndex = -1;
    this._changed.connect(this.nameTab, this);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._changed.disconnect(this.nameTab, this);
      super.dispose();
      this.page.dispose();
    }
  }

  /** Return the view, which may still have to be loaded. */
  protected abstract view(): JSX.Element;

  /** Let the tab say what is shown. */
  protected abstract nameTab(): void;

  protected override render(): JSX.Element {
    return (
      <TranslationContext.Provider value={this.trans}>
        <Suspense fallback={null}>{this.view()}</Suspense>
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
}

/** Give a tab the name and the state of what it shows; its id while that is not known. */
export function nameByRow(
  title: Title<Widget>,
  row: Pick<IRunRow, 'id' | 'name' | 'state' | 'broken'> | undefined,
  otherwise: { readonly id: string; readonly icon: IconName },
  trans: ITranslation
): void {
  if (row === undefined) {
    title.label = title.label || otherwise.id;
    setTabIcon(title, otherwise.icon);
    return;
  }
  const tone = toneOf(row);
  title.label = row.name;
  title.caption = [row.name, toneWord(tone, trans), row.id].join('\n');
  setTabIcon(title, toneIcon(tone));
  title.iconClass = `jm-TabIcon jm-tone-${tone}`;
}

/** Give a tab an icon. */
export function setTabIcon(title: Title<Widget>, name: IconName): void {
  title.icon = labIcon(name).bindprops({ stylesheet: 'mainAreaTab' });
}
