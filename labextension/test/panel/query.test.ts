import { ALL, choiceFrom, conditionsOf, isAll, queryOf } from '../../src/panel/query';

test.each([
  ['', ''],
  ['  dig ', 'name ~ dig'],
  ['dig lr>0.01', 'name ~ dig lr>0.01'],
  ['lr > 0.01, tag = best', 'lr > 0.01 tag = best'],
  ['dig and failed', 'name ~ dig failed'],
  ['note ~ "two words"', 'note ~ "two words"'],
  ['digits-20261124-063012-7f3k', 'id = digits-20261124-063012-7f3k'],
  // What means nothing is for the server to refuse.
  ['lr=1 > 3', 'lr=1 > 3'],
  ['"a', '"a']
])('what is typed as %p asks for %p', (text, where) => {
  expect(conditionsOf(text)).toBe(where);
});

test('what is not chosen is not asked for', () => {
  expect(queryOf(ALL)).toEqual({ where: '' });
  expect(isAll({ ...ALL, text: '  ' })).toBe(true);
});

test('a state and the archive are asked for besides', () => {
  const choice = { text: 'a', state: 'failed', archived: true } as const;
  expect(queryOf(choice)).toEqual({ where: 'name ~ a', state: ['failed'], archived: 'only' });
  expect(isAll(choice)).toBe(false);
});

test('a choice that was written down is believed as far as it makes sense', () => {
  const choice = { text: 'a', state: 'failed', archived: true } as const;
  expect(choiceFrom(JSON.parse(JSON.stringify(choice)))).toEqual(choice);
  expect(choiceFrom({ text: 1, state: 'gone', archived: 'yes' })).toEqual(ALL);
  expect(choiceFrom(undefined)).toEqual(ALL);
});
