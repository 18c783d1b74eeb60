/**
 * What can be done with endpoints, as commands.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands';
import { addVerb, askSchema } from '../nouns/verbs';
import type { IVerb } from '../nouns/verbs';
import { IPanel } from '../panel/tokens';
import { goToCell } from '../runs/shell/origin';
import type { IPlaces } from '../runs/shell/origin';
import { askText, tagsFrom } from '../runs/shell/questions';
import { DOMAIN } from '../translation';
import type { IEndpointRow } from '../wire';
import {
  askPercent,
  askPort,
  askReplicas,
  mayDeleteEndpoint,
  mayPromote,
  mayRollBack,
  mayStopEndpoint
} from './questions';
import { ICurrentEndpoint } from './shell/tokens';
import { IEndpointsModel } from './tokens';
import { canPromote, endpointHandleOf, isGoing, isUp, revisionName, rollBackWords } from './words';

export const endpointCommandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:endpoint-commands',
  description: 'What can be done with endpoints, as commands in the palette and in menus.',
  autoStart: true,
  requires: [IEndpointsModel, ICurrentEndpoint],
  optional: [IPanel, INotebookTracker, IDocumentManager, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    endpoints: IEndpointsModel,
    current: ICurrentEndpoint,
    panel: IPanel | null,
    notebooks: INotebookTracker | null,
    documents: IDocumentManager | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const lab = { app, endpoints, panel, notebooks, documents, browser: null, trans };
    const subject = {
      of: current.of.bind(current),
      find: (id: string) => panel?.endpoints.find(id),
      idWords: trans.__('Name of the endpoint; where it is left out, the endpoint that one works with')
    };
    const verbs = [
      showVerb(lab),
      ...[...trafficVerbs(lab), ...courseVerbs(lab), ...lookVerbs(lab), ...paperVerbs(lab)].map(aboutOne)
    ];
    verbs.forEach(verb => addVerb(app.commands, verb, subject));
    // What opens an endpoint, and what makes one, stand with page and form.
    for (const command of [CommandIDs.openEndpoint, ...verbs.map(verb => verb.id)]) {
      palette?.addItem({ command, category: trans.__('Machine learning runs') });
    }
  }
};

/** What commands work with. */
interface ILab extends IPlaces {
  readonly endpoints: IEndpointsModel;
  readonly panel: IPanel | null;
}

type Verb = IVerb<IEndpointRow>;

function aboutOne(verb: Verb): Verb {
  return { ...verb, isAboutOne: true };
}

function showVerb({ panel, trans }: ILab): Verb {
  return {
    id: CommandIDs.showEndpoints,
    label: trans.__('Show endpoints'),
    caption: trans.__('Show the panel that lists all endpoints'),
    icon: 'endpoint',
    isEnabled: () => panel !== null,
    execute: () => panel?.show('endpoints')
  };
}

/** What moves an endpoint's traffic. */
function trafficVerbs(lab: ILab): Verb[] {
  const { app, endpoints, trans } = lab;
  const { client } = endpoints;
  const ask = askSchema(trans.__('Whether to ask before'));
  return [
    {
      id: CommandIDs.moveCanary,
      label: trans.__('Traffic of the canary…'),
      caption: trans.__('Say what share of the requests the canary gets'),
      icon: 'swap',
      args: {
        percent: {
          type: 'integer',
          minimum: 0,
          maximum: 100,
          description: trans.__('Percent; where it is left out, it is asked')
        }
      },
      fits: canPromote,
      short: trans.__('Traffic of the canary…'),
      execute: async (id, { percent }) => {
        const isTold = typeof percent === 'number';
        const wanted = isTold ? percent : await askPercent(await rowOf(lab, id), trans);
        if (wanted !== null) {
          await client.moveCanary(id, wanted);
        }
      }
    },
    {
      id: CommandIDs.promoteCanary,
      label: trans.__('Promote canary…'),
      caption: trans.__('Give the canary all traffic'),
      icon: 'promote',
      args: ask,
      fits: canPromote,
      labelFor: row =>
        row.canary > 0 ? trans.__('Promote %1…', revisionName(row.canary)) : trans.__('Promote…'),
      execute: async (id, { ask: isAsked }) => {
        if (isAsked === false || (await mayPromote(await rowOf(lab, id), trans))) {
          await client.promote(id);
        }
      }
    },
    {
      id: CommandIDs.rollBackEndpoint,
      label: trans.__('Roll back endpoint…'),
      caption: trans.__('Drop the canary, or go back to a revision of before'),
      icon: 'rollback',
      args: {
        ...ask,
        to: {
          type: 'integer',
          minimum: 0,
          description: trans.__('A kept revision; 0 drops the canary, or goes to the stable one before')
        }
      },
      fits: isUp,
      labelOf: (_, { to }) =>
        typeof to === 'number' && to > 0 ? trans.__('Roll back to %1…', revisionName(to)) : undefined,
      labelFor: (row, { to }) => {
        if (typeof to === 'number' && to > 0) {
          return trans.__('Roll back to %1…', revisionName(to));
        }
        return row.canary > 0 ? `${rollBackWords(row, trans)}…` : rollBackWords(row, trans);
      },
      execute: async (id, { ask: isAsked, to }) => {
        const revision = typeof to === 'number' ? to : 0;
        if (isAsked === false || (await mayRollBack(await rowOf(lab, id), revision, trans))) {
          await client.rollBack(id, revision);
        }
      }
    },
    {
      id: CommandIDs.replayEndpoint,
      label: trans.__('Replay held-out rows'),
      caption: trans.__('Measure stable and canary on the held-out rows again'),
      icon: 'retry',
      fits: isUp,
      execute: async id => {
        await client.replay(id);
      }
    },
    {
      id: CommandIDs.setGates,
      label: trans.__('Gates of endpoint…'),
      caption: trans.__('Say when it promotes or rolls back by itself'),
      short: trans.__('Gates…'),
      fits: row => !row.broken,
      execute: id => app.commands.execute(CommandIDs.openEndpoint, { id, show: 'gates' })
    }
  ];
}

