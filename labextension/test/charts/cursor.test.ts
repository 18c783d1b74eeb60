import { Cursor } from '../../src/charts/cursor';

test('one cursor is heard by all, and only who has it can leave it', () => {
  const cursor = new Cursor();
  const heard: (number | null)[] = [];
  cursor.changed.connect(() => heard.push(cursor.x));
  const [one, other] = [{}, {}];
  cursor.point(3, one);
  cursor.point(3, one);
  cursor.leave(other);
  cursor.leave(one);
  expect(heard).toEqual([3, null]);
});
