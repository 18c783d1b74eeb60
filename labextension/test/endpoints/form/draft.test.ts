import { deployOf, draftOf, fieldOf } from '../../../src/endpoints/form/draft';

const draft = draftOf({ model: 'digits', version: '', endpoint: '' });

test('a version replaces what is stable, unless it is deployed beside it', () => {
  expect(draft.way).toBe('replace');
  expect(draftOf({ model: 'digits', version: '4', endpoint: 'digits' }).way).toBe('canary');
});

test('a version is named by number, by alias, or left to the server', () => {
  const named = (version: string): unknown => {
    const asked = deployOf({ ...draft, version });
    return 'deploy' in asked ? asked.deploy.model : asked;
  };
  expect(['', '4', '@champion'].map(named)).toEqual(['digits', 'digits:4', 'digits@champion']);
});

test('what is left out is left out', () => {
  expect(deployOf(draft)).toEqual({
    deploy: {
      model: 'digits',
      endpoint: '',
      replicas: '',
      canary: null,
      shadow: false,
      cpus: null,
      memory: '',
      gpus: null,
      port: null,
      promote_if: '',
      rollback_if: ''
    }
  });
});

test('a canary has a share, a shadow has none', () => {
  const of = (changes: object): unknown => {
    const asked = deployOf({ ...draft, ...changes });
    return 'deploy' in asked ? [asked.deploy.canary, asked.deploy.shadow] : asked;
  };
  expect(of({ way: 'canary', percent: '25' })).toEqual([25, false]);
  expect(of({ way: 'shadow', percent: '25' })).toEqual([null, true]);
  for (const percent of ['0', '100', '101', '2.5', 'ten', '']) {
    expect(of({ way: 'canary', percent })).toEqual({ field: 'percent', why: 'percent' });
  }
});

test('without a model nothing is asked', () => {
  expect(deployOf({ ...draft, model: ' ' })).toEqual({ field: 'model', why: 'model' });
  expect(deployOf({ ...draft, cpus: 'two' })).toEqual({ field: 'cpus', why: 'cpus' });
});

test.each([
  ['A replica count is 1 to 64; this is none: `many`.', 'replicas'],
  ['digits has no version 9; the latest is 4.', 'version'],
  ['A canary needs a stable revision; deploy without --canary first.', 'percent'],
  ["'5x' is no memory; write 500MB.", 'memory'],
  ['Something else.', '']
])('%s is about a field', (message, field) => {
  expect(fieldOf(message)).toBe(field);
});
