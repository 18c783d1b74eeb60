import { findPoint, frameOf, historyOf, leftOut, viewOf, xOf, yOf } from '../../../src/sweeps/page/history';
import type { IObjective } from '../../../src/wire';
import { finished, trial } from '../facts';

const MORE: IObjective = { metric: 'accuracy', direction: 'maximize', guessed: false };
const LESS: IObjective = { ...MORE, direction: 'minimize' };

test('the best so far becomes better, whichever way that is', () => {
  const trials = [finished(1, 0.5), finished(2, 0.4), finished(3, 0.9), finished(4, 0.7)];
  expect(historyOf(trials, 0, MORE, 0).best).toEqual([
    { trial: 1, value: 0.5 },
    { trial: 3, value: 0.9 }
  ]);
  expect(historyOf(trials, 0, LESS, 0).best).toEqual([
    { trial: 1, value: 0.5 },
    { trial: 2, value: 0.4 }
  ]);
});

test('what was pruned, or is no number, is never the best', () => {
  const trials = [
    trial(1, { result: 'pruned', values: [0.99] }),
    trial(2, { result: 'complete', values: ['NaN'] }),
    trial(3, { result: 'complete', values: ['Infinity'] }),
    finished(4, 0.5)
  ];
  const { best, points } = historyOf(trials, 0, MORE, 0);
  expect(best).toEqual([{ trial: 4, value: 0.5 }]);
  expect(points.map(({ value }) => value)).toEqual([0.99, null, null, 0.5]);
});

test('what is far out does not flatten the others, and is told', () => {
  const usual = Array.from({ length: 20 }, (_, at) => finished(at + 1, 0.5 + at / 100));
  const history = historyOf([...usual, finished(21, 1e6)], 0, LESS, 0);
  const view = viewOf(history);
  expect(view.y?.[1]).toBeLessThan(2);
  expect(leftOut(history, view)).toBe(1);
});

test('the best is never left out', () => {
  const usual = Array.from({ length: 20 }, (_, at) => finished(at + 1, 0.5 + at / 1000));
  const history = historyOf([...usual, finished(21, 9)], 0, MORE, 0);
  expect(leftOut(history, viewOf(history))).toBe(0);
});

test('there is room for all that are wanted, and a place finds its trial', () => {
  const history = historyOf(
    [finished(1, 0.5), trial(2, { result: 'failed' }), finished(3, 0.7)],
    0,
    MORE,
    60
  );
  const frame = frameOf(viewOf(history), history, 600, 200, '0.7 trial 3');
  expect(frame.x[1]).toBeGreaterThan(60);
  expect(findPoint(history, frame, xOf(frame, 3) + 2, yOf(frame, 0.7) - 2)?.trial).toBe(3);
  expect(findPoint(history, frame, xOf(frame, 2), yOf(frame, null))?.trial).toBe(2);
  expect(findPoint(history, frame, xOf(frame, 40), 100)).toBeNull();
});

test('without a trial there is a frame', () => {
  const history = historyOf([], 0, MORE, 20);
  const frame = frameOf(viewOf(history), history, 600, 200, '');
  expect([frame.y, frame.yTicks]).toEqual([null, []]);
  expect(frame.xTicks).toContain(20);
});
