import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';

import { settled } from '../../clock';
import { row, TestServer } from '../../server';
import { NOW, payload, STATES, WORDS } from './snapshots';
import { drawn, show } from './show';

const here = (name: string): TestServer => {
  const run = STATES[name]?.snapshot.row;
  return new TestServer(run ? [{ ...run }] : []);
};

test.each(Object.entries(STATES))('%s: the notebook alone shows its state in a word', async (name, saved) => {
  await show(saved);
  const card = screen.getByRole('article', { name: 'run digits' });
  expect(within(card).getByText(WORDS[name] ?? '')).toBeTruthy();
});

test.each(['waiting', 'starting', 'running', 'detached', 'failed', 'killed'])(
  '%s: has a body',
  async name => {
    const { card } = await show(STATES[name] ?? payload());
    expect(card.querySelectorAll('.jm-Card-body')).toHaveLength(1);
  }
);

test('a running card says how far it is, what it measures and what it printed last', async () => {
  const { card } = await show(payload());
  expect(card.textContent).toContain('epoch 3/6');
  expect(card.textContent).toContain('50\u202f%');
  expect(
    screen.getByRole('img', { name: 'loss by epoch: now 0.250 at 3, best 0.250 at epoch 3.' })
  ).toBeTruthy();
  expect(screen.getByLabelText('the last lines it printed').textContent).toBe('twothreefour');
  expect(card.querySelector('.jm-future')).toBeTruthy();
});

test('a waiting card gives the reason first', async () => {
  const { card } = await show(STATES.waiting ?? payload());
  expect(card.textContent).toContain('2 of 2 slots are taken.');
  expect(card.textContent).toContain('1st in line');
  expect(screen.getByRole('button', { name: 'Cancel' })).toBeTruthy();
});

test('a failed card names the error, the line, the fate of the ranks, and what to do', async () => {
  const { card } = await show(STATES.failed ?? payload());
  expect(card.textContent).toContain('ValueError loss is not finite');
  expect(card.textContent).toContain('Rank 1 failed first, in cell [4], line 4');
  expect(card.querySelector('.jm-mark')?.textContent).toBe('▸ 4    loss = fit(model)');
  expect(card.textContent).toContain('rank 0 was stopped');
  expect(card.textContent).toContain('rank 2 had ended well.');
  expect(card.textContent).toContain('digits.logs(rank=1)');
});

test('a rank that a signal killed shows the line where it was', async () => {
  const { card } = await show(STATES.killed ?? payload());
  expect(card.querySelector('.jm-mark')?.textContent).toBe('▸ 2model = Net()');
});

test('a succeeded card is a line that says what came back, what would, and what it printed', async () => {
  const { card } = await show(STATES.succeeded ?? payload());
  expect(card.querySelector('.jm-Card-body')).toBeNull();
  expect(card.textContent).toContain('kept model Net, 1.2\u202fMB: digits.values["model"]');
  expect(card.textContent).toContain('made history: --keep history brings it back');
  expect(card.textContent).toContain('four');
  fireEvent.click(screen.getByRole('button', { name: 'Show more' }));
  expect(card.querySelector('.jm-Card-body')).toBeTruthy();
});

test('a card that ends under the eyes of its reader becomes a line when they look away', async () => {
  const server = here('running');
  const { host, card } = await show(payload(), server, true);
  await act(async () => host.take(STATES.succeeded ?? payload()));
  expect(await screen.findByText('Succeeded')).toBeTruthy();
  expect(card.querySelector('.jm-Card-body')).toBeTruthy();
  await act(async () => (host.isSeen = false));
  await waitFor(() => expect(card.querySelector('.jm-Card-body')).toBeNull());
});

test('what the server knows replaces what the notebook says', async () => {
  await show(
    payload(),
    new TestServer([row(payload().id, 'stopped', { name: 'digits', why: 'stopped by ada' })]),
    true
  );
  expect(await screen.findByText('Stopped')).toBeTruthy();
});

test('a card that nobody sees asks for nothing but whether kernel and server fit', async () => {
  const { server } = await show(payload(), here('running'));
  expect(server.asked).toEqual(['GET version?kernel=1&home=h']);
});

