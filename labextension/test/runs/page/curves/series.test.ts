import { pointsOf, placesOf, stepsWithin, TIME } from '../../../../src/runs/page/curves/series';
import { axesOf } from '../../../../src/runs/page/curves/settings';

const points = pointsOf({
  axis: 'step',
  steps: [0, 10, 20],
  values: [1, 'NaN', 'Infinity'],
  times: [100, 110, 120],
  next: 3,
  thinned: false
});

test('numbers that JSON does not know are numbers again', () => {
  expect(points.values).toEqual([1, NaN, Infinity]);
});

test('a count that begins again is drawn from left to right', () => {
  const again = pointsOf({
    axis: 'step',
    steps: [1, 2, 1],
    values: [1, 2, 3],
    times: [1, 2, 3],
    next: 3,
    thinned: false
  });
  expect(again.steps).toEqual([1, 1, 2]);
  expect(again.values).toEqual([1, 3, 2]);
});

test('on its own axis a step is a place', () => {
  expect(placesOf(points, 'step', 100, null)([10])).toEqual([10]);
});

test('on the axis of time a place is the seconds since the run began', () => {
  expect(placesOf(points, TIME, 100, null)([0, 5, 20])).toEqual([0, 5, 20]);
});

test('steps are placed among epochs by time', () => {
  const epochs = pointsOf({
    axis: 'epoch',
    steps: [1, 2],
    values: [0, 0],
    times: [110, 120],
    next: 2,
    thinned: false
  });
  expect(placesOf(points, 'epoch', 100, epochs)([0, 10, 15])).toEqual([0, 1, 1.5]);
});

test('a range of places is a range of steps with a neighbour on each side', () => {
  expect(stepsWithin([0, 10, 20, 30], [0, 1, 2, 3], [0.9, 1.1])).toEqual([0, 20]);
  expect(stepsWithin([], [], [0, 1])).toBeNull();
});

test('the axis that most metrics count by comes first, time last', () => {
  expect(axesOf({ a: { axis: 'epoch' }, b: { axis: 'step' }, c: { axis: 'step' } })).toEqual([
    'step',
    'epoch',
    TIME
  ]);
  expect(axesOf({})).toEqual(['step', TIME]);
});
