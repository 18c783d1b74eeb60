/**
 * What can be done with models and their versions, as commands.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands';
import { addVerb, askSchema } from '../nouns/verbs';
import type { IVerb } from '../nouns/verbs';
import { IPanel } from '../panel/tokens';
import { insertCells } from '../runs/shell/notebooks';
import { goToCell } from '../runs/shell/origin';
import type { IPlaces } from '../runs/shell/origin';
import { askText, tagsFrom } from '../runs/shell/questions';
import { DOMAIN } from '../translation';
import type { IModelRow, IVersionRow } from '../wire';
import { namedBy } from './ids';
import { versionItem } from './items';
import type { IModelItem } from './items';
import type * as Questions from './questions';
import { ICurrentModel } from './shell/tokens';
import { IModelsModel } from './tokens';
import { CHAMPION, exportLines, loadLines, modelHandleOf, versionTitle } from './words';

export const modelCommandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:model-commands',
  description: 'What can be done with registered models, as commands in the palette and in menus.',
  autoStart: true,
  requires: [IModelsModel, ICurrentModel],
  optional: [IPanel, INotebookTracker, IDocumentManager, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    models: IModelsModel,
    current: ICurrentModel,
    panel: IPanel | null,
    notebooks: INotebookTracker | null,
    documents: IDocumentManager | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const lab = { app, models, panel, notebooks, documents, browser: null, trans };
    const subject = {
      of: current.of.bind(current),
      find: (id: string) => itemOf(panel, id),
      idWords: trans.__(
        'Name of the model, or NAME:3 for a version; where it is left out, what one works with'
      )
    };
    const verbs = [
      showVerb(lab),
      ...[...aliasVerbs(lab), ...servingVerbs(lab), ...lookVerbs(lab), ...paperVerbs(lab)].map(aboutOne)
    ];
    verbs.forEach(verb => addVerb(app.commands, verb, subject));
    // What opens a model stands with its page.
    for (const command of [CommandIDs.openModel, ...verbs.map(verb => verb.id)]) {
      palette?.addItem({ command, category: trans.__('Machine learning runs') });
    }
  }
};

/** What is asked before something is done; JupyterLab starts without. */
async function asking(): Promise<typeof Questions> {
  return import('./questions');
}

/** What commands work with. */
interface ILab extends IPlaces {
  readonly models: IModelsModel;
  readonly panel: IPanel | null;
}

type Verb = IVerb<IModelItem>;

function aboutOne(verb: Verb): Verb {
  return { ...verb, isAboutOne: true };
}

function showVerb({ panel, trans }: ILab): Verb {
  return {
    id: CommandIDs.showModels,
    label: trans.__('Show models'),
    caption: trans.__('Show the panel that lists all registered models'),
    icon: 'model',
    isEnabled: () => panel !== null,
    execute: () => panel?.show('models')
  };
}

