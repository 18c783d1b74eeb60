import { shownLines, stretches } from '../../src/compare/diff/code';
import { countsOf, groupsOf, metricRows, partsOf, sameWords } from '../../src/compare/diff/rows';
import { UNTRANSLATED } from '../../src/translation';
import { complete } from '../../src/wire';
import { rowOf } from './server';

const FOUND = complete('Differences', {
  a: rowOf('x-1', { params: { lr: 0.008, batch: 64, only: 1 } }),
  b: rowOf('y-2', { params: { lr: 0.01, batch: 64 } }),
  parameters: [
    { name: 'lr', a: 0.008, b: 0.01, delta: 0.002 },
    { name: 'only', a: 1 }
  ],
  environment: [{ name: 'torch', a: '2.9.0', b: '2.8.0' }],
  metrics: [
    { name: 'val_acc', a: 0.978, b: 0.969, delta: -0.009 },
    { name: 'loss', a: 0.1, b: 0.2, delta: 0.1 },
    { name: 'f1', a: 0.9, b: 0.9, delta: 0 }
  ],
  code: [
    {
      name: 'cell',
      lines: [
        { op: 'same', text: 'one', a: 1, b: 1 },
        { op: 'removed', text: 'opt = SGD(lr)', a: 2, spans: [[6, 9]] },
        { op: 'added', text: 'opt = AdamW(lr)', b: 2, spans: [[6, 11]] },
        { op: 'added', text: 'augment()', b: 3 }
      ]
    }
  ],
  same: { parameters: 7, packages: 213 }
});

describe('what differs', () => {
  it('is counted by its tab', () => {
    expect(countsOf(FOUND)).toEqual({ all: 4, parameters: 2, code: 2, environment: 1, data: 0 });
  });

  it('says which side has something that the other lacks, and by how much numbers differ', () => {
    const [group] = groupsOf(FOUND, 'parameters', true, UNTRANSLATED);
    expect(group?.rows.map(({ name, note }) => [name, note])).toEqual([
      ['lr', '+0.002'],
      ['only', 'only in A']
    ]);
    expect(group?.rows[1]?.b).toEqual([]);
  });

  it('is told with what is the same where that is asked for', () => {
    const [group] = groupsOf(FOUND, 'parameters', false, UNTRANSLATED);
    expect(group?.rows.filter(row => row.isSame).map(row => row.name)).toEqual(['batch']);
    expect(sameWords(FOUND, UNTRANSLATED)).toBe('7 parameters, 213 packages');
  });

  it('knows which metric is better on which side', () => {
    const rows = metricRows(FOUND, false, UNTRANSLATED);
    expect(rows.map(({ name, better, note }) => [name, better, note])).toEqual([
      ['val_acc', 'a', '+0.009 for A'],
      ['loss', 'a', '\u22120.1 for A'],
      ['f1', '', '']
    ]);
    expect(metricRows(FOUND, true, UNTRANSLATED)).toHaveLength(2);
  });

  it('marks the part of a text that differs', () => {
    expect(partsOf('2.9.0', '2.8.0')[0]).toEqual([
      { text: '2.', isChanged: false },
      { text: '9', isChanged: true },
      { text: '.0', isChanged: false }
    ]);
    expect(partsOf('same', 'same')[1]).toEqual([{ text: 'same', isChanged: false }]);
    expect(partsOf('', 'new')).toEqual([[], [{ text: 'new', isChanged: true }]]);
  });
});

describe('lines of code', () => {
  it('are shown around changes, and what lies between is counted', () => {
    const same = Array.from({ length: 20 }, (_, at) => ({
      op: 'same' as const,
      text: `${at}`,
      a: at,
      b: at,
      spans: []
    }));
    const lines = [...same, { op: 'added' as const, text: 'new', a: 0, b: 21, spans: [] }];
    const shown = shownLines(lines, false);
    expect(shown[0]).toEqual({ kind: 'gap', count: 17, at: 17 });
    expect(shown).toHaveLength(5);
    expect(shownLines(lines, true)).toHaveLength(21);
  });

  it('are cut by characters as Python counts them', () => {
    expect(stretches({ text: '𝛼 = SGD(lr)', spans: [[4, 7]] })).toEqual([
      { text: '𝛼 = ', isChanged: false },
      { text: 'SGD', isChanged: true },
      { text: '(lr)', isChanged: false }
    ]);
  });
});
