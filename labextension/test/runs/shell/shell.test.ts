import { Feed } from '../../../src/events';
import { RunsModel } from '../../../src/runs/model';
import { EXAMPLE } from '../../../src/runs/shell/example';
import { cellOf, trainLine } from '../../../src/runs/shell/line';
import { freeName, starterNotebook } from '../../../src/runs/shell/starter';
import { RunsWatch } from '../../../src/runs/shell/watch';
import { endWords, goingWords } from '../../../src/runs/shell/words';
import { UNTRANSLATED } from '../../../src/translation';
import { complete } from '../../../src/wire';
import type { IRunSpec } from '../../../src/wire';
import { TestClock } from '../../clock';
import { row, TestServer } from '../../server';

describe('the watch', () => {
  function watched(isSeen = (): boolean => true): {
    server: TestServer;
    clock: TestClock;
    watch: RunsWatch;
    ended: string[];
  } {
    const server = new TestServer([row('a-1'), row('b-1', 'queued')]);
    const clock = new TestClock();
    const feed = new Feed(server, () => server.client.version(), clock);
    const watch = new RunsWatch(new RunsModel(server.client, feed, clock), isSeen, clock);
    const ended: string[] = [];
    watch.ended.connect((_, run) => ended.push(`${run.id} ${run.state}`));
    return { server, clock, watch, ended };
  }

  test('tells a run that went on and has ended', async () => {
    const { server, clock, ended } = watched();
    await clock.pass(2000);
    server.rows = [row('a-1', 'failed'), row('b-1', 'running'), row('old-1', 'succeeded')];
    server.tell({ since: 0, seq: 1, runs: ['a-1'] });
    await clock.pass(5000);
    expect(ended).toEqual(['a-1 failed']);
  });

  test('says nothing of a run that was deleted', async () => {
    const { server, clock, ended } = watched();
    await clock.pass(2000);
    server.rows = [row('b-1', 'queued')];
    server.tell({ since: 0, seq: 1, runs: ['a-1'] });
    await clock.pass(5000);
    expect(ended).toEqual([]);
  });

  test('reads nothing while the page is not seen, and then once', async () => {
    let isSeen = true;
    const { server, clock, watch } = watched(() => isSeen);
    await clock.pass(2000);
    server.forget();
    isSeen = false;
    for (let seq = 1; seq < 9; seq++) {
      server.tell({ since: seq - 1, seq, runs: ['a-1'] });
    }
    await clock.pass(5000);
    expect(server.asked).toEqual([]);
    isSeen = true;
    watch.wake();
    await clock.pass(5000);
    expect(server.asked.filter(asked => asked.startsWith('GET runs?'))).toHaveLength(1);
  });
});

test.each([
  [{ running: 2, queued: 1, failed: 9 }, '2 running, 1 waiting'],
  [{ starting: 1 }, '1 running'],
  [{ queued: 3 }, '3 waiting'],
  [{ succeeded: 3 }, ''],
  [null, '']
])('of %p the status bar says %p', (states, words) => {
  expect(goingWords(states, [], UNTRANSLATED)).toBe(words);
});

test.each([
  [[3], {}, '1 sweep, 3 trials running'],
  [[0], {}, '1 sweep'],
  [[2, 1], { running: 2, queued: 1 }, '2 sweeps, 3 trials running · 2 running, 1 waiting']
])('of sweeps with %p trials and %p runs it says %p', (going, states, words) => {
  const sweeps = going.map(each => ({ going: each }));
  expect(goingWords(states, sweeps, UNTRANSLATED)).toBe(words);
});

test('a notification says how a run has ended', () => {
  const ended = (state: string, more: object): string =>
    endWords(complete('RunRow', row('digits-1', state, { started: 100, ended: 224, ...more })), UNTRANSLATED);
  const metrics = { acc: { last: 0.9, step: 1, min: 0, min_step: 0, max: 1, max_step: 1, count: 2 } };
  expect(ended('succeeded', { metrics })).toBe('digits succeeded after 2\u202fmin 04\u202fs: acc 0.900');
  expect(ended('failed', { metrics, why: 'Rank 1: out of memory' })).toBe(
    'digits failed after 2\u202fmin 04\u202fs: Rank 1: out of memory'
  );
});

describe('the code of a run', () => {
  const spec = (more: object = {}): IRunSpec =>
    complete('RunDetail', {
      row: row('a-1'),
      status: {},
      spec: { id: 'a-1', name: 'digits', workers: 1, ...more },
      place: '',
      elsewhere: '',
      attempts: [],
      home: ''
    }).spec;

  test('comes back with the line that it ran with', () => {
    expect(cellOf(spec(), '# %%train digits lr=0.1 --detach\nlr = 0.1\n')).toBe(
      '%%train digits lr=0.1 --detach\nlr = 0.1'
    );
  });

  test('gets a line where it had none', () => {
    const options = {
      params: { lr: 0.1, name: 'a b', fast: true, none: null },
      workers: 2,
      keep: ['model', 'history'],
      resources: { cpus: 2, memory: 4e9, gpus: 1 },
      limits: { timeout: 90, retries: 1, log: 2 ** 30, full: 'stop' }
    };
    expect(trainLine(spec(options))).toBe(
      '%%train digits lr=0.1 name="a b" fast=True none=None --workers 2 --keep model,history --timeout 90s --retries 1 --cpus 2 --memory 4GB --gpus 1 --log-full stop'
    );
    expect(cellOf(spec(), 'x = 1\n')).toBe('%%train digits\nx = 1');
  });

  test('says which processes it had', () => {
    const roles = { kind: 'tensorflow', workers: 3, ps: 2, evaluator: true, chief: true, cold: true };
    const limits = { retries: 2, restart: 'on-failure', hang: 60 };
    expect(trainLine(spec({ ...roles, limits }))).toBe(
      '%%train digits --workers 3 --ps 2 --retries 2 --restart on-failure --hang 60s --kind tensorflow --evaluator --chief --cold'
    );
    expect(trainLine(spec({ kind: 'mpi', slots: 2 }))).toBe('%%train digits --slots 2 --kind mpi');
  });
});

describe('the notebook to begin with', () => {
  test('has the example', () => {
    let count = 0;
    const notebook = starterNotebook(() => `cell-${count++}`) as { cells: { id: string; source: string }[] };
    expect(notebook.cells.map(cell => cell.source)).toContain(EXAMPLE.code.trimEnd());
    expect(new Set(notebook.cells.map(cell => cell.id)).size).toBe(notebook.cells.length);
  });

  test('has a name of its own', () => {
    expect(freeName(new Set())).toBe('training.ipynb');
    expect(freeName(new Set(['training.ipynb', 'training-1.ipynb']))).toBe('training-2.ipynb');
  });
});
