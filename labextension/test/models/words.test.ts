import { idOf, namedBy } from '../../src/models/ids';
import {
  bestAt,
  deployLine,
  exportLines,
  loadLines,
  mainMetric,
  metricNames,
  roleWords,
  shapeWords,
  typeWord,
  variableOf
} from '../../src/models/words';
import { UNTRANSLATED } from '../../src/translation';
import { version } from './facts';

test.each([
  ['digits', { name: 'digits', version: 0 }],
  ['digits:3', { name: 'digits', version: 3 }],
  ['digits:x', { name: 'digits:x', version: 0 }]
])('%s names what it names', (id, named) => {
  expect(namedBy(id)).toEqual(named);
  expect(idOf(named.name, named.version)).toBe(id);
});

test('metrics that most versions have come first, scores before losses', () => {
  const rows = [
    version(3, { metrics: { loss: 0.1, accuracy: 0.9 } }),
    version(2, { metrics: { loss: 0.2, accuracy: 0.8 } }),
    version(1, { metrics: { f1: 1 } })
  ];
  expect(metricNames(rows)).toEqual(['accuracy', 'loss', 'f1']);
  expect(mainMetric(rows)).toBe('accuracy');
  expect(mainMetric([version(1)])).toBe('');
});

test('the best is the one that is better for the metric; nobody is where all have the same', () => {
  const rows = [version(2, { metrics: { loss: 0.1, x: 2 } }), version(1, { metrics: { loss: 0.2, x: 1 } })];
  expect([...bestAt(rows, 'loss')]).toEqual([2]);
  expect([...bestAt(rows, 'x')]).toEqual([]);
  const same = [version(2, { metrics: { loss: 0.1 } }), version(1, { metrics: { loss: 0.1 } })];
  expect([...bestAt(same, 'loss')]).toEqual([]);
  const odd = [version(2, { metrics: { loss: 'NaN' } }), version(1, { metrics: { loss: 0.1 } })];
  expect([...bestAt(odd, 'loss')]).toEqual([]);
});

test('where a version is served is said with its role', () => {
  const use = { endpoint: 'live', revision: 4, percent: 10 };
  expect(roleWords({ ...use, role: 'canary' }, UNTRANSLATED)).toBe('live, canary 10\u202f%');
  expect(roleWords({ ...use, role: 'kept' }, UNTRANSLATED)).toBe('live, kept for roll back');
});

test('types and shapes are those of tables', () => {
  expect(typeWord('FP64')).toBe('float64');
  expect(typeWord('BYTES')).toBe('text');
  expect(typeWord('UINT8')).toBe('uint8');
  expect(shapeWords({ shape: [] })).toBe('[n]');
  expect(shapeWords({ shape: [64, -1] })).toBe('[n, 64, ?]');
});

test('lines of code name the version', () => {
  expect(variableOf('digits-forest')).toBe('digits_forest_model');
  expect(variableOf('3d')).toBeNull();
  expect(loadLines('digits', 3)).toContain('digits = connect().models.version("digits:3").load()');
  expect(exportLines('digits', 3, 'mlflow')).toContain('.export("digits-v3-mlflow", server="mlflow")');
  expect(deployLine('digits', 3, 10)).toBe('%deploy digits:3 --canary 10');
});
