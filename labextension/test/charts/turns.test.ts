import { inTurn, noMore } from '../../src/charts/turns';

const frame = async (): Promise<unknown> => new Promise(resolve => requestAnimationFrame(resolve));

test('what is asked for twice is done once, and what is taken back not at all', async () => {
  const done: string[] = [];
  const one = (): number => done.push('one');
  const other = (): number => done.push('other');
  inTurn(one);
  inTurn(other);
  inTurn(one);
  noMore(other);
  await frame();
  await frame();
  expect(done).toEqual(['one']);
});

test('what takes long leaves the rest for the next frame', async () => {
  const done: number[] = [];
  const slow = (): void => {
    const end = performance.now() + 15;
    while (performance.now() < end) {
      // It is at work.
    }
    done.push(1);
  };
  inTurn(slow);
  inTurn(() => done.push(2));
  await frame();
  expect(done).toEqual([1]);
  await frame();
  expect(done).toEqual([1, 2]);
});
