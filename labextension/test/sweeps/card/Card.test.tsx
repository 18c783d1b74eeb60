import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';

import { CommandIDs } from '../../../src/commands';
import { payloadOf } from '../../../src/nouns/payload';
import { settled } from '../../clock';
import { drawn } from '../../runs/card/show';
import { TestServer } from '../../server';
import { finished, sweep, trial } from '../facts';
import { show } from './show';

afterEach(cleanup);

const BEST = {
  complete: 2,
  best: 2,
  best_run: 's-1t2',
  best_values: [0.983],
  best_params: { lr: 0.0064, opt: 'adamw' },
  first: 0.941
};
const TRIALS = [
  finished(1, 0.941),
  finished(2, 0.983),
  trial(3, { result: 'pruned', why: 'pruned at step 4' })
];

test('a sweep that goes shows what is best, its history and its last trials', async () => {
  const { card } = await show(sweep({ ...BEST, pruned: 1, going: 2 }, { trials: TRIALS }));
  expect(screen.getByRole('article', { name: 'sweep s' })).toBeTruthy();
  expect(screen.getByText('Running')).toBeTruthy();
  expect(screen.getByText('Best so far')).toBeTruthy();
  expect(within(card).getByText('accuracy, trial 2; the first had 0.941')).toBeTruthy();
  expect(
    screen.getByRole('img', { name: 'accuracy of each trial, and the best so far: 0.983 by trial 2.' })
  ).toBeTruthy();
  expect(screen.getAllByRole('listitem').map(item => item.title)[0]).toBe('pruned at step 4');
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('30');
});

test('what matters is shown with who says so', async () => {
  const importance = [
    { metric: 'accuracy', evaluator: 'fANOVA', trials: 33, shares: { lr: 0.52, opt: 0.48 } }
  ];
  await show(sweep(BEST, { trials: TRIALS, importance }));
  expect(screen.getByText('fANOVA of 33 trials')).toBeTruthy();
  expect(screen.getByText('0.52')).toBeTruthy();
});

test('a sweep that succeeded is one line with the best and what to do next', async () => {
  const { commands } = await show(
    sweep({ ...BEST, state: 'succeeded' }, { trials: TRIALS, variable: 'found' })
  );
  expect(screen.getByText('found.best')).toBeTruthy();
  expect(screen.getByText('lr=0.0064 opt=adamw')).toBeTruthy();
  expect(screen.queryByText('Last trials')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Use in a cell' }));
  fireEvent.click(screen.getByRole('button', { name: 'Open the sweep' }));
  await act(settled);
  expect(commands).toEqual([
    { id: CommandIDs.restoreCode, args: { id: 's-1t2' } },
    { id: CommandIDs.openSweep, args: { id: 's-1' } }
  ]);
});

test('a sweep that was stopped says why, and can go on', async () => {
  const why = 'The machine was restarted; %sweeps resume s goes on.';
  await show(sweep({ ...BEST, state: 'stopped', why }));
  expect(screen.getByText(why)).toBeTruthy();
  expect(screen.getByText('s_sweep.resume()')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Resume' })).toBeTruthy();
});

test('a sweep that failed says what happened', async () => {
  const why = "No trial can reach 'accuracy': the first one reported loss.";
  await show(sweep({ state: 'failed', why, failed: 1 }, { trials: [trial(1, { result: 'failed' })] }));
  expect(screen.getByText('What happened')).toBeTruthy();
  expect(screen.getByText(why)).toBeTruthy();
});

test('several objectives have a front instead of a best', async () => {
  const objectives = [{ metric: 'accuracy' }, { metric: 'latency', direction: 'minimize' }];
  await show(
    sweep({ objectives, front: [1, 2], complete: 2 }, { trials: [finished(1, 1, 2), finished(2, 2, 3)] })
  );
  expect(screen.getByText('2 trials that none surpasses')).toBeTruthy();
});

test('a cell that no longer waits lets its card say detached', async () => {
  const { cell } = await show(sweep(BEST));
  expect(screen.getByRole('button', { name: 'Detach' })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Detach' }));
  await act(settled);
  act(() => cell.changed.emit());
  await drawn();
  expect(screen.getByText('Detached')).toBeTruthy();
  expect(screen.getByText('s_sweep.wait()')).toBeTruthy();
});

test('stop asks once before', async () => {
  await show(sweep(BEST));
  fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
  const question = screen.getByRole('group', { name: 'Stop this sweep?' });
  fireEvent.click(within(question).getByRole('button', { name: 'Let it run' }));
  expect(screen.getByRole('button', { name: 'Stop' })).toBeTruthy();
});

test('what the server knows counts more than what the notebook says', async () => {
  const server = new TestServer();
  const { row } = sweep({ ...BEST, complete: 9, wanted: 10 });
  server.sweeps = [{ row: { ...row }, trials: [] }];
  await show(sweep({ wanted: 10 }), server, true);
  expect(screen.getByText('9 of 10 trials')).toBeTruthy();
});

test('a sweep that is not here any more shows what the notebook says, and nothing to do', async () => {
  await show(sweep({ ...BEST, state: 'succeeded' }), new TestServer(), true);
  expect(screen.getByText(/is not in this home any more/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Use in a cell' })).toBeNull();
});

test('the sweep of another home says where it lives', async () => {
  const server = new TestServer();
  const payload = sweep(BEST);
  const { host } = await show(payload, server, true);
  act(() => host.take({ id: 's-1', home: 'other', version: '1', time: 100, snapshot: payload }));
  await act(settled);
  await drawn();
  expect(
    screen.getByText(/lives in another home than that of the Jupyter server, which is \/h/)
  ).toBeTruthy();
});

test('what cannot be understood is no payload', () => {
  expect(payloadOf('SweepSnapshot', null)).toBeNull();
  expect(payloadOf('SweepSnapshot', { snapshot: { row: { id: 1 } } })).toBeNull();
  expect(payloadOf('SweepSnapshot', { snapshot: { row: { id: 's', name: 's' } } })?.snapshot.trials).toEqual(
    []
  );
});

test('hostile names are shown as text on one line', async () => {
  const name = '<img src=x onerror=alert(1)>\n\u202eevil';
  const { card } = await show(sweep({ ...BEST, name, best_params: { [name]: name } }, { trials: TRIALS }));
  expect(card.querySelector('img')).toBeNull();
  expect(card.textContent).not.toContain('\u202e');
});