/** What moves aliases. */
function aliasVerbs(lab: ILab): Verb[] {
  const { models, trans } = lab;
  const { client } = models;
  const ask = askSchema(trans.__('Whether to ask before an alias leaves another version'));
  const name = {
    alias: { type: 'string', description: trans.__('The alias; where it is left out, it is asked') }
  };
  const point = async (id: string, alias: string, mayAsk: boolean): Promise<void> => {
    const { model, version } = await meant(lab, id);
    if (!mayAsk || (await (await asking()).mayMoveAlias(model, alias, version, trans))) {
      await client.pointAlias(model.name, alias, version);
    }
  };
  return [
    {
      id: CommandIDs.setChampion,
      label: trans.__('Set @champion'),
      caption: trans.__(
        'Let @champion point at the version: it is what is deployed where no version is named'
      ),
      icon: 'star',
      args: ask,
      fits: ({ model, version, broken }) => !broken && version !== null && model.champion !== version.version,
      execute: (id, args) => point(id, CHAMPION, args.ask !== false)
    },
    {
      id: CommandIDs.pointAlias,
      label: trans.__('Set alias of version…'),
      caption: trans.__('Let a word point at the version'),
      icon: 'add',
      args: { ...ask, ...name },
      short: trans.__('Set alias…'),
      fits: isWhole,
      execute: async (id, args) => {
        const { model, version } = await meant(lab, id);
        const alias = textOf(args.alias) || (await (await asking()).askAlias(model, version, trans));
        if (alias) {
          await point(id, alias, args.ask !== false);
        }
      }
    },
    {
      id: CommandIDs.removeAlias,
      label: trans.__('Remove alias of version…'),
      caption: trans.__('Let a word point at no version any more'),
      args: { ...ask, ...name },
      short: trans.__('Remove alias…'),
      fits: item => isWhole(item) && (item.version?.aliases ?? Object.keys(item.model.aliases)).length > 0,
      execute: async (id, args) => {
        const { model } = await meant(lab, id);
        const { version } = namedBy(id);
        const aliases = Object.keys(model.aliases).filter(
          alias => version === 0 || model.aliases[alias] === version
        );
        const [only] = aliases;
        const alias =
          textOf(args.alias) ||
          (aliases.length < 2
            ? only
            : await (
                await asking()
              ).askWhich(
                trans.__('Remove an alias of %1', model.name),
                trans.__('Which one'),
                aliases,
                trans.__('Remove'),
                trans
              ));
        if (alias === undefined) {
          throw new Error(trans.__('No alias points at %1.', id));
        }
        if (alias && (args.ask === false || (await (await asking()).mayRemoveAlias(model, alias, trans)))) {
          await client.removeAlias(model.name, alias);
        }
      }
    }
  ];
}

/** What uses a version. */
function servingVerbs(lab: ILab): Verb[] {
  const { app, models, trans } = lab;
  const { commands } = app;
  return [
    {
      id: CommandIDs.deployModel,
      label: trans.__('Deploy model…'),
      caption: trans.__('Let the version be served'),
      icon: 'deploy',
      short: trans.__('Deploy…'),
      isEnabled: () => commands.hasCommand(CommandIDs.deploy),
      fits: isWhole,
      execute: async id => {
        const { model, version } = await meant(lab, id);
        await commands.execute(CommandIDs.deploy, { model: model.name, version });
      }
    },
    {
      id: CommandIDs.loadModel,
      label: trans.__('Load model in a cell'),
      caption: trans.__('Put the lines that load the version into the notebook'),
      icon: 'notebook',
      short: trans.__('Load in a cell'),
      fits: isWhole,
      execute: async id => {
        const { model, version } = await meant(lab, id);
        await write(lab, loadLines(model.name, version));
      }
    },
    {
      id: CommandIDs.exportModel,
      label: trans.__('Export model…'),
      caption: trans.__('Put the line that exports the version for another server into the notebook'),
      icon: 'download',
      short: trans.__('Export…'),
      args: {
        server: {
          type: 'string',
          description: trans.__(
            'The server that takes it; empty is the whole version; if left out, it is asked'
          )
        }
      },
      fits: isWhole,
      execute: async (id, { server }) => {
        const { model, version } = await meant(lab, id);
        const chosen = typeof server === 'string' ? server : await askServer(lab, model.name, version);
        if (chosen !== null) {
          await write(lab, exportLines(model.name, version, chosen));
        }
      }
    },
    {
      id: CommandIDs.verifyVersion,
      label: trans.__('Verify files of version'),
      caption: trans.__('Hold every byte of the version against its checksums'),
      icon: 'check',
      short: trans.__('Verify'),
      execute: async id => {
        const { model, version } = await meant(lab, id);
        const { sound, sentence } = await models.client.verify(model.name, version);
        if (sound) {
          Notification.success(sentence, { autoClose: 5000 });
        } else {
          throw new Error(sentence);
        }
      }
    }
  ];
}

