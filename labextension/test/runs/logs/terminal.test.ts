import { fold, Screen, SCREEN } from '../../../src/runs/logs/terminal';
import CASES from '../../../../tests/fixtures/terminal.json';

// Sequences stay whole in pieces: the server does not cut them.
const PIECE =
  // eslint-disable-next-line no-control-regex
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?|[^]/gu;

describe('a terminal', () => {
  it.each(CASES)('shows what the kernel shows: $name', ({ text, lines }) => {
    expect(fold(text)).toEqual(lines);
  });

  it.each(CASES)('shows the same when it comes in pieces: $name', ({ text, lines }) => {
    const pieces = text.match(PIECE) ?? [];
    const screen = new Screen();
    for (const piece of pieces) {
      screen.feed(piece);
      screen.lines();
    }
    expect(screen.lines()).toEqual(lines);
  });

  it('goes on from the style of the text before', () => {
    const screen = new Screen('\x1b[31m');
    screen.pass('not \x1b[1mshown\n');
    screen.feed('red\x1b[m plain');
    expect(screen.lines()).toEqual(['\x1b[31m\x1b[1mred\x1b[0m plain']);
  });

  it('keeps links to the web, and no others', () => {
    const screen = new Screen('', true);
    screen.feed(
      '\x1b]8;;https://a.b/c\x1b\\here\x1b]8;;\x07 \x1b]8;;javascript:alert(1)\x07there\x1b]8;;\x07'
    );
    expect(screen.lines()).toEqual(['\x1b]8;;https://a.b/c\x07here\x1b[0m\x1b]8;;\x07 there']);
  });

  it('says which line each line feed ended', () => {
    const screen = new Screen();
    screen.feed('one\ntwo\n\x1b[2Aagain\n');
    expect(screen.ends).toEqual([0, 1, 0]);
  });

  it('keeps what has left the screen', () => {
    const lines = fold('\x1b[mline\n'.repeat(5 * SCREEN) + '\x1b[9999Ax');
    expect(lines).toHaveLength(5 * SCREEN);
    expect(lines.filter(line => line.startsWith('x'))).toHaveLength(1);
  });

  it.each([
    '\x1b[99999Cx',
    '\x1b]',
    '\x1b[',
    '\x1bP',
    'x\r',
    '\b',
    '\n\x1b[A',
    '\x1b[1mx',
    '\n',
    '\x1b[9999Gx\x1b[1mx\r'
  ])('reads hostile text fast: %j', unit => {
    const text = unit.repeat(256_000 / unit.length);
    const begin = performance.now();
    const size = fold(text).reduce((sum, line) => sum + line.length, 0);
    expect(performance.now() - begin).toBeLessThan(500);
    expect(size).toBeLessThanOrEqual(5 * text.length);
  });
});