test('a cell that no longer waits makes the card say so', async () => {
  const { cell } = await show(payload());
  cell.isWaiting = false;
  await act(async () => cell.changed.emit());
  expect(await screen.findByText('Detached')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Detach' })).toBeNull();
});

test('a run of another home says which home the server has, and offers nothing', async () => {
  const away = { ...payload(), home: 'another' };
  const { card } = await show(away, new TestServer(), true);
  await waitFor(() =>
    expect(card.textContent).toContain('lives in another home than that of the Jupyter server, which is /h')
  );
  expect(card.textContent).toContain('as of ');
  expect(card.querySelector('.jm-Card-body')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull();
});

test('a run that is gone says so, and keeps what the notebook says', async () => {
  const { card } = await show(STATES.succeeded ?? payload(), new TestServer(), true);
  await waitFor(() => expect(card.textContent).toContain('is not in this home any more'));
  expect(card.textContent).toContain('kept model');
});

test('a server that cannot be heard leaves the last facts, with their time', async () => {
  const server = new TestServer();
  server.isReachable = false;
  const { card } = await show(payload(), server, true);
  await waitFor(() => expect(card.textContent).toContain('offline'));
  expect(card.textContent).toContain('as of ');
  expect(card.textContent).toContain('epoch 3/6');
});

test('only a new state is announced', async () => {
  const { host } = await show(payload(), here('running'), true);
  const status = screen.getByRole('status');
  expect(status.textContent).toBe('');
  await act(async () => host.take(STATES.failed ?? payload()));
  await waitFor(() => expect(status.textContent).toBe('digits: Failed'));
});

describe('a run of several ranks', () => {
  const ranks = ['chief', 'worker', 'worker', 'ps', 'ps'].map((role, rank) => ({
    rank,
    role,
    index: Math.max(rank - (rank < 3 ? 1 : 3), 0),
    started: NOW - 50,
    restarts: rank === 2 ? 1 : 0
  }));
  const usage = ranks.slice(0, 3).map(({ rank }) => ({ rank, cpu: 90, memory: 1e9, rate: 10 / (rank + 1) }));

  test('says roles, pace and restarts, and folds more than four', async () => {
    const { card } = await show(payload({ workers: 3 }, { ranks, usage }));
    const rows = (): string[] =>
      within(card)
        .getAllByRole('row')
        .filter(row => row.closest('.jm-Card-ranks') !== null)
        .map(row => row.textContent);
    expect(rows()[0]).toBe('Rankssteps/sCPUmemory');
    expect(rows()).toHaveLength(5);
    expect(rows()[3]).toContain('rank 2 worker 1');
    expect(rows()[3]).toContain('started again once');
    expect(rows()[3]).toContain('3.33');
    const fold = within(card).getByRole('button', { name: 'Show all 5 ranks' });
    expect(fold.getAttribute('aria-expanded')).toBe('false');
    fireEvent.click(fold);
    expect(rows()).toHaveLength(6);
    expect(rows()[5]).toContain('rank 4 ps 1');
  });

  test('a straggler is marked and named', async () => {
    const straggler = { time: NOW, attempt: 1, rank: 2, ratio: 1.83 };
    const { card } = await show(payload({ workers: 3 }, { ranks, usage, straggler }));
    expect(card.textContent).toContain('Rank 2 (worker 1) is 1.8 times slower than the others.');
    expect(card.querySelector('.jm-mod-odd')?.textContent).toContain('rank 2');
  });

  test('where nothing moves it shows where each rank is, the first one unfolded', async () => {
    const stacks = ranks.map(({ rank }) => ({
      rank,
      text: `File "Cell [4]", line 4\nof ${rank}`,
      line: rank ? 4 : 0
    }));
    const hung = { time: NOW - 20, attempt: 1, seconds: 300, stacks };
    const { card } = await show(payload({ workers: 3 }, { ranks, hung }));
    expect(card.textContent).toContain('All ranks have been silent and idle for 5\u202fmin.');
    expect(card.querySelectorAll('.jm-Hang pre')).toHaveLength(1);
    expect(card.textContent).toContain('in no line of the cell');
    fireEvent.click(within(card).getByRole('button', { name: 'rank 3 (ps 0)' }));
    expect(within(card).getByLabelText('Stack of rank 3 (ps 0)').textContent).toContain('of 3');
    expect(card.textContent).toContain('loss = fit(model)');
    expect(within(card).getByRole('button', { name: 'Stop' })).toBeTruthy();
  });
});

test.each([
  [{ warm: true }, 'warm', 'had imported what the cell imports'],
  [{ warm: false, cold: 'numpy was updated' }, 'cold', 'numpy was updated']
])('one word says how it began: %j', async (how, word, title) => {
  const { card } = await show(payload({}, how));
  expect(within(card).getByText(word).title).toContain(title);
});

test('nothing is said of a cold start that nobody would expect to be warm', async () => {
  const { card } = await show(payload({}, { warm: false }));
  expect(within(card).queryByText('cold')).toBeNull();
});

describe('what others wrote', () => {
  const HOSTILE = '<img src=x onerror=alert(1)>\u202e\u001b[31m`"\u0000';
  const hostile = payload(
    {
      name: HOSTILE,
      why: HOSTILE,
      params: { [HOSTILE]: HOSTILE },
      kind: HOSTILE,
      failed_rank: 0,
      state: 'failed'
    },
    {
      error: { type: HOSTILE, message: HOSTILE, line: 1 },
      log: [[0, HOSTILE]],
      code: HOSTILE,
      captured: HOSTILE,
      notes: [HOSTILE],
      made: [{ name: HOSTILE, type: HOSTILE, size: 1 }],
      ranks: [{ rank: 0, role: HOSTILE, why: HOSTILE, ended: 1, code: 1 }]
    }
  );

  test.each(['failed', 'succeeded', 'running', 'queued', 'stopped'])('%s: is text', async state => {
    const snapshot = { ...hostile.snapshot, row: { ...hostile.snapshot.row, state: state as 'failed' } };
    const { card } = await show({ ...hostile, snapshot });
    expect(card.querySelector('img')).toBeNull();
    expect(card.textContent).toContain('<img src=x onerror=alert(1)>');
    // eslint-disable-next-line no-control-regex -- that is what must not be there
    expect(card.textContent).not.toMatch(/[\u202e\u001b\u0000]/);
  });

  test('facts of the wrong kind are said not to be understood', async () => {
    const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const wrong = payload({ params: null }, { log: 7, ranks: 'many' });
    const { card } = await show(wrong);
    expect(card.textContent).toContain('cannot be understood');
    error.mockRestore();
  });
});

function nameOf(element: Element | null): string | null {
  return element?.getAttribute('aria-label') ?? element?.textContent ?? null;
}

describe('keyboard', () => {
  const names = (): (string | null)[] => screen.getAllByRole('button').map(nameOf);
  const focused = (): string | null => nameOf(document.activeElement);

  test('there is one tab stop, and arrows go from action to action', async () => {
    await show(payload());
    expect(names()).toEqual(['Stop', 'Detach', 'Open the run', 'More actions', 'Show one line']);
    expect(screen.getAllByRole('button').filter(button => button.tabIndex === 0)).toHaveLength(1);
    const first = screen.getByRole('button', { name: 'Stop' });
    first.focus();
    fireEvent.keyDown(first, { key: 'ArrowRight' });
    expect(focused()).toBe('Detach');
    fireEvent.keyDown(document.activeElement ?? first, { key: 'End' });
    expect(focused()).toBe('Show one line');
    fireEvent.keyDown(document.activeElement ?? first, { key: 'ArrowRight' });
    expect(focused()).toBe('Stop');
    expect(screen.getAllByRole('button').filter(button => button.tabIndex === 0)).toHaveLength(1);
  });

  test('Escape gives the keyboard back to the cell', async () => {
    const { cell } = await show(payload());
    const first = screen.getByRole('button', { name: 'Stop' });
    first.focus();
    fireEvent.keyDown(first, { key: 'Escape' });
    expect(cell.hasFocus).toBe(true);
  });

  test('stopping asks once, and Escape takes it back', async () => {
    const { server, cell } = await show(payload(), here('running'), true);
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(focused()).toBe('Stop it now');
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
    expect(cell.hasFocus).toBe(false);
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    fireEvent.click(screen.getByRole('button', { name: 'Stop it now' }));
    await act(settled);
    expect(server.asked).toContain(`POST runs/${payload().id}/stop`);
  });

  test('a card that changes steals no focus', async () => {
    const { host } = await show(payload(), here('running'), true);
    await act(async () => host.take(STATES.failed ?? payload()));
    await drawn();
    expect(document.activeElement).toBe(document.body);
  });
});

test('detaching is a command of JupyterLab', async () => {
  const { commands } = await show(payload(), here('running'), true);
  fireEvent.click(screen.getByRole('button', { name: 'Detach' }));
  await act(settled);
  expect(commands).toEqual([{ id: 'mlops:detach-run', args: { id: payload().id } }]);
});

test('however often something changes, the card is drawn four times a second', async () => {
  const { host, card } = await show(payload());
  let count = 0;
  const observer = new MutationObserver(() => (count += 1));
  observer.observe(card, { subtree: true, characterData: true, childList: true });
  const end = Date.now() + 1000;
  for (let step = 0; Date.now() < end; step++) {
    await act(async () => {
      host.take(payload({ progress: { done: step, total: 1000, unit: 'step' } }));
      await new Promise(resolve => setTimeout(resolve, 10));
    });
  }
  observer.disconnect();
  expect(count).toBeGreaterThan(1);
  // The first at once, then one every quarter of a second.
  expect(count).toBeLessThanOrEqual(5);
});
