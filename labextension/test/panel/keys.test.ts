import { meaningOf } from '../../src/panel/keys';
import { KEYS } from '../../src/runs/panel/noun';
import { KEYS as SWEEP_KEYS } from '../../src/sweeps/panel/noun';

const press = (
  key: string,
  held: Partial<Record<'shiftKey' | 'ctrlKey', boolean>> = {}
): ReturnType<typeof meaningOf> =>
  meaningOf({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held }, 9, KEYS);

test.each([
  ['ArrowDown', { kind: 'by', rows: 1 }],
  ['PageUp', { kind: 'by', rows: -9 }],
  ['End', { kind: 'to', end: 'last' }],
  ['Enter', { kind: 'act', act: 'open' }],
  ['s', { kind: 'act', act: 'stop' }],
  ['R', { kind: 'act', act: 'retry' }],
  ['l', { kind: 'act', act: 'logs' }],
  ['n', { kind: 'act', act: 'cell' }],
  ['Delete', { kind: 'act', act: 'delete' }],
  ['ContextMenu', { kind: 'act', act: 'menu' }],
  ['ArrowRight', { kind: 'within', by: 1 }],
  [' ', { kind: 'toggle' }],
  ['c', { kind: 'act', act: 'compare' }],
  ['/', { kind: 'filter' }],
  ['Escape', { kind: 'clear' }]
])('%s means %p', (key, meaning) => {
  expect(press(key)).toEqual(meaning);
});

test('Shift and F10 open the menu', () => {
  expect(press('F10', { shiftKey: true })).toEqual({ kind: 'act', act: 'menu' });
  expect(press('F10')).toBeNull();
});

test('what JupyterLab has a shortcut for is left to it', () => {
  expect(press('s', { ctrlKey: true })).toBeNull();
  expect(press('S', { shiftKey: true })).toBeNull();
  expect(press('x')).toBeNull();
});

test('with Shift the arrows extend, with Ctrl all is selected', () => {
  expect(press('ArrowDown', { shiftKey: true })).toEqual({ kind: 'extend', by: 1 });
  expect(press('ArrowUp', { shiftKey: true })).toEqual({ kind: 'extend', by: -1 });
  expect(press('a', { ctrlKey: true })).toEqual({ kind: 'all' });
  expect(press('a')).toBeNull();
});

test('R resumes a sweep, which has no logs', () => {
  const event = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
  expect(meaningOf({ ...event, key: 'r' }, 9, SWEEP_KEYS)).toEqual({ kind: 'act', act: 'resume' });
  expect(meaningOf({ ...event, key: 'l' }, 9, SWEEP_KEYS)).toBeNull();
});
