import { draftOf, fieldOf, registerOf } from '../../../src/models/form/draft';

const SOURCE = { kind: 'run', id: 'digits-1', name: 'digits' } as const;

test('the form begins with the name of what is registered', () => {
  const draft = draftOf(SOURCE);
  expect(registerOf(SOURCE, draft)).toEqual({
    run: 'digits-1',
    name: 'digits',
    value: '',
    alias: '',
    data: ''
  });
  expect(registerOf(SOURCE, { ...draft, alias: ' @champion ' }).alias).toBe('champion');
  expect(registerOf({ ...SOURCE, kind: 'sweep' }, draft)).toMatchObject({ sweep: 'digits-1' });
});

test.each([
  ["'latest' is no alias: it always means the highest version; try 'current'.", 'alias'],
  ["The run kept no value 'mdl' (it kept model); did you mean 'model'?", 'value'],
  ["The run digits-1 captured no table 'xx' (it has X_train).", 'data'],
  ["'a b' is not a name: it must start with a letter; try 'a-b'.", 'name'],
  ['The run digits-1 still goes.', '']
])('%s', (message, field) => {
  expect(fieldOf(message, draftOf(SOURCE))).toBe(field);
});