/** What shows something of a model. */
function lookVerbs(lab: ILab): Verb[] {
  const { app, models, documents, trans } = lab;
  const { commands } = app;
  return [
    {
      id: CommandIDs.compareVersions,
      label: trans.__('Compare versions of model'),
      caption: trans.__(
        'Compare the runs that the versions came from; of one version, with that of the champion'
      ),
      icon: 'compare',
      short: trans.__('Compare'),
      isEnabled: () => commands.hasCommand(CommandIDs.openComparison),
      fits: ({ model }) => model.versions > 1,
      execute: async id => {
        const { name, version } = namedBy(id);
        const { row, versions } = await models.client.model(name);
        const isMeant = (each: IVersionRow): boolean =>
          version === 0 || each.version === version || each.version === row.champion;
        const runs = [...new Set(versions.filter(isMeant).map(each => each.run))].filter(Boolean);
        if (runs.length < 2) {
          throw new Error(
            trans.__('%1 cannot be compared: fewer than two of the versions came from runs of their own.', id)
          );
        }
        await commands.execute(CommandIDs.openComparison, { runs });
      }
    },
    {
      id: CommandIDs.goToModelCell,
      label: trans.__('Go to cell of the version'),
      caption: trans.__('Show the cell that registered the version'),
      icon: 'notebook',
      short: trans.__('Go to cell'),
      isEnabled: () => documents !== null,
      execute: async id => {
        const { model, version } = await meant(lab, id);
        const { spec, row } = await models.client.modelVersion(model.name, version);
        await goToCell(lab, id, versionTitle(row), spec.origin, false);
      }
    },
    {
      id: CommandIDs.copyModelHandle,
      label: trans.__('Copy handle of the model'),
      caption: trans.__('Copy the line of code that gives the model or version in any notebook'),
      icon: 'copy',
      short: trans.__('Copy handle'),
      execute: id => {
        const { name, version } = namedBy(id);
        Clipboard.copyToSystem(`from jupyter_mlops import connect; ${modelHandleOf(name, version)}`);
      }
    }
  ];
}

/** What people write about a model or a version, and what puts it away. */
function paperVerbs(lab: ILab): Verb[] {
  const { models, trans } = lab;
  const { client } = models;
  return [
    {
      id: CommandIDs.noteModel,
      label: trans.__('Note on model…'),
      caption: trans.__('Write a line about the model or the version'),
      fits: isWhole,
      short: trans.__('Note…'),
      execute: async id => {
        const { title, row, change } = await paperOf(lab, id);
        const note = await askText(
          trans.__('Note on %1', title),
          trans.__('A line about it'),
          row.note,
          trans
        );
        if (note !== null) {
          await change({ note });
        }
      }
    },
    {
      id: CommandIDs.tagModel,
      label: trans.__('Tags of model…'),
      caption: trans.__('Write words to find the model or the version by'),
      fits: isWhole,
      short: trans.__('Tags…'),
      execute: async id => {
        const { title, row, change } = await paperOf(lab, id);
        const label = trans.__('Words to find it by, with commas between');
        const text = await askText(trans.__('Tags of %1', title), label, row.tags.join(', '), trans);
        if (text !== null) {
          await change({ tags: tagsFrom(text) });
        }
      }
    },
    {
      id: CommandIDs.archiveModel,
      label: trans.__('Archive model'),
      caption: trans.__('Put the model away, or take it back'),
      icon: 'folder',
      args: {
        archived: {
          type: 'boolean',
          description: trans.__('Whether to put it away; if left out, the other way round')
        }
      },
      fits: ({ model }) => !model.broken,
      labelFor: ({ archived }) =>
        archived ? trans.__('Take out of the archive') : trans.__('Archive model'),
      execute: async (id, { archived }) => {
        const { name } = namedBy(id);
        const isWanted = typeof archived === 'boolean' ? archived : !(await modelOf(lab, name)).archived;
        await client.changeModel(name, { archived: isWanted });
      }
    },
    {
      id: CommandIDs.deleteModel,
      label: trans.__('Delete model…'),
      caption: trans.__('Delete the model with all its versions, or one version'),
      args: askSchema(trans.__('Whether to ask before')),
      labelOf: id => (namedBy(id).version === 0 ? trans.__('Delete model…') : trans.__('Delete version…')),
      execute: async (id, { ask }) => {
        const { name, version } = namedBy(id);
        if (version === 0) {
          if (ask === false || (await (await asking()).mayDeleteModel(await modelOf(lab, name), trans))) {
            await client.deleteModel(name);
          }
        } else if (
          ask === false ||
          (await (await asking()).mayDeleteVersion(await versionRow(lab, name, version), trans))
        ) {
          await client.deleteVersion(name, version);
        }
      }
    }
  ];
}

