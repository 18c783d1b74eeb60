/**
 * Provides the runs of the server that JupyterLab talks to.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { Client } from '../client';
import { Feed } from '../events';
import { RunsModel } from './model';
import { IRunsModel } from './tokens';

export const modelPlugin: JupyterFrontEndPlugin<IRunsModel> = {
  id: 'jupyter-mlops:runs-model',
  description: 'Provides the runs of this server, kept current while somebody looks at them.',
  autoStart: true,
  provides: IRunsModel,
  activate: (app: JupyterFrontEnd): IRunsModel => {
    const { serverSettings, events } = app.serviceManager;
    const client = new Client(serverSettings);
    const feed = new Feed(events.stream, () => client.version());
    client.onUnreachable = () => void feed.tryNow();
    // Who else misses the server is not waited for: JupyterLab may notice first, and the browser always does.
    app.serviceManager.connectionFailure.connect(() => void feed.tryNow());
    window.addEventListener('offline', () => void feed.tryNow());
    window.addEventListener('online', () => feed.wake());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') {
        feed.wake();
      }
    });
    return new RunsModel(client, feed);
  }
};
