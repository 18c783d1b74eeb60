import cases from '../../../tests/fixtures/metric_names.json';

import * as metrics from '../../src/runs/metrics';
import type { IMetricSummary } from '../../src/wire';

// The kernel's tests read the same cases: what a card shows first does not depend on who draws it.
test('which way is better is read from the name', () => {
  expect(cases.names.map(name => [name, metrics.direction(name)])).toEqual(cases.direction);
});

test('the same metric on other data is of one family', () => {
  expect(cases.names.map(name => [name, metrics.family(name)])).toEqual(cases.family);
});

test('the data it was measured on has a short name', () => {
  expect(cases.names.map(name => [name, metrics.shortName(name)])).toEqual(cases.short);
});

test('the most telling come first', () => {
  expect(metrics.inOrder(cases.names)).toEqual(cases.order);
});

test('key metrics are of different families', () => {
  const summaries = Object.fromEntries(cases.names.map(name => [name, null]));
  expect(metrics.keyNames(summaries, 8)).toEqual(cases.key);
});

test('a chart shows at most two of a family', () => {
  expect(metrics.groups(cases.names, 5)).toEqual(cases.groups);
});

const SUMMARY: IMetricSummary = {
  last: 0.5,
  step: 9,
  min: 0.2,
  min_step: 3,
  max: 0.9,
  max_step: 7,
  count: 10,
  axis: 'epoch',
  recent: []
};

test('the best is the highest or the lowest, as the name says', () => {
  expect(metrics.best('accuracy', SUMMARY)).toEqual({ value: 0.9, step: 7 });
  expect(metrics.best('loss', SUMMARY)).toEqual({ value: 0.2, step: 3 });
});

test('there is no best where the name says nothing, where there is one point, or no number', () => {
  expect(metrics.best('custom', SUMMARY)).toBeNull();
  expect(metrics.best('loss', { ...SUMMARY, count: 1 })).toBeNull();
  expect(metrics.best('loss', { ...SUMMARY, min: 'NaN' })).toBeNull();
});
