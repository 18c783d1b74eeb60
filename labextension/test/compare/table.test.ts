import { isShown, shownColumns } from '../../src/compare/chosen';
import { Colours, outstanding } from '../../src/compare/colours';
import { conditionWords, filterOf } from '../../src/compare/filter';
import { Marks } from '../../src/compare/marks';
import { firstSort, grouped, nextSort, sorted } from '../../src/compare/order';
import { argsOf, codeOf, keyOf, questionOf } from '../../src/compare/question';
import { meaningOf } from '../../src/compare/table/keys';
import { bestOf, parameterWords, PLAIN, valueOf, wordsOf } from '../../src/compare/values';
import { UNTRANSLATED } from '../../src/translation';
import { complete } from '../../src/wire';
import type { ICompared, IComparedColumn } from '../../src/wire';
import { comparisonOf } from './server';

const COMPARISON = complete('Comparison', comparisonOf());
const { runs: RUNS, columns: COLUMNS } = COMPARISON;

function column(key: string): IComparedColumn {
  const found = COLUMNS.find(each => each.key === key);
  if (found === undefined) {
    throw new Error(`There is no column ${key}.`);
  }
  return found;
}

const names = (runs: readonly ICompared[]): string[] => runs.map(({ row }) => row.id);
const filtered = (text: string): string[] =>
  names(RUNS.filter(filterOf(text, COLUMNS, PLAIN, UNTRANSLATED).fits));
const complained = (text: string): string => filterOf(text, COLUMNS, PLAIN, UNTRANSLATED).problem;

describe('a value', () => {
  it('is what the run has, and words say it as people write it', () => {
    const [first, , last] = RUNS;
    if (first === undefined || last === undefined) {
      throw new Error('There are no runs.');
    }
    expect(valueOf(first, column('parameter:lr'))).toBe(0.01);
    expect(valueOf(last, column('parameter:amp'))).toBeNull();
    expect(valueOf(last, column('metric:accuracy'))).toBeNaN();
    expect(valueOf(last, column('fact:duration'))).toBeNull();
    expect(wordsOf(60, column('fact:duration'), UNTRANSLATED)).toBe('1\u202fmin');
    expect(wordsOf(null, column('parameter:amp'), UNTRANSLATED)).toBe('');
    expect(wordsOf(NaN, column('metric:accuracy'), UNTRANSLATED)).toBe('nan');
  });

  it('of a parameter keeps the digits that were typed', () => {
    expect([0.008, 128, 85760, 1e-5, -2, true, 'adamw'].map(parameterWords)).toEqual([
      '0.008',
      '128',
      '85\u202f760',
      '0.00001',
      '\u22122',
      'True',
      'adamw'
    ]);
  });

  it('of a metric is the best there was where that is asked for', () => {
    const [first] = RUNS;
    if (first === undefined) {
      throw new Error('There are no runs.');
    }
    const best = { shown: { kind: 'best' } as const, steps: new Map() };
    expect(valueOf(first, column('metric:accuracy'), best)).toBe(1);
    expect(valueOf(first, column('metric:loss'), best)).toBe(0);
    // All have the same best: nobody is better.
    expect(bestOf(column('metric:accuracy'), RUNS, best).size).toBe(0);
  });

  it('of a metric at a step is what was read of it', () => {
    const steps = new Map([['accuracy', { 'digits-1': 0.4, 'wide-2': 0.3 }]]);
    const wanted = { shown: { kind: 'step', step: 3 } as const, steps };
    expect(RUNS.map(run => valueOf(run, column('metric:accuracy'), wanted))).toEqual([0.4, 0.3, null]);
    expect([...bestOf(column('metric:accuracy'), RUNS, wanted)]).toEqual(['digits-1']);
  });
});