/** What takes an endpoint up and down, and says how much of it there is. */
function courseVerbs(lab: ILab): Verb[] {
  const { endpoints, trans } = lab;
  const { client } = endpoints;
  const ask = askSchema(trans.__('Whether to ask before'));
  return [
    {
      id: CommandIDs.scaleEndpoint,
      label: trans.__('Scale endpoint…'),
      caption: trans.__('Say how many replicas answer'),
      args: {
        replicas: {
          type: 'string',
          description: trans.__('A number or bounds, 1..4; where it is left out, it is asked')
        },
        revision: { type: 'integer', description: trans.__('0 is the stable one') }
      },
      fits: isUp,
      short: trans.__('Scale…'),
      execute: async (id, args) => {
        const revision = typeof args.revision === 'number' ? args.revision : 0;
        const told = typeof args.replicas === 'string' ? args.replicas : null;
        const replicas = told ?? (await askedReplicas(lab, id, revision));
        if (replicas !== null) {
          await client.scale(id, replicas, revision);
        }
      }
    },
    {
      id: CommandIDs.openPort,
      label: trans.__('Port of endpoint…'),
      caption: trans.__('Let it listen on a port of this machine besides, or no longer'),
      args: { port: { type: 'integer', minimum: 0, maximum: 65535 } },
      fits: isUp,
      short: trans.__('Port…'),
      execute: async (id, args) => {
        const told = typeof args.port === 'number' ? args.port : null;
        const port = told ?? (await askPort(await rowOf(lab, id), trans));
        if (port !== null) {
          await client.openPort(id, port);
        }
      }
    },
    {
      id: CommandIDs.startEndpoint,
      label: trans.__('Start endpoint'),
      caption: trans.__('Bring the endpoint up again'),
      icon: 'running',
      fits: row => !isGoing(row) && !row.broken,
      short: trans.__('Start'),
      execute: async id => {
        await client.startEndpoint(id);
      }
    },
    {
      id: CommandIDs.stopEndpoint,
      label: trans.__('Stop endpoint…'),
      caption: trans.__('Take the endpoint down'),
      icon: 'stop',
      args: ask,
      fits: isGoing,
      short: trans.__('Stop…'),
      execute: async (id, { ask: isAsked }) => {
        if (isAsked === false || (await mayStopEndpoint(await rowOf(lab, id), trans))) {
          await client.stopEndpoint(id);
        }
      }
    },
    {
      id: CommandIDs.deleteEndpoint,
      label: trans.__('Delete endpoint…'),
      caption: trans.__('Delete the endpoint with its revisions'),
      args: ask,
      short: trans.__('Delete…'),
      execute: async (id, { ask: isAsked }) => {
        const row = await rowOf(lab, id);
        if (isAsked === false || (await mayDeleteEndpoint(row, trans))) {
          await client.deleteEndpoint(id, isGoing(row));
        }
      }
    }
  ];
}

