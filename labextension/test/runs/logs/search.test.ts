import { LogSearch, MOST_HITS, placesOf } from '../../../src/runs/logs/search';
import { ServedLog } from './server';

function searchIn(log: ServedLog): LogSearch {
  return new LogSearch((text, isCased, offset, limit) => log.search({ text, case: isCased, offset, limit }));
}

describe('a search', () => {
  it('counts all, and goes round', async () => {
    const log = new ServedLog('a cat\nno\na cat and a cat\nno\n');
    const search = searchIn(log);
    await search.start('cat', false);
    expect([search.count, search.isComplete]).toEqual([3, true]);
    expect(await search.next(0)).toEqual({ offset: 2, line: 0 });
    expect(search.place).toBe(1);
    await search.next(0);
    await search.next(0);
    expect([search.place, search.placeInLine]).toEqual([3, 1]);
    await search.next(0);
    expect(search.place).toBe(1);
    await search.previous(0);
    expect(search.place).toBe(3);
    await search.previous(0);
    expect([search.place, search.placeInLine]).toEqual([2, 0]);
  });

  it('shows what is near: the first from there on, or else the last before', async () => {
    const log = new ServedLog('cat\nno\ncat\nno\n');
    const search = searchIn(log);
    await search.start('cat', false);
    expect((await search.near(2))?.offset).toBe(7);
    expect((await search.near(9))?.offset).toBe(7);
    expect(await search.near(0)).toEqual({ offset: 0, line: 0 });
  });

  it('finds nothing where nothing is', async () => {
    const search = searchIn(new ServedLog('nothing\n'));
    await search.start('cat', false);
    expect(await search.next(0)).toBeNull();
    expect(await search.previous(0)).toBeNull();
    expect([search.count, search.place]).toEqual([0, 0]);
  });

  it('goes on where it stopped when more was printed', async () => {
    const log = new ServedLog('cat\n');
    const search = searchIn(log);
    await search.start('cat', false);
    log.print('another cat\n');
    await search.goOn();
    expect(search.count).toBe(2);
  });

  it('moves also where there are more matches than are counted', async () => {
    const log = new ServedLog('cat\n'.repeat(MOST_HITS + 9000));
    const search = searchIn(log);
    await search.start('cat', false);
    expect([search.count, search.isComplete]).toEqual([MOST_HITS, false]);
    const last = log.size - 4;
    expect((await search.near(last))?.offset).toBe(last);
    expect(search.place).toBe(0);
    expect((await search.previous(0))?.offset).toBe(last - 4);
    expect((await search.next(0))?.offset).toBe(last);
    expect((await search.next(0))?.offset).toBe(0);
    expect((await search.previous(0))?.offset).toBe(last);
  });

  it('forgets what was asked before', async () => {
    const search = searchIn(new ServedLog('cat dog\n'));
    const first = search.start('cat', false);
    const second = search.start('dog', false);
    await Promise.all([first, second]);
    expect(search.text).toBe('dog');
    expect((await search.next(0))?.offset).toBe(4);
    await search.start('', false);
    expect(search.count).toBe(0);
  });

  it('says why it failed', async () => {
    const search = new LogSearch(() => Promise.reject(new Error('The log is gone.')));
    await search.start('cat', false);
    expect([search.problem, search.isBusy]).toEqual(['The log is gone.', false]);
  });
});

describe('places in a line', () => {
  it('are found as the server finds them', () => {
    expect(placesOf('Cat cat CAT', 'cat', false)).toEqual([0, 4, 8]);
    expect(placesOf('Cat cat CAT', 'cat', true)).toEqual([4]);
    expect(placesOf('aaaa', 'aa', true)).toEqual([0, 2]);
    // Other letters than those of ASCII keep their case, and their place.
    expect(placesOf('İé É', 'é', false)).toEqual([1]);
    expect(placesOf('x', '', false)).toEqual([]);
  });
});