describe('the order', () => {
  it('begins with the best, and what has no value comes last either way', () => {
    expect(firstSort(COMPARISON)).toEqual({ key: 'metric:accuracy', isDescending: true });
    const by = (run: ICompared): ReturnType<typeof valueOf> => valueOf(run, column('metric:accuracy'));
    expect(names(sorted(RUNS, by, true))).toEqual(['wide-2', 'digits-1', 'digits-3']);
    expect(names(sorted(RUNS, by, false))).toEqual(['digits-1', 'wide-2', 'digits-3']);
  });

  it('begins with what is better when a column is pressed, and turns when it is pressed again', () => {
    const loss = nextSort(null, 'metric:loss', column('metric:loss'));
    expect(loss.isDescending).toBe(false);
    expect(nextSort(loss, 'metric:loss', column('metric:loss')).isDescending).toBe(true);
    expect(nextSort(loss, 'metric:accuracy', column('metric:accuracy')).isDescending).toBe(true);
    expect(nextSort(loss, 'parameter:lr', column('parameter:lr')).isDescending).toBe(false);
  });

  it('is kept within groups, and a folded group shows its head', () => {
    const by = (run: ICompared): ReturnType<typeof valueOf> => valueOf(run, column('parameter:opt'));
    const items = grouped(RUNS, by, new Set(['adamw']));
    expect(
      items.map(item => (item.kind === 'group' ? `${item.words} ${item.count}` : item.run.row.id))
    ).toEqual(['sgd 2', 'digits-1', 'digits-3', 'adamw 1']);
  });
});

describe('the filter', () => {
  it('understands conditions as the command line does', () => {
    expect(filtered('lr > 0.005')).toEqual(['digits-1', 'wide-2']);
    expect(filtered('lr>0.005 opt=sgd')).toEqual(['digits-1']);
    expect(filtered('lr > 0.005, opt = adamw')).toEqual(['wide-2']);
    expect(filtered('accuracy >= 0.9 and loss < 0.2')).toEqual(['wide-2']);
    expect(filtered('state = running')).toEqual(['digits-3']);
    expect(filtered('amp = true')).toEqual(['digits-1']);
    expect(filtered('amp != true')).toEqual(['wide-2', 'digits-3']);
    expect(filtered('opt ~ ADA')).toEqual(['wide-2']);
    expect(filtered('wide')).toEqual(['wide-2']);
    expect(filtered('')).toHaveLength(3);
  });

  it('never keeps what is missing or no number, except by what it is not', () => {
    expect(filtered('loss < 100')).toEqual(['digits-1', 'wide-2']);
    expect(filtered('accuracy < 100')).toEqual(['digits-1', 'wide-2']);
  });

  it('says in one sentence what makes no sense, and then keeps all', () => {
    expect(complained('lr > many')).toBe('“many” is no number; write it as in: lr > 0.5');
    expect(complained('depth > 3')).toBe('No column is called “depth”.');
    expect(complained('lr >')).toContain('is not a condition');
    expect(filtered('depth > 3')).toHaveLength(3);
  });

  it('can be written for any column', () => {
    const spaced = { ...column('parameter:lr'), name: 'data train' };
    const text = conditionWords(spaced, '=', '"v3"');
    expect(text).toBe('"data train" = "v3"');
    expect(filterOf(text, [spaced], PLAIN, UNTRANSLATED).problem).toBe('');
  });
});

describe('columns', () => {
  it('are those that vary, all metrics, and what always says something', () => {
    expect(shownColumns(COLUMNS, new Map()).map(({ key }) => key)).toEqual([
      'fact:state',
      'parameter:lr',
      'parameter:opt',
      'parameter:amp',
      'metric:accuracy',
      'metric:loss',
      'fact:duration'
    ]);
  });

  it('are as they were chosen', () => {
    const choices = new Map([
      ['fact:kind', true],
      ['metric:loss', false]
    ]);
    expect(isShown(column('fact:kind'), choices)).toBe(true);
    expect(isShown(column('metric:loss'), choices)).toBe(false);
  });
});

