import { CHUNK, readChunk, readTail, tailOf } from '../../../src/runs/logs/chunks';
import type { LogRow } from '../../../src/runs/logs/chunks';
import { isGap, LogDocument, MOST_CHUNKS } from '../../../src/runs/logs/document';
import { fold } from '../../../src/runs/logs/terminal';
import { ServedLog } from './server';

/** Numbers by chance, the same each time. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return Math.floor((state / 4294967296) * below);
  };
}

function textOf(lines: number, line: (at: number) => string): string {
  return Array.from({ length: lines }, (_, at) => line(at)).join('');
}

async function allRows(log: ServedLog): Promise<LogRow[]> {
  const rows: LogRow[] = [];
  for (let index = 0; index < tailOf(log.size); index++) {
    rows.push(...(await readChunk(index, log.read)).rows());
  }
  rows.push(...(await readTail(log.size, log.read)).chunk.rows());
  return rows;
}

function documentOf(log: ServedLog): LogDocument {
  return new LogDocument((offset, limit, _, signal) =>
    signal.aborted ? Promise.reject(new DOMException('', 'AbortError')) : log.read(offset, limit)
  );
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 400) {
      throw new Error('It does not come true.');
    }
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

const KINDS: Record<string, (at: number, below: (most: number) => number) => string> = {
  plain: at => `line ${at} of a log that says nothing\n`,
  'of many bytes a character': (at, below) => `${'日本語é🚀'.repeat(below(40))} ${at}\n`,
  coloured: (at, below) =>
    `\x1b[1;${31 + below(6)}m${'x'.repeat(below(90))}${below(3) ? '\x1b[0m' : ''} ${at}\n`,
  'with records': (at, below) => {
    const record = `\x1e{"report":{"loss":${'1'.repeat(below(300))}}}\n`;
    return below(2) ? `before ${at} ${record}` : `line ${at}\n${record}`;
  },
  'with bars': (at, below) =>
    textOf(below(60), step => `\r${at}: ${step} ${'#'.repeat(step)}`) + `\rdone ${at}\x1b[K\n`,
  'with long lines': (at, below) => `${at} ${'long '.repeat(below(4000))}\n`
};

describe('chunks', () => {
  it.each(Object.keys(KINDS))('make up the whole log: %s', async kind => {
    const below = chance(kind.length);
    let text = '';
    for (let at = 0; text.length < 3.3 * CHUNK; at++) {
      text += KINDS[kind]?.(at, below) ?? '';
    }
    const log = new ServedLog(text);
    // eslint-disable-next-line no-control-regex
    expect(await allRows(log)).toEqual(fold(text.replace(/\x1e[^\n]*\n/g, '')));
  });

  it('cut a line that goes on for long, and lose nothing of it', async () => {
    const text = `first\n${'0123456789'.repeat(CHUNK / 10 + 20_000)}\nlast\n`;
    const rows = await allRows(new ServedLog(text));
    expect(rows).toHaveLength(4);
    expect(rows.map(String).join('').length).toBe(text.length - 3);
  });

  it('show a bar of any length as it ends', async () => {
    const bar = textOf(50_000, at => `\r${String(at).padStart(8)} of 50000`);
    expect(await allRows(new ServedLog(`begin\n${bar}`))).toEqual(['begin', '   49999 of 50000']);
    const more = `begin\n${bar}\n${textOf(9000, at => `line number ${at}\n`)}`;
    const rows = await allRows(new ServedLog(more));
    expect(rows.slice(0, 3)).toEqual(['begin', '   49999 of 50000', 'line number 0']);
    expect(rows).toHaveLength(9002);
  });

  it.each([
    ['within a chunk', CHUNK + 5000, CHUNK + 90_000],
    ['over a border', CHUNK + 5000, 2 * CHUNK + 5000],
    ['over whole chunks', CHUNK + 5000, 4 * CHUNK + 77],
    ['from a border on', CHUNK - 1, 3 * CHUNK],
    ['right behind a border', CHUNK, 2 * CHUNK],
    ['to a border', CHUNK + 9, 3 * CHUNK - 1]
  ])('tell once what is missing: %s', async (_, from, to) => {
    const text = textOf(60_000, at => `line number ${at} of all lines\n`);
    const rows = await allRows(new ServedLog(text, [from, to]));
    expect(rows.filter(isGap)).toEqual([{ missing: to - from }]);
    const at = rows.findIndex(isGap);
    const whole = fold(text);
    expect(rows.slice(0, at - 1)).toEqual(whole.slice(0, at - 1));
    expect(rows.slice(at + 1)).toEqual(whole.slice(at + 1 - rows.length));
  });
});

describe('a document', () => {
  const LINE = (at: number): string => `line number ${at} of a log\n`;

  it('opens at the end, and reads what is looked at', async () => {
    const log = new ServedLog(textOf(200_000, LINE));
    log.isEnded = true;
    const doc = documentOf(log);
    doc.watch();
    await until(() => doc.isOpen);
    expect(log.asked).toBeLessThan(5);
    expect(doc.size).toBe(log.size);
    expect(doc.rows(doc.count - 1)?.at(-1)).toBe('line number 199999 of a log');
    expect(doc.rows(3)).toBeNull();
    doc.want([3]);
    await until(() => doc.rows(3) !== null);
    expect(doc.isEnded).toBe(true);
  });

  it('keeps a bounded number of chunks', async () => {
    const log = new ServedLog(textOf(400_000, LINE));
    const doc = documentOf(log);
    const watch = doc.watch();
    await until(() => doc.isOpen);
    watch.dispose();
    for (let index = 0; index < doc.count; index++) {
      await doc.load(index);
    }
    const kept = Array.from({ length: doc.count - 1 }, (_, index) => index).filter(index => doc.rows(index));
    expect(doc.count).toBeGreaterThan(MOST_CHUNKS + 2);
    expect(kept).toHaveLength(MOST_CHUNKS);
    expect(doc.rowCount(0)).toBeGreaterThan(1000);
    doc.dispose();
  });

  it('finds the row of a line by its offset', async () => {
    const text = textOf(
      60_000,
      at => `line ${at} é\n\x1e{"report":{"loss":${at}}}\n${at % 7 ? '' : `${at}\r\n`}`
    );
    const log = new ServedLog(text);
    const doc = documentOf(log);
    const watch = doc.watch();
    await until(() => doc.isOpen);
    watch.dispose();
    for (const wanted of [0, 1, 40, 5_000, 7_777, 30_000, 44_444, 59_990, 59_999]) {
      const offset = log.offsetOf(`line ${wanted} é`);
      const rows = await doc.load(doc.chunkAt(offset));
      expect(rows[await doc.rowAt(offset)]).toBe(`line ${wanted} é`);
    }
    doc.dispose();
  });

  it('grows while it is watched, and splits what has become long', async () => {
    const log = new ServedLog(textOf(10, LINE));
    const doc = documentOf(log);
    doc.isFollowed = true;
    const watch = doc.watch();
    await until(() => doc.isOpen);
    log.print('half a li');
    await until(() => doc.rows(0)?.at(-1) === 'half a li');
    log.print('ne\n');
    await until(() => doc.rows(0)?.at(-1) === 'half a line');
    log.print('bar 1\rbar 2');
    await until(() => doc.rows(0)?.at(-1) === 'bar 2');
    log.print('\n' + textOf(15_000, LINE));
    await until(() => doc.size === log.size);
    log.print(textOf(15_000, LINE));
    await until(() => doc.size === log.size && doc.count > 1);
    const rows = [
      ...(await doc.load(0)),
      ...(await doc.load(1)),
      ...(doc.count > 2 ? await doc.load(2) : [])
    ];
    expect(rows).toHaveLength(30_012);
    log.isEnded = true;
    await until(() => doc.isEnded);
    watch.dispose();
    doc.dispose();
  });

  it('leaves out what it cannot keep up with, and can still be read there', async () => {
    const log = new ServedLog('begin\n');
    const doc = documentOf(log);
    doc.isFollowed = true;
    const watch = doc.watch();
    await until(() => doc.isOpen);
    log.print(textOf(100_000, LINE));
    await until(() => doc.size === log.size);
    expect(doc.rows(doc.count - 1)?.at(-1)).toBe('line number 99999 of a log');
    expect((await doc.load(0))[0]).toBe('begin');
    watch.dispose();
    doc.dispose();
  });

  it('says that it cannot be read, and goes on when it can', async () => {
    const log = new ServedLog('one\n');
    const doc = documentOf(log);
    const watch = doc.watch();
    await until(() => doc.isOpen);
    log.isDown = true;
    doc.retry();
    await until(() => doc.problem !== null);
    expect(doc.rows(0)).toEqual(['one']);
    log.isDown = false;
    log.print('two\n');
    doc.retry();
    await until(() => doc.rows(0)?.length === 2);
    expect(doc.problem).toBeNull();
    watch.dispose();
    doc.dispose();
  });

  it('asks nothing while nobody watches', async () => {
    const log = new ServedLog('one\n');
    const doc = documentOf(log);
    doc.isFollowed = true;
    const watch = doc.watch();
    await until(() => doc.isOpen);
    watch.dispose();
    const asked = log.asked;
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(log.asked).toBe(asked);
    doc.dispose();
  });
});
