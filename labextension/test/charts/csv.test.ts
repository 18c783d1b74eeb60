import { csvOf } from '../../src/charts/csv';

test('what has a comma, a quote or a line end stands in quotes', () => {
  expect(csvOf([['a,b', 'say "hi"', 'x\ny', 1.5, null]])).toBe('"a,b","say ""hi""","x\ny",1.5,\r\n');
});

test('no text is a formula for a spreadsheet', () => {
  expect(csvOf([['=cmd()', '-2']])).toBe("'=cmd(),'-2\r\n");
  expect(csvOf([[-2]])).toBe('-2\r\n');
});
