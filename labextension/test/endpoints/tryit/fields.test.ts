import {
  ALL,
  draftOf,
  inputsOf,
  isVector,
  jsonOf,
  pictureOf,
  pythonOf,
  rowOf,
  rowsOf
} from '../../../src/endpoints/tryit/fields';
import { signature } from '../facts';

const TABLE = signature(
  'table',
  { name: 'width', type: 'FP64' },
  { name: 'count', type: 'INT64' },
  { name: 'colour', type: 'BYTES' },
  { name: 'fresh', type: 'BOOL' },
  { name: 'age', type: 'FP64', optional: true }
);
const EXAMPLE = { width: 0.2, count: 3, colour: 'red', fresh: true, age: null };
const TENSOR = signature('tensor', { name: 'input', type: 'FP32', shape: [4] });
const PIXELS = signature(
  'table',
  ...Array.from({ length: 64 }, (_, at) => ({ name: `pixel_${at}`, type: 'FP64' }))
);

test('a table has a field a column, as its type is typed', () => {
  expect(inputsOf(TABLE).map(({ kind }) => kind)).toEqual(['number', 'number', 'text', 'boolean', 'number']);
  expect(inputsOf(TENSOR)[0]?.type).toBe('FP32[4]');
});

test('what an example fills in comes out again', () => {
  const draft = draftOf(TABLE, EXAMPLE);
  expect(draft).toEqual({ width: '0.2', count: '3', colour: 'red', fresh: 'true', age: '' });
  expect(rowOf(TABLE, draft)).toEqual({ row: EXAMPLE });
});

test.each([
  [{ width: 'wide' }, 'width', 'number'],
  [{ width: '' }, 'width', 'missing'],
  [{ count: '2.5' }, 'count', 'whole']
])('%p is wrong at its field', (changes, field, why) => {
  expect(rowOf(TABLE, { ...draftOf(TABLE, EXAMPLE), ...changes })).toEqual({ field, why });
});

test('text may be empty, unless it may be missing', () => {
  expect(rowOf(signature('table', { name: 'a', type: 'BYTES' }), { a: '' })).toEqual({ row: { a: '' } });
  const optional = signature('table', { name: 'a', type: 'BYTES', optional: true });
  expect(rowOf(optional, { a: '' })).toEqual({ row: { a: null } });
});

test('a tensor is typed as JSON, and its row is the tensor', () => {
  expect(draftOf(TENSOR, [0, 1.5, 2, 3])).toEqual({ input: '[0, 1.5, 2, 3]' });
  expect(draftOf(TENSOR, { input: [1, 2, 3, 4] })).toEqual({ input: '[1, 2, 3, 4]' });
  expect(rowOf(TENSOR, { input: '[0, 1]' })).toEqual({ row: [0, 1] });
  expect(rowOf(TENSOR, { input: '[0, 1' })).toEqual({ field: 'input', why: 'json' });
});

test('several tensors are a row by their names', () => {
  const two = signature(
    'tensor',
    { name: 'a', type: 'FP32', shape: [2] },
    { name: 'b', type: 'FP32', shape: [1] }
  );
  expect(rowOf(two, draftOf(two, { a: [1, 2], b: [3] }))).toEqual({ row: { a: [1, 2], b: [3] } });
});

test('many numbers share one field, in order', () => {
  expect([isVector(PIXELS), isVector(TABLE)]).toEqual([true, false]);
  const example = Object.fromEntries(PIXELS.inputs.map(({ name }, at) => [name, at]));
  const draft = draftOf(PIXELS, example);
  expect(draft[ALL]).toMatch(/^0, 1, 2, /);
  expect(rowOf(PIXELS, draft)).toEqual({ row: example });
  expect(rowOf(PIXELS, { [ALL]: `[${(draft[ALL] ?? '').replaceAll(',', '')}]` })).toEqual({ row: example });
  expect(rowOf(PIXELS, { [ALL]: '1, 2' })).toEqual({ field: ALL, why: 'missing' });
  expect(rowOf(PIXELS, { [ALL]: (draft[ALL] ?? '').replace('5', 'x') })).toEqual({
    field: ALL,
    why: 'number'
  });
});

test('JSON is rows, one row, or what V1 clients send', () => {
  expect(rowsOf('[{"a": 1}, {"a": 2}]')).toEqual([{ a: 1 }, { a: 2 }]);
  expect(rowsOf('{"a": 1}')).toEqual([{ a: 1 }]);
  expect(rowsOf('[1, 2]')).toEqual([[1, 2]]);
  expect(rowsOf('{"instances": [[1], [2]]}')).toEqual([[1], [2]]);
  expect(rowsOf('[1,')).toBeNull();
  expect(rowsOf(jsonOf([{ a: 1, b: 'x' }]))).toEqual([{ a: 1, b: 'x' }]);
});

test('a line of Python is written as Python writes it', () => {
  expect(pythonOf([{ a: true, b: null, c: 'it’s "so"', d: [1.5, false] }])).toBe(
    String.raw`[{"a": True, "b": None, "c": "it’s \"so\"", "d": [1.5, False]}]`
  );
});

test('a square of numbers is a picture, anything else is none', () => {
  const square = Array.from({ length: 16 }, (_, at) => at);
  expect(pictureOf(square)?.[15]).toBe(1);
  expect(pictureOf([square.slice(0, 8), square.slice(8)])).toHaveLength(16);
  expect(pictureOf(Object.fromEntries(square.map(at => [`p${at}`, at])))).toHaveLength(16);
  expect(pictureOf(square.slice(1))).toBeNull();
  expect(pictureOf(square.map(at => -at))).toBeNull();
  expect(pictureOf({ a: square, name: 'x' })).toBeNull();
  expect(pictureOf(square.map(() => 0))).toBeNull();
});
