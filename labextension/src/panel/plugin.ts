/**
 * Puts the panel into the left sidebar.
 */

import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs } from '../commands';
import { ENDPOINT_VERBS } from '../endpoints/panel/menus';
import { endpointsNoun } from '../endpoints/panel/noun';
import { IEndpointsModel } from '../endpoints/tokens';
import { MODEL_VERBS } from '../models/panel/menus';
import { modelsNoun } from '../models/panel/noun';
import { IModelsModel } from '../models/tokens';
import { RUN_VERBS, SELECTION_VERBS } from '../runs/panel/menus';
import { runsNoun } from '../runs/panel/noun';
import { IRunsModel } from '../runs/tokens';
import { SWEEP_VERBS } from '../sweeps/panel/menus';
import { sweepsNoun } from '../sweeps/panel/noun';
import { ISweepsModel } from '../sweeps/tokens';
import { DOMAIN } from '../translation';
import { labIcon } from '../ui/labIcon';
import { PanelFace } from './face';
import type { IPanelHost } from './host';
import { remember } from './memory';
import { openPanelMenu, openStatesMenu, openVerbs } from './menus';
import { PanelModel } from './model';
import type { Act, IAnchor, IListed, SectionName } from './nouns';
import { SectionModel } from './sections';
import { IPanel } from './tokens';
import { PanelWidget } from './widget';

/** Below the file browser and the running kernels, above what is rarely asked for. */
const RANK = 250;

type Commands = Readonly<Partial<Record<Act, string>>>;

const COMMANDS: Readonly<Record<SectionName, Commands>> = {
  runs: {
    open: CommandIDs.openRun,
    stop: CommandIDs.stopRun,
    retry: CommandIDs.retryRun,
    logs: CommandIDs.openLogs,
    cell: CommandIDs.goToCell,
    compare: CommandIDs.compareRuns,
    delete: CommandIDs.deleteRun
  },
  sweeps: {
    open: CommandIDs.openSweep,
    stop: CommandIDs.stopSweep,
    resume: CommandIDs.resumeSweep,
    cell: CommandIDs.goToSweepCell,
    compare: CommandIDs.compareSweep,
    delete: CommandIDs.deleteSweep
  },
  models: {
    open: CommandIDs.openModel,
    deploy: CommandIDs.deployModel,
    load: CommandIDs.loadModel,
    cell: CommandIDs.goToModelCell,
    compare: CommandIDs.compareVersions,
    delete: CommandIDs.deleteModel
  },
  endpoints: {
    open: CommandIDs.openEndpoint,
    stop: CommandIDs.stopEndpoint,
    start: CommandIDs.startEndpoint,
    promote: CommandIDs.promoteCanary,
    rollback: CommandIDs.rollBackEndpoint,
    logs: CommandIDs.openEndpointLogs,
    cell: CommandIDs.goToEndpointCell,
    delete: CommandIDs.deleteEndpoint
  }
};

/** What the menu of one row offers. */
const VERBS: Readonly<Record<SectionName, readonly (readonly string[])[]>> = {
  runs: RUN_VERBS,
  sweeps: SWEEP_VERBS,
  models: MODEL_VERBS,
  endpoints: ENDPOINT_VERBS
};

/** What keys ask of all that is selected. */
const OF_SELECTION: Commands = {
  stop: CommandIDs.stopRuns,
  compare: CommandIDs.compareRuns,
  delete: CommandIDs.deleteRuns
};

export const panelPlugin: JupyterFrontEndPlugin<IPanel> = {
  id: 'jupyter-mlops:panel',
  description: 'Lists all runs, sweeps, models and endpoints, live, in the left sidebar.',
  autoStart: true,
  requires: [IRunsModel, ISweepsModel, IModelsModel, IEndpointsModel],
  optional: [ILayoutRestorer, IStateDB, ITranslator],
  provides: IPanel,
  activate: (
    app: JupyterFrontEnd,
    runs: IRunsModel,
    sweeps: ISweepsModel,
    models: IModelsModel,
    endpoints: IEndpointsModel,
    restorer: ILayoutRestorer | null,
    state: IStateDB | null,
    translator: ITranslator | null
  ): IPanel => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const sections = {
      runs: new SectionModel(runsNoun(runs)),
      sweeps: new SectionModel(sweepsNoun(sweeps)),
      models: new SectionModel(modelsNoun(models)),
      endpoints: new SectionModel(endpointsNoun(endpoints))
    };
    const model = new PanelModel(sections);
    const { commands } = app;
    const execute = (id: string | undefined, args: ReadonlyPartialJSONObject): void => {
      if (id !== undefined && commands.hasCommand(id) && commands.isEnabled(id, args)) {
        void commands.execute(id, args);
      }
    };
    const selected = (name: SectionName): string[] => model.sections[name].selection.rows.map(row => row.id);
    const openMenu = (name: SectionName, row: IListed, at: IAnchor): void => {
      const ids = selected(name);
      if (ids.length > 1 && ids.includes(row.id)) {
        openVerbs(commands, SELECTION_VERBS, { ids }, at, () => panel.focusActive());
      } else {
        openVerbs(commands, VERBS[name], { id: row.id }, at, () => panel.focusActive());
      }
    };
    const host: IPanelHost = {
      compare: ids => execute(CommandIDs.compareRuns, { ids: [...ids] }),
      execute: command => execute(command, {}),
      insertExample: () => execute(CommandIDs.insertExample, {}),
      act: (name, act, row, at) => {
        const ids = selected(name);
        if (act === 'menu') {
          openMenu(name, row, at);
        } else if (ids.length > 1 && ids.includes(row.id) && OF_SELECTION[act] !== undefined) {
          execute(OF_SELECTION[act], { ids });
        } else {
          execute(COMMANDS[name][act], { id: row.id });
        }
      },
      selectionMenu: (name, at) =>
        openVerbs(commands, SELECTION_VERBS, { ids: selected(name) }, at, () => panel.focusActive()),
      statesMenu: (name, at) => openStatesMenu(model.sections[name], trans, at),
      menu: (name, at) => openPanelMenu(commands, model.sections[name], trans, at)
    };
    const panel = new PanelWidget(model, host, trans);
    panel.title.icon = labIcon('mlops');
    panel.title.caption = trans.__('Machine learning runs');
    app.shell.add(panel, 'left', { rank: RANK });
    restorer?.add(panel, panel.id);
    void remember(model, state).then(() => panel.begin());
    void app.restored.then(() => panel.prepare());
    return new PanelFace(app.shell, panel, sections);
  }
};
