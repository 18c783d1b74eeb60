import { toneOf } from '../../src/runs/words';

describe('the tone of a run', () => {
  it('tells a trial that was pruned from one that was stopped', () => {
    const trial = {
      state: 'stopped',
      broken: '',
      trial: 7,
      why: 'pruned at step 2: 0.71, the median is 0.83'
    } as const;
    expect(toneOf(trial)).toBe('pruned');
    expect(toneOf({ ...trial, why: 'Stopped by ada.' })).toBe('stopped');
    expect(toneOf({ ...trial, trial: null })).toBe('stopped');
  });

  it('is that of a cell that no longer waits only while the run goes', () => {
    expect(toneOf({ state: 'running', broken: '' }, true)).toBe('detached');
    expect(toneOf({ state: 'succeeded', broken: '' }, true)).toBe('succeeded');
  });
});
