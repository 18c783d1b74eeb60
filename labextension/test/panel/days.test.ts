import { dayOf, dayStarts } from '../../src/panel/days';
import { UNTRANSLATED } from '../../src/translation';

const at = (day: number, hour: number): number => new Date(2026, 10, day, hour).getTime() / 1000;
const NOW = at(24, 15);

test('days have names', () => {
  expect(dayOf(at(24, 0), NOW, UNTRANSLATED)).toBe('Today');
  expect(dayOf(at(23, 23), NOW, UNTRANSLATED)).toBe('Yesterday');
  expect(dayOf(at(22, 1), NOW, UNTRANSLATED)).toBe('2026-11-22');
});

test('the first row of each day is found, as far as rows are read', () => {
  const rows = new Map(
    [at(24, 9), at(24, 8), at(23, 20), at(20, 1), undefined, at(19, 1), at(19, 0)].map((created, place) => [
      place,
      created === undefined ? undefined : { created }
    ])
  );
  // Whether row 5 is the first of its day depends on the one before, which is not read.
  expect(dayStarts(7, place => rows.get(place))).toEqual([0, 2, 3]);
});
