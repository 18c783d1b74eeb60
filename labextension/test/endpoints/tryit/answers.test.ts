import { labelWords, scoreWords } from '../../../src/endpoints/tryit/answers';
import type { ITried } from '../../../src/wire';

const tried = (answers: Record<string, unknown>): ITried => ({ revision: 3, answers, milliseconds: 6 });

test('an answer is a label, and how sure the model is of it', () => {
  const answer = tried({ predict: [3], predict_proba: [[0.01, 0.086, 0.904]] });
  expect([labelWords(answer), scoreWords(answer)]).toEqual(['3', '0.904']);
});

test('a model that says no probability has no score', () => {
  expect(scoreWords(tried({ predict: ['setosa'] }))).toBe('');
});

test('several rows are told in a row, and many are cut', () => {
  expect(labelWords(tried({ predict: ['a', 'b'] }))).toBe('a, b');
  expect(labelWords(tried({ predict: [1, 2, 3, 4, 5, 6] }))).toBe('1, 2, 3, 4…');
});

test('answers of any shape are shown', () => {
  expect(labelWords(tried({ predict: [[0.25]] }))).toBe('0.250');
  expect(labelWords(tried({ predict: [[1, 2]] }))).toBe('[1,2]');
  expect(labelWords(tried({ predict: [null] }))).toBe('null');
  expect(labelWords(tried({ transform: ['x'] }))).toBe('x');
  expect(labelWords(tried({}))).toBe('–');
});
