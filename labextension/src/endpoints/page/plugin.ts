/**
 * Opens the pages of endpoints, and opens them again when JupyterLab is reloaded.
 */

import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../../commands';
import { DOMAIN } from '../../translation';
import { labIcon } from '../../ui/labIcon';
import { ICurrentEndpoint } from '../shell/tokens';
import { IEndpointsModel } from '../tokens';
import { EndpointPage, PLACES } from './page';
import { EndpointPageWidget } from './widget';

export const endpointPagePlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlops:endpoint-page',
  description: 'Adds the page of an endpoint to the main area.',
  autoStart: true,
  requires: [IEndpointsModel, ICurrentEndpoint],
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    endpoints: IEndpointsModel,
    current: ICurrentEndpoint,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const pages = new WidgetTracker<EndpointPageWidget>({ namespace: 'jupyter-mlops-endpoints' });
    const make = (id: string): EndpointPageWidget => {
      // It is there when the widget first wants to be drawn.
      void import('./view');
      const page = new EndpointPage(id, endpoints);
      const widget = new EndpointPageWidget(page, { commands: app.commands }, trans);
      void pages.add(widget);
      app.shell.add(widget, 'main', { mode: 'tab-after', type: 'Endpoint' });
      return widget;
    };
    app.commands.addCommand(CommandIDs.openEndpoint, {
      label: args => (args.isPalette ? trans.__('Open endpoint') : trans.__('Open')),
      caption: trans.__('Open the page of an endpoint'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            id: {
              type: 'string',
              description: trans.__(
                'Name of the endpoint; where it is left out, the endpoint that one works with'
              )
            },
            show: { type: 'string', enum: [...PLACES], description: trans.__('Where on the page to go') },
            source: { type: 'string', description: trans.__('Of the logs: router, keeper, r3/0') }
          }
        }
      },
      icon: args => (args.isPalette ? undefined : labIcon('endpoint')),
      isEnabled: args => current.of(args) !== '',
      execute: args => {
        const id = current.of(args);
        if (id === '') {
          throw new Error(trans.__('An endpoint is opened by its name.'));
        }
        const widget = pages.find(({ content }) => content.page.id === id) ?? make(id);
        app.shell.activateById(widget.id);
        const place = PLACES.find(each => each === args.show);
        if (place !== undefined) {
          widget.content.page.go({ place, source: typeof args.source === 'string' ? args.source : '' });
        }
        return widget;
      }
    });
    void restorer?.restore(pages, {
      command: CommandIDs.openEndpoint,
      args: ({ content: { page } }) => ({ id: page.id }),
      name: ({ content: { page } }) => page.id
    });
  }
};
