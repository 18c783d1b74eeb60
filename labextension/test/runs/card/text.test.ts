import { oneLine, pieces, plain, said } from '../../../src/runs/card/text';

test('terminal sequences and what turns text around are taken out', () => {
  expect(plain('\u001b]0;title\u0007a\u001b[31mb\u001b[0m\u202ec\u0000')).toBe('abc');
  expect(oneLine('  a\n\t b  ')).toBe('a b');
  expect(oneLine('abcdef', 4)).toBe('abc…');
});

test('colours become classes', () => {
  expect(
    pieces('a\u001b[1;31mb\u001b[22mc\u001b[39md\u001b[38;5;46me\u001b[38;2;0;0;250mf\u001b[90mg\u001b[0mh')
  ).toEqual([
    { text: 'a', paint: '' },
    { text: 'b', paint: 'jm-ansi-red jm-ansi-bold' },
    { text: 'c', paint: 'jm-ansi-red' },
    { text: 'd', paint: '' },
    { text: 'e', paint: 'jm-ansi-green' },
    { text: 'f', paint: 'jm-ansi-blue' },
    { text: 'g', paint: 'jm-ansi-gray' },
    { text: 'h', paint: '' }
  ]);
});

test('a long line ends in an ellipsis', () => {
  expect(pieces('\u001b[31mabcdef', 4)).toEqual([{ text: 'abc…', paint: 'jm-ansi-red' }]);
});

test('a reason becomes a sentence, and a file keeps its spelling', () => {
  expect(said('2 of 2 slots are taken')).toBe('2 of 2 slots are taken.');
  expect(said('it waits')).toBe('It waits.');
  expect(said('spec.json is empty')).toBe('spec.json is empty.');
});
