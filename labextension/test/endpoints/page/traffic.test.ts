import { percentAfter, percentAt } from '../../../src/endpoints/page/traffic';

const BAR = { left: 100, width: 400 };

test('the canary is at the right end of the bar, and never beyond an end of it', () => {
  expect([500, 460, 300, 100].map(x => percentAt(x, BAR))).toEqual([0, 10, 50, 100]);
  expect([900, -50].map(x => percentAt(x, BAR))).toEqual([0, 100]);
  expect(percentAt(10, { left: 0, width: 0 })).toBe(0);
});

test('keys move by one and by ten, within limits', () => {
  expect(percentAfter('ArrowRight', 10)).toBe(11);
  expect(percentAfter('ArrowDown', 0)).toBe(0);
  expect(percentAfter('PageUp', 95)).toBe(100);
  expect(percentAfter('PageDown', 25)).toBe(15);
  expect([percentAfter('Home', 50), percentAfter('End', 50)]).toEqual([0, 100]);
  expect(percentAfter('a', 50)).toBeNull();
});