describe('marks', () => {
  it('set the first two of the order against each other, once', () => {
    const marks = new Marks();
    marks.settle(['x', 'y', 'z']);
    expect([marks.a, marks.b]).toEqual(['x', 'y']);
    marks.settle(['z', 'y', 'x']);
    expect([marks.a, marks.b]).toEqual(['x', 'y']);
  });

  it('forget what is not there any more', () => {
    const marks = new Marks();
    marks.settle(['x', 'y', 'z']);
    marks.select(['y', 'z'], false);
    marks.toggleHidden(['y']);
    marks.settle(['x', 'z']);
    expect([marks.a, marks.b]).toEqual(['x', '']);
    expect([...marks.selected]).toEqual(['z']);
    expect(marks.hidden.size).toBe(0);
  });

  it('let two runs change places rather than be the same', () => {
    const marks = new Marks();
    marks.settle(['x', 'y', 'z']);
    marks.set('a', 'y');
    expect([marks.a, marks.b]).toEqual(['y', 'x']);
    marks.set('a', 'y');
    expect([marks.a, marks.b]).toEqual(['', 'x']);
    marks.set('a', 'z');
    marks.swap();
    expect([marks.a, marks.b]).toEqual(['x', 'z']);
  });

  it('select one, more, and one less', () => {
    const marks = new Marks();
    marks.select(['x'], false);
    marks.select(['y', 'z'], true);
    marks.select(['y'], true);
    expect([...marks.selected]).toEqual(['x', 'z']);
    marks.select([], false);
    expect(marks.selected.size).toBe(0);
  });
});

describe('colours', () => {
  it('stay with a run while it stands out', () => {
    const colours = new Colours();
    expect([...colours.of(['x', 'y'])]).toEqual([
      ['x', 1],
      ['y', 2]
    ]);
    expect(Object.fromEntries(colours.of(['z', 'y']))).toEqual({ z: 1, y: 2 });
  });

  it('are for few: of many only those that are marked stand out', () => {
    const many = Array.from({ length: 20 }, (_, at) => `run-${at}`);
    expect(outstanding(many.slice(0, 8), '', '', new Set())).toHaveLength(8);
    expect(outstanding(many, '', '', new Set())).toEqual(['run-0']);
    expect(outstanding(many, 'run-3', 'run-4', new Set(['run-3', 'run-9']))).toEqual([
      'run-3',
      'run-4',
      'run-9'
    ]);
    expect(new Colours().of(many).size).toBe(8);
  });
});

describe('a question', () => {
  it('is the same however its runs are ordered, and comes back from its arguments', () => {
    const question = questionOf({ runs: ['b', 'a', 'b', 3], name: '' });
    expect(question).toEqual({ runs: ['b', 'a'] });
    expect(keyOf(question)).toBe(keyOf({ runs: ['a', 'b'] }));
    expect(questionOf(argsOf(question))).toEqual(question);
    expect(questionOf({ run: ['a'] })).toEqual({ runs: ['a'] });
  });

  it('has a line of Python that runs as it is', () => {
    expect(codeOf({ name: 'digits', where: 'lr > 0.01' })).toBe(
      'from jupyter_mlops import connect; connect().compare("digits", where="lr > 0.01").table'
    );
  });
});

describe('keys of the table', () => {
  const press = (key: string, more: object = {}): object => ({
    key,
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    ...more
  });
  const mean = (key: string, more: object = {}): unknown =>
    meaningOf(press(key, more) as KeyboardEvent, { row: 0, column: 1 }, 10, 5, 4);

  it('go from cell to cell, up into the head and no further', () => {
    expect(mean('ArrowUp')).toEqual({ kind: 'go', to: { row: -1, column: 1 } });
    expect(mean('PageDown')).toEqual({ kind: 'go', to: { row: 4, column: 1 } });
    expect(mean('End', { ctrlKey: true })).toEqual({ kind: 'go', to: { row: 9, column: 4 } });
    expect(meaningOf(press('ArrowUp') as KeyboardEvent, { row: -1, column: 1 }, 10, 5, 4)).toEqual({
      kind: 'go',
      to: { row: -1, column: 1 }
    });
    expect(mean('ArrowDown', { shiftKey: true })).toEqual({ kind: 'extend', to: { row: 1, column: 1 } });
  });

  it('mark, select, open and sort', () => {
    expect(mean('A', { shiftKey: true })).toEqual({ kind: 'mark', side: 'a' });
    expect(mean('b')).toEqual({ kind: 'mark', side: 'b' });
    expect(mean(' ')).toEqual({ kind: 'select' });
    expect(mean('Enter')).toEqual({ kind: 'open' });
    expect(mean('s')).toEqual({ kind: 'sort' });
    expect(mean('a', { ctrlKey: true })).toEqual({ kind: 'all' });
    expect(mean('s', { ctrlKey: true })).toBeNull();
    expect(mean('b', { altKey: true })).toBeNull();
  });
});
