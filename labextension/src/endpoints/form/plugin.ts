/**
 * Opens the form that deploys a version.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs } from '../../commands';
import { DOMAIN } from '../../translation';
import { labIcon } from '../../ui/labIcon';
import { IEndpointsModel } from '../tokens';
import type { IBeginning } from './draft';
import { DeployContent, DeployWidget } from './widget';

export const deployPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:deploy-form',
  description: 'Adds the form that deploys a version of a model.',
  autoStart: true,
  requires: [IEndpointsModel],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    endpoints: IEndpointsModel,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    app.commands.addCommand(CommandIDs.deploy, {
      label: args => (args.isPalette ? trans.__('Deploy a model…') : trans.__('Deploy…')),
      caption: trans.__('Let a version of a model be served'),
      icon: args => (args.isPalette ? undefined : labIcon('deploy')),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            model: { type: 'string', description: trans.__('Name of the model') },
            version: {
              type: ['integer', 'string'],
              description: trans.__('Its number, or @ and an alias; where it is left out, its champion')
            },
            endpoint: { type: 'string', description: trans.__('Name of the endpoint') },
            id: { type: 'string', description: trans.__('The same, as menus of endpoints give it') }
          },
          additionalProperties: true
        }
      },
      execute: async (args): Promise<DeployWidget> => {
        const beginning = await begun(args, endpoints);
        const content = new DeployContent(endpoints, app.commands, beginning, trans);
        const widget = new DeployWidget(content);
        widget.title.label = content.title.label;
        app.shell.add(widget, 'main', { mode: 'tab-after', type: 'Deploy' });
        app.shell.activateById(widget.id);
        return widget;
      }
    });
    palette?.addItem({ command: CommandIDs.deploy, category: trans.__('Machine learning runs') });
  }
};

/** Return what the form begins with; of an endpoint, the model that it serves. */
async function begun(args: ReadonlyPartialJSONObject, endpoints: IEndpointsModel): Promise<IBeginning> {
  const endpoint = textOf(args.endpoint) || textOf(args.id);
  const model = textOf(args.model);
  const version = typeof args.version === 'number' ? String(args.version) : textOf(args.version);
  if (endpoint === '' || model !== '') {
    return { model, version, endpoint };
  }
  try {
    const { row } = await endpoints.client.endpoint(endpoint);
    return { model: row.model || (row.revisions[0]?.model ?? ''), version, endpoint };
  } catch {
    // The form says by itself what the server says.
    return { model, version, endpoint };
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