/** What shows something of an endpoint. */
function lookVerbs(lab: ILab): Verb[] {
  const { app, endpoints, documents, trans } = lab;
  return [
    {
      id: CommandIDs.tryEndpoint,
      label: trans.__('Try endpoint'),
      caption: trans.__('Send the endpoint a row'),
      icon: 'running',
      fits: isUp,
      short: trans.__('Try it'),
      execute: id => app.commands.execute(CommandIDs.openEndpoint, { id, show: 'try' })
    },
    {
      id: CommandIDs.openEndpointLogs,
      label: trans.__('Open logs of the endpoint'),
      caption: trans.__('Show what its router, keeper and replicas wrote'),
      icon: 'terminal',
      args: { source: { type: 'string', description: trans.__('router, keeper, or a replica: r3/0') } },
      short: trans.__('Logs'),
      execute: (id, { source = '' }) =>
        app.commands.execute(CommandIDs.openEndpoint, { id, show: 'logs', source })
    },
    {
      id: CommandIDs.goToEndpointCell,
      label: trans.__('Go to cell of the endpoint'),
      caption: trans.__('Show the cell that the endpoint came from'),
      icon: 'notebook',
      fits: row => row.notebook !== '',
      isEnabled: () => documents !== null,
      short: trans.__('Go to cell'),
      execute: async id => {
        const { row, revisions } = await endpoints.client.endpoint(id);
        const latest = revisions.find(({ spec }) => spec.origin.cell !== '') ?? revisions[0];
        if (latest === undefined) {
          throw new Error(trans.__('%1 has no revision that knows its cell.', row.name));
        }
        await goToCell(lab, id, row.name, latest.spec.origin, false);
      }
    },
    {
      id: CommandIDs.copyEndpointHandle,
      label: trans.__('Copy handle of the endpoint'),
      caption: trans.__('Copy the line of code that gives the endpoint in any notebook'),
      icon: 'copy',
      short: trans.__('Copy handle'),
      execute: id => Clipboard.copyToSystem(`from jupyter_mlops import connect; ${endpointHandleOf({ id })}`)
    },
    {
      id: CommandIDs.copyEndpointAddress,
      label: trans.__('Copy address of the endpoint'),
      caption: trans.__('Copy where the endpoint is reached from this machine'),
      icon: 'link',
      short: trans.__('Copy address'),
      execute: async id => {
        const { url, address } = await endpoints.client.endpoint(id);
        Clipboard.copyToSystem(url || address);
      }
    }
  ];
}

/** What people write about an endpoint. */
function paperVerbs(lab: ILab): Verb[] {
  const { endpoints, trans } = lab;
  const { client } = endpoints;
  const isWhole = (row: IEndpointRow): boolean => !row.broken;
  return [
    {
      id: CommandIDs.noteEndpoint,
      label: trans.__('Note on endpoint…'),
      caption: trans.__('Write a line about the endpoint'),
      fits: isWhole,
      short: trans.__('Note…'),
      execute: async id => {
        const row = await rowOf(lab, id);
        const title = trans.__('Note on %1', row.name);
        const note = await askText(title, trans.__('A line about the endpoint'), row.note, trans);
        if (note !== null) {
          await client.changeEndpoint(id, { note });
        }
      }
    },
    {
      id: CommandIDs.tagEndpoint,
      label: trans.__('Tags of endpoint…'),
      caption: trans.__('Write words to find the endpoint by'),
      fits: isWhole,
      short: trans.__('Tags…'),
      execute: async id => {
        const row = await rowOf(lab, id);
        const label = trans.__('Words to find it by, with commas between');
        const text = await askText(trans.__('Tags of %1', row.name), label, row.tags.join(', '), trans);
        if (text !== null) {
          await client.changeEndpoint(id, { tags: tagsFrom(text) });
        }
      }
    },
    {
      id: CommandIDs.archiveEndpoint,
      label: trans.__('Archive endpoint'),
      caption: trans.__('Put the endpoint away, or take it back'),
      icon: 'folder',
      args: {
        archived: {
          type: 'boolean',
          description: trans.__('Whether to put it away; if left out, the other way round')
        }
      },
      fits: isWhole,
      labelFor: row => (row.archived ? trans.__('Take out of the archive') : trans.__('Archive')),
      execute: async (id, { archived }) => {
        const isWanted = typeof archived === 'boolean' ? archived : !(await rowOf(lab, id)).archived;
        await client.changeEndpoint(id, { archived: isWanted });
      }
    }
  ];
}

async function askedReplicas(lab: ILab, id: string, revision: number): Promise<string | null> {
  const { endpoints, trans } = lab;
  const { row, revisions } = await endpoints.client.endpoint(id);
  const wanted = revision || row.stable;
  const fact = revisions.find(({ spec }) => spec.revision === wanted);
  const now =
    fact === undefined ? '' : fact.least === fact.most ? String(fact.least) : `${fact.least}..${fact.most}`;
  return askReplicas(row.name, revision > 0 ? revisionName(revision) : '', now, trans);
}

async function rowOf({ panel, endpoints }: ILab, id: string): Promise<IEndpointRow> {
  return panel?.endpoints.find(id) ?? (await endpoints.client.endpoint(id)).row;
}
