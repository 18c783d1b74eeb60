import { CommandRegistry } from '@lumino/commands';
import { fireEvent, render, screen } from '@testing-library/react';

import { CommandIDs } from '../../src/commands';
import { Chain, stepsOf } from '../../src/lineage/Chain';
import type { ILink } from '../../src/wire';

function link(kind: ILink['kind'], id: string, more: Partial<ILink> = {}): ILink {
  return { kind, id, title: id, details: [], here: false, gone: false, ...more };
}

const LINKS: ILink[] = [
  link('data', '8c20d4', { title: 'X_train', details: ['1 437 rows, 64 columns'] }),
  link('data', '77aa01', { title: 'y_train' }),
  link('code', '3f9a1c', { title: 'digits.ipynb, cell 4' }),
  link('run', 'digits-7f3k', { title: 'digits' }),
  link('version', 'digits:3', { title: 'digits v3', here: true }),
  link('revision', 'digits-live/r3', { title: 'digits-live r3' }),
  link('revision', 'old/r1', { title: 'old r1', gone: true })
];

function commands(): { registry: CommandRegistry; asked: [string, unknown][] } {
  const registry = new CommandRegistry();
  const asked: [string, unknown][] = [];
  for (const id of [CommandIDs.openRun, CommandIDs.goToCell, CommandIDs.openModel, CommandIDs.openEndpoint]) {
    registry.addCommand(id, { execute: args => asked.push([id, args]), describedBy: { args: {} } });
  }
  return { registry, asked };
}

test('things of one kind stand below each other', () => {
  expect(stepsOf(LINKS).map(step => step.length)).toEqual([2, 1, 1, 1, 2]);
});

test('each thing opens where it lives; a cell and its data by their run', () => {
  const { registry, asked } = commands();
  render(<Chain lineage={{ links: LINKS }} commands={registry} label="Where it comes from" />);
  for (const name of ['X_train', 'digits.ipynb, cell 4', 'digits', 'digits-live r3']) {
    fireEvent.click(screen.getByRole('button', { name }));
  }
  expect(asked).toEqual([
    [CommandIDs.openRun, { id: 'digits-7f3k', tab: 'overview' }],
    [CommandIDs.goToCell, { id: 'digits-7f3k' }],
    [CommandIDs.openRun, { id: 'digits-7f3k' }],
    [CommandIDs.openEndpoint, { id: 'digits-live' }]
  ]);
});

test('what is gone and what one sees are no links', () => {
  render(<Chain lineage={{ links: LINKS }} commands={commands().registry} label="Where it comes from" />);
  expect(screen.queryByRole('button', { name: 'old r1' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'digits v3' })).toBeNull();
  expect(screen.getByText('deleted since')).toBeTruthy();
});

test('many of one kind are shown when they are asked for', () => {
  const links = Array.from({ length: 6 }, (_, at) => link('data', `d${at}`));
  render(<Chain lineage={{ links }} commands={commands().registry} label="Data" />);
  fireEvent.click(screen.getByRole('button', { name: '4 more' }));
  expect(screen.getByText('d5')).toBeTruthy();
});
