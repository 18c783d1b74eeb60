/**
 * A run for each card that there is.
 */

import type { IPayload } from '../../../src/runs/card/payload';
import { readPayload } from '../../../src/runs/card/payload';

type Json = Record<string, unknown>;

/** Seconds since the epoch at which all of them were true. */
export const NOW = 1_732_459_272;

const CODE = [
  '# %%train digits epochs=6',
  'model = Net()',
  'for epoch in range(epochs):',
  '    loss = fit(model)',
  '    report(loss=loss)'
].join('\n');

const LOSS = { last: 0.25, step: 3, min: 0.25, min_step: 3, max: 2.3, max_step: 0, count: 4, axis: 'epoch' };

/** Return what a notebook holds of a run. */
export function payload(row: Json = {}, more: Json = {}): IPayload {
  const found = readPayload({
    id: 'digits-20261124-144053-7f3k',
    home: 'h',
    version: '1',
    time: NOW,
    snapshot: {
      row: {
        id: 'digits-20261124-144053-7f3k',
        name: 'digits',
        state: 'running',
        params: { epochs: 6, lr: 0.01 },
        created: NOW - 112,
        started: NOW - 108,
        metrics: { loss: LOSS },
        progress: { done: 3, total: 6, unit: 'epoch' },
        ...row
      },
      ranks: [{ rank: 0, pid: 100, started: NOW - 110 }],
      curves: {
        loss: [
          [0, 2.3],
          [1, 1.1],
          [2, 0.5],
          [3, 0.25]
        ]
      },
      captured: 'Net, loader (12 kB)',
      log: ['one', 'two', 'three', 'four'].map(line => [0, line]),
      code: CODE,
      prompt: 4,
      code_hash: '3f9a1ce0',
      home: 'h',
      ...more
    }
  });
  if (found === null) {
    throw new Error('That is no run.');
  }
  return found;
}

const ended = { ended: NOW - 10 };
const ends = [
  { rank: 0, started: NOW - 50, ended: NOW - 20, signal: 15 },
  { rank: 1, index: 1, started: NOW - 50, ended: NOW - 19.7, code: 1 },
  { rank: 2, index: 2, started: NOW - 50, ended: NOW - 19.4, code: 0 }
];

/** One run for each card, by what it shows. */
export const STATES: Readonly<Record<string, IPayload>> = {
  waiting: payload({ state: 'queued', started: null, why: '2 of 2 slots are taken' }, { place: 1 }),
  starting: payload(
    { state: 'starting', started: null, metrics: {}, progress: null },
    { curves: {}, log: [] }
  ),
  running: payload({}, { usage: [{ rank: 0, cpu: 91, memory: 2_400_000_000 }] }),
  'running without metrics': payload({ metrics: {}, progress: null }, { curves: {} }),
  detached: payload({}, { detached: true }),
  succeeded: payload(
    { state: 'succeeded', ...ended },
    {
      made: [
        { name: 'model', type: 'Net', size: 1_200_000 },
        { name: 'history', type: 'list' }
      ]
    }
  ),
  stopped: payload({ state: 'stopped', ...ended, why: 'stopped by ada' }),
  failed: payload(
    { state: 'failed', ...ended, failed_rank: 1, workers: 3 },
    { ranks: ends, error: { type: 'ValueError', message: 'loss is not finite', line: 4 } }
  ),
  killed: payload(
    { state: 'failed', ...ended, failed_rank: 0, why: 'the cell was killed by SIGSEGV' },
    { ranks: ends.slice(0, 1), line: 2 }
  ),
  broken: payload({ broken: 'spec.json is empty' })
};

/** The word of each. */
export const WORDS: Readonly<Record<string, string>> = {
  waiting: 'Waiting',
  starting: 'Starting',
  running: 'Running',
  'running without metrics': 'Running',
  detached: 'Detached',
  succeeded: 'Succeeded',
  stopped: 'Stopped',
  failed: 'Failed',
  killed: 'Failed',
  broken: 'Broken'
};
