/**
 * The panel as others see it.
 */

import type { JupyterFrontEnd } from '@jupyterlab/application';

import type { IModelItem } from '../models/items';
import type { IEndpointRow, IRunRow, ISweepRow } from '../wire';
import type { IListed, SectionName } from './nouns';
import type { SectionModel } from './sections';
import type { IPanel, IPanelSection } from './tokens';
import type { PanelWidget } from './widget';

interface ISections {
  readonly runs: SectionModel<IRunRow, object>;
  readonly sweeps: SectionModel<ISweepRow, object>;
  readonly models: SectionModel<IModelItem, object>;
  readonly endpoints: SectionModel<IEndpointRow, object>;
}

/** Says what is active and selected in a panel. */
export class PanelFace implements IPanel {
  constructor(
    private readonly _shell: JupyterFrontEnd.IShell,
    private readonly _panel: PanelWidget,
    sections: ISections
  ) {
    this.runs = new SectionFace(_panel, sections.runs, () => this._isInUse);
    this.sweeps = new SectionFace(_panel, sections.sweeps, () => this._isInUse);
    this.models = new SectionFace(_panel, sections.models, () => this._isInUse);
    this.endpoints = new SectionFace(_panel, sections.endpoints, () => this._isInUse);
    document.addEventListener('focusin', event => {
      if (event.target instanceof Element && this._isPlace(event.target)) {
        this._isInUse = this._panel.node.contains(event.target);
      }
    });
  }

  readonly runs: IPanelSection<IRunRow>;
  readonly sweeps: IPanelSection<ISweepRow>;
  readonly models: IPanelSection<IModelItem>;
  readonly endpoints: IPanelSection<IEndpointRow>;

  get isVisible(): boolean {
    return this._panel.isVisible;
  }

  show(section: SectionName): void {
    const { model } = this._panel;
    if (model.isFolded(section)) {
      model.fold(section, false);
    }
    model.use(section);
    this._shell.activateById(this._panel.id);
  }

  async refresh(): Promise<void> {
    await this._panel.model.refresh();
  }

  /** Menus, dialogs and the palette are no places where somebody works. */
  private _isPlace(element: Element): boolean {
    return this._panel.node.contains(element) || element.closest('#jp-main-dock-panel') !== null;
  }

  private _isInUse = false;
}

class SectionFace<Row extends IListed> implements IPanelSection<Row> {
  constructor(
    private readonly _panel: PanelWidget,
    private readonly _section: SectionModel<Row, object>,
    private readonly _isPanelInUse: () => boolean
  ) {}

  get isVisible(): boolean {
    return this._panel.isVisible && !this._panel.model.isFolded(this._section.noun.name);
  }

  get isInUse(): boolean {
    const { current } = this._panel.model;
    return this.isVisible && this._isPanelInUse() && current.noun.name === this._section.noun.name;
  }

  get active(): Row | null {
    return this.find(this._section.active) ?? null;
  }

  get selected(): readonly Row[] {
    return this._section.selection.rows;
  }

  find(id: string): Row | undefined {
    return this._section.find(id);
  }

  deselect(ids: Iterable<string>): void {
    this._section.deselect(ids);
  }
}
