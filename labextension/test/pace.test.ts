import { Pace } from '../src/pace';
import { settled, TestClock } from './clock';

test('what is asked for is done at once', async () => {
  let done = 0;
  const pace = new Pace(
    async () => {
      done++;
    },
    250,
    new TestClock()
  );
  pace.ask();
  await settled();
  expect(done).toBe(1);
});

test('asked a hundred times in a second, it works four times', async () => {
  let done = 0;
  const clock = new TestClock();
  const pace = new Pace(
    async () => {
      done++;
    },
    250,
    clock
  );
  for (let at = 0; at < 99; at++) {
    pace.ask();
    await clock.pass(10);
  }
  expect(done).toBe(4);
});

test('the last question is answered, however early it comes', async () => {
  let done = 0;
  const clock = new TestClock();
  const pace = new Pace(
    async () => {
      done++;
    },
    250,
    clock
  );
  pace.ask();
  await clock.pass(1);
  pace.ask();
  await clock.pass(1000);
  expect(done).toBe(2);
});

test('two never work at once, and what comes meanwhile is done once more', async () => {
  const clock = new TestClock();
  let running = 0;
  let most = 0;
  let done = 0;
  const pace = new Pace(
    async () => {
      most = Math.max(most, ++running);
      await new Promise<void>(resolve => clock.after(100, resolve));
      running--;
      done++;
    },
    250,
    clock
  );
  pace.ask();
  await clock.pass(10);
  pace.ask();
  pace.ask();
  await clock.pass(2000);
  expect([most, done]).toEqual([1, 2]);
});

test('work that takes long is a quarter of the time at most', async () => {
  const clock = new TestClock();
  let done = 0;
  const work = async (): Promise<void> => {
    await new Promise<void>(resolve => clock.after(1000, resolve));
    done++;
  };
  const pace = new Pace(work, 250, clock);
  for (let at = 0; at < 80; at++) {
    pace.ask();
    await clock.pass(100);
  }
  expect(done).toBe(2);
});

test('work that fails is not the last', async () => {
  const clock = new TestClock();
  let done = 0;
  const pace = new Pace(
    async () => {
      done++;
      throw new Error('no');
    },
    250,
    clock
  );
  await expect(pace.now()).rejects.toThrow('no');
  await clock.pass(1000);
  await expect(pace.now()).rejects.toThrow('no');
  expect(done).toBe(2);
});

test('when disposed it does nothing', async () => {
  const clock = new TestClock();
  let done = 0;
  const pace = new Pace(
    async () => {
      done++;
    },
    250,
    clock
  );
  pace.dispose();
  pace.ask();
  await clock.pass(1000);
  expect(done).toBe(0);
});