/** Return what the panel knows of a model, or of a version that it may not show. */
function itemOf(panel: IPanel | null, id: string): IModelItem | undefined {
  const { name, version } = namedBy(id);
  const item = panel?.models.find(name);
  const row = item?.model.recent.find(each => each.version === version);
  return item === undefined || version === 0 ? item : row && versionItem(item.model, row);
}

function isWhole({ broken, model }: IModelItem): boolean {
  return !broken && !model.broken && model.versions > 0;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim().replace(/^@/, '') : '';
}

/** Return the model and the version that an id means: of a model, the champion, else the latest one. */
async function meant(lab: ILab, id: string): Promise<{ model: IModelRow; version: number }> {
  const { name, version } = namedBy(id);
  const model = await modelOf(lab, name);
  const found = version || model.champion || model.latest;
  if (found === 0) {
    throw new Error(lab.trans.__('%1 has no version.', name));
  }
  return { model, version: found };
}

async function modelOf({ panel, models }: ILab, name: string): Promise<IModelRow> {
  return panel?.models.find(name)?.model ?? (await models.client.model(name)).row;
}

async function versionRow({ models, trans }: ILab, name: string, version: number): Promise<IVersionRow> {
  // Of a version that cannot be read, its model still tells.
  const { versions } = await models.client.model(name);
  const row = versions.find(each => each.version === version);
  if (row === undefined) {
    throw new Error(trans.__('%1 has no version %2 any more.', name, version));
  }
  return row;
}

interface IPaper {
  readonly title: string;
  readonly row: { readonly note: string; readonly tags: readonly string[] };
  readonly change: (change: { note?: string; tags?: string[] }) => Promise<unknown>;
}

async function paperOf(lab: ILab, id: string): Promise<IPaper> {
  const { name, version } = namedBy(id);
  const { client } = lab.models;
  if (version === 0) {
    const row = await modelOf(lab, name);
    return { title: name, row, change: change => client.changeModel(name, change) };
  }
  const row = await versionRow(lab, name, version);
  return { title: versionTitle(row), row, change: change => client.changeVersion(name, version, change) };
}

async function askServer({ models, trans }: ILab, name: string, version: number): Promise<string | null> {
  const { spec } = await models.client.modelVersion(name, version);
  const whole = trans.__('the whole version');
  const answer = await (
    await asking()
  ).askWhich(
    trans.__('Export %1 v%2', name, version),
    trans.__('For which server'),
    [...Object.keys(spec.folders), whole],
    trans.__('Insert the line'),
    trans
  );
  return answer === whole ? '' : answer;
}

/** Put lines into the notebook that is in use; where there is none they are copied. */
async function write({ notebooks, trans }: ILab, source: string): Promise<void> {
  const panel = notebooks?.currentWidget;
  if (panel) {
    await insertCells(notebooks, () => Promise.resolve(panel), [source]);
    return;
  }
  Clipboard.copyToSystem(source);
  Notification.info(trans.__('No notebook is open: the lines are copied.'), { autoClose: 5000 });
}
