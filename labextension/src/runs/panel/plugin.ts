/**
 * Puts the panel into the left sidebar.
 */

import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../../commands';
import { DOMAIN } from '../../translation';
import { labIcon } from '../../ui/labIcon';
import type { IRunRow } from '../../wire';
import { IRunsModel } from '../tokens';
import { openPanelMenu, openRunMenu, openStatesMenu } from './menus';
import { PanelModel } from './model';
import { IRunsPanel } from './tokens';
import { RunsPanel } from './widget';
import type { RowAct } from './Row';

/** Below the file browser and the running kernels, above what is rarely asked for. */
const RANK = 250;

const COMMANDS: Readonly<Record<Exclude<RowAct, 'menu'>, string>> = {
  open: CommandIDs.openRun,
  stop: CommandIDs.stopRun,
  retry: CommandIDs.retryRun,
  logs: CommandIDs.openLogs,
  cell: CommandIDs.goToCell,
  delete: CommandIDs.deleteRun
};

export const panelPlugin: JupyterFrontEndPlugin<IRunsPanel> = {
  id: 'jupyter-mlops:runs-panel',
  description: 'Lists all runs, live, in the left sidebar.',
  autoStart: true,
  requires: [IRunsModel],
  optional: [ILayoutRestorer, ITranslator],
  provides: IRunsPanel,
  activate: (
    app: JupyterFrontEnd,
    runs: IRunsModel,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): IRunsPanel => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const model = new PanelModel(runs);
    const { commands } = app;
    const panel = new RunsPanel(
      model,
      {
        act: (act, row, at) => {
          if (act === 'menu') {
            openRunMenu(commands, row, at, () => panel.focusActive());
          } else if (commands.isEnabled(COMMANDS[act], { id: row.id })) {
            void commands.execute(COMMANDS[act], { id: row.id });
          }
        },
        statesMenu: at => openStatesMenu(model, trans, at),
        menu: at => openPanelMenu(commands, model, trans, at),
        insertExample: () => void commands.execute(CommandIDs.insertExample)
      },
      trans
    );
    panel.title.icon = labIcon('mlops');
    panel.title.caption = trans.__('Machine learning runs');
    app.shell.add(panel, 'left', { rank: RANK });
    restorer?.add(panel, panel.id);
    return new PanelFace(panel, model);
  }
};

class PanelFace implements IRunsPanel {
  constructor(
    private readonly _panel: RunsPanel,
    private readonly _model: PanelModel
  ) {
    document.addEventListener('focusin', event => {
      if (event.target instanceof Element && this._isPlace(event.target)) {
        this._isInUse = this._panel.node.contains(event.target);
      }
    });
  }

  get isVisible(): boolean {
    return this._panel.isVisible;
  }

  get isInUse(): boolean {
    return this._isInUse && this._panel.isVisible;
  }

  get active(): IRunRow | null {
    return this._model.find(this._model.active) ?? null;
  }

  find(id: string): IRunRow | undefined {
    return this._model.find(id);
  }

  async refresh(): Promise<void> {
    await this._model.refresh();
  }

  /** Menus, dialogs and the palette are no places where somebody works. */
  private _isPlace(element: Element): boolean {
    return this._panel.node.contains(element) || element.closest('#jp-main-dock-panel') !== null;
  }

  private _isInUse = false;
}
