/**
 * Shows a card of a sweep as JupyterLab does, with a server in memory.
 */

import { CommandRegistry } from '@lumino/commands';
import { act, render } from '@testing-library/react';

import { CommandIDs } from '../../../src/commands';
import { Feed } from '../../../src/events';
import { payloadOf } from '../../../src/nouns/payload';
import { Fit } from '../../../src/runs/card/fit';
import { SweepCard } from '../../../src/sweeps/card/Card';
import { LabSweepHost } from '../../../src/sweeps/card/labHost';
import { SweepsModel } from '../../../src/sweeps/model';
import { UNTRANSLATED } from '../../../src/translation';
import type { ISweepSnapshot } from '../../../src/wire';
import { settled } from '../../clock';
import { drawn, TestCell } from '../../runs/card/show';
import { TestServer } from '../../server';

export interface IShown {
  readonly host: LabSweepHost;
  readonly cell: TestCell;
  readonly server: TestServer;
  readonly commands: { id: string; args: unknown }[];
  readonly card: HTMLElement;
}

/** Show what a notebook holds, and let the server say what it knows, if somebody sees the card. */
export async function show(
  snapshot: ISweepSnapshot,
  server = new TestServer(),
  isSeen = false
): Promise<IShown> {
  const payload = payloadOf('SweepSnapshot', { home: 'h', version: '1', time: 100, snapshot });
  if (payload === null) {
    throw new Error('The payload cannot be understood.');
  }
  const feed = new Feed(server, () => server.client.version());
  const registry = new CommandRegistry();
  const executed: { id: string; args: unknown }[] = [];
  for (const id of [CommandIDs.openSweep, CommandIDs.openRun, CommandIDs.restoreCode]) {
    registry.addCommand(id, {
      describedBy: { args: { type: 'object', properties: { id: { type: 'string' } } } },
      execute: args => executed.push({ id, args })
    });
  }
  const host = new LabSweepHost({
    payload,
    model: new SweepsModel(server.client, feed),
    commands: registry,
    translation: UNTRANSLATED,
    fit: new Fit(server.client).ask,
    openMenu: () => undefined
  });
  const cell = new TestCell();
  host.surround(cell);
  host.isSeen = isSeen;
  const { container } = render(<SweepCard host={host} />);
  await act(settled);
  await drawn();
  feed.dispose();
  return { host, cell, server, commands: executed, card: container };
}
