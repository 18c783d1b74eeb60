/**
 * Shows a card as JupyterLab does, with a server in memory.
 */

import { act, render } from '@testing-library/react';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';

import { CommandIDs } from '../../../src/commands';
import { Feed } from '../../../src/events';
import { Card } from '../../../src/runs/card/Card';
import { Fit } from '../../../src/runs/card/fit';
import { LabHost } from '../../../src/runs/card/labHost';
import type { ISurroundings } from '../../../src/nouns/cardHost';
import type { IPayload } from '../../../src/runs/card/payload';
import { RunsModel } from '../../../src/runs/model';
import { UNTRANSLATED } from '../../../src/translation';
import { settled } from '../../clock';
import { TestServer } from '../../server';

/** A cell that waits, until it does not. */
export class TestCell implements ISurroundings {
  readonly changed = new Signal<this, void>(this);
  isDisposed = false;
  isWaiting = true;
  hasFocus = false;

  focus(): void {
    this.hasFocus = true;
  }

  async interrupt(): Promise<void> {
    this.isWaiting = false;
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

export interface IShown {
  readonly server: TestServer;
  readonly host: LabHost;
  readonly cell: TestCell;
  readonly commands: { id: string; args: unknown }[];
  readonly card: HTMLElement;
}

/** Let pass what may lie between two drawings. */
export async function drawn(): Promise<void> {
  await act(() => new Promise(resolve => setTimeout(resolve, 300)));
}

/** Show what a notebook holds, and let the server say what it knows, if somebody sees the card. */
export async function show(payload: IPayload, server = new TestServer(), isSeen = false): Promise<IShown> {
  const feed = new Feed(server, () => server.client.version());
  const model = new RunsModel(server.client, feed);
  const commands = new CommandRegistry();
  const executed: { id: string; args: unknown }[] = [];
  for (const id of [CommandIDs.openRun, CommandIDs.openLogs, CommandIDs.detachRun]) {
    commands.addCommand(id, {
      describedBy: { args: { type: 'object', properties: { id: { type: 'string' } } } },
      execute: args => executed.push({ id, args })
    });
  }
  const host = new LabHost({
    payload,
    model,
    commands,
    translation: UNTRANSLATED,
    fit: new Fit(server.client).ask,
    openMenu: () => undefined
  });
  const cell = new TestCell();
  host.surround(cell);
  host.isSeen = isSeen;
  const { container } = render(<Card host={host} />);
  await act(settled);
  await drawn();
  feed.dispose();
  return { server, host, cell, commands: executed, card: container };
}
