import { draftOf, fieldOf, suggestion, tuneOf } from '../../../src/sweeps/form/draft';

const draft = { ...draftOf(['loss', 'accuracy', 'lr']), space: { lr: '0.001..0.1:log', depth: '  ' } };

test('the form opens with the metric that says most', () => {
  expect(draftOf(['train_loss', 'accuracy', 'lr']).objective).toBe('accuracy');
  expect(draftOf(['steps']).objective).toBe('');
});

test('a value suggests what to search around it', () => {
  const suggested = (name: string, value: number | string | boolean): string => suggestion(name, value);
  expect(suggested('lr', 0.01)).toBe('0.001..0.1:log');
  expect(suggested('depth', 4)).toBe('2..8');
  expect(suggested('batch', 1)).toBe('1..2');
  expect(suggested('dropout', 0.1)).toBe('0.0..0.5');
  expect(suggested('scale', 1.5)).toBe('0.75..3');
  expect(suggested('offset', -4)).toBe('-8..-2');
  expect(suggested('bias', true)).toBe('True|False');
  expect(suggested('opt', 'adam')).toBe('');
});

test('what is asked holds only what is searched, and numbers as numbers', () => {
  const asked = tuneOf('r-1', { ...draft, trials: ' 30 ', seed: '7', stopAt: '0.95' });
  expect(asked).toEqual({
    tune: {
      run: 'r-1',
      space: { lr: '0.001..0.1:log' },
      objective: 'accuracy',
      direction: '',
      name: '',
      algorithm: 'tpe',
      prune: 'none',
      trials: 30,
      parallel: null,
      seed: 7,
      stop_at: 0.95,
      timeout: ''
    }
  });
});

test('what cannot be asked says where and why', () => {
  expect(tuneOf('r-1', { ...draft, space: {} })).toEqual({ field: '', why: 'space' });
  expect(tuneOf('r-1', { ...draft, objective: ' ' })).toEqual({ field: 'objective', why: 'objective' });
  expect(tuneOf('r-1', { ...draft, trials: 'many' })).toEqual({ field: 'trials', why: 'whole' });
  expect(tuneOf('r-1', { ...draft, parallel: '1.5' })).toEqual({ field: 'parallel', why: 'whole' });
  expect(tuneOf('r-1', { ...draft, stopAt: 'x' })).toEqual({ field: 'stopAt', why: 'number' });
});

test('a refusal stands at the field that it is about', () => {
  const at = (message: string): string => fieldOf(message, draft);
  expect(at("The range of 'lr' starts above its end; write 1..2.\n    lr=2..1\n       ^^^^")).toBe(
    'space:lr'
  );
  expect(at("The name 'speed' does not say which way is better; write speed:maximize.")).toBe('objective');
  expect(at("There is no algorithm 'tpee'; did you mean tpe?")).toBe('algorithm');
  expect(at('Pruning needs one objective; leave --prune out.')).toBe('objective');
  expect(at('The disk is full.')).toBe('');
});
