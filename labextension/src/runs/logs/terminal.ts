/**
 * What a terminal would show of a log; the twin of the kernel's `domain/terminal.py`.
 *
 * Carriage return, backspace, moves of the cursor and erasures take effect, colours stay, every other control sequence
 * goes. Each line that comes out carries its own colours. Unlike its twin it takes a log piece by piece, as it grows,
 * and keeps the links of OSC 8 where it is told to.
 */

/** Lines that the cursor can go back to. */
export const SCREEN = 200;

const MOST_BLANKS = 1 << 16;
const MOST_STYLES = 4;
const LONGEST_LINK = 2048;

/* eslint-disable no-control-regex -- control characters are what this is about. */
const CONTROL =
  /\x1b\[([0-?]*)[ -/]*([@-~])|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?|([\n\r\b])|[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]+/g;
const NEEDS_FOLDING = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const COLOUR = /\x1b\[[0-9;:]{0,40}m/g;
const IS_COLOUR = /^\x1b\[[0-9;:]{0,40}m$/;
const LINK = /^\x1b\]8;[^;\x07\x1b]*;([^\x07\x1b]*)(?:\x07|\x1b\\)$/;
/* eslint-enable no-control-regex */
const SAFE_LINK = /^https?:\/\/[!-~]+$/i;
const SURROGATE = /[\ud800-\udfff]/;

/** Return the lines that a terminal would show. */
export function fold(text: string): string[] {
  const screen = new Screen();
  screen.feed(text);
  return screen.lines();
}

interface IRun {
  text: string;
  style: string;
}

/**
 * Characters of a line, and the style of each. A line that only grows is kept in runs; one in which the cursor goes
 * back is kept by character, so that no sequence of moves costs more than what it writes.
 */
class Row {
  length = 0;
  isNew = true;

  write(column: number, text: string, style: string): void {
    this.isNew = true;
    const isWide = SURROGATE.test(text);
    const chars = isWide || this._cells !== null ? Array.from(text) : null;
    const count = chars === null ? text.length : chars.length;
    if (this._cells === null && column === 0 && count >= this.length) {
      this._runs = [{ text, style }];
      this.length = count;
    } else if (this._cells === null && column === this.length) {
      this._append(text, style);
      this.length += count;
    } else {
      this._put(column, chars ?? Array.from(text), style);
    }
  }

  /** Let columns be empty: to the end if `after` is not given. */
  erase(first: number, after?: number): void {
    if (after !== undefined) {
      const count = Math.min(after, this.length) - first;
      if (count > 0) {
        this.write(first, ' '.repeat(count), '');
      }
    } else if (first < this.length) {
      this.isNew = true;
      this._cut(first);
    }
  }

  show(): string {
    return (this._cells === null ? this._runs : grouped(this._cells, this._styles)).map(shown).join('');
  }

  private _append(text: string, style: string): void {
    const last = this._runs[this._runs.length - 1];
    if (last?.style === style) {
      last.text += text;
    } else {
      this._runs.push({ text, style });
    }
  }

  private _put(column: number, chars: readonly string[], style: string): void {
    const cells = (this._cells ??= this._spread());
    for (const [at, char] of chars.entries()) {
      cells[column + at] = char;
      this._styles[column + at] = style;
    }
    this.length = cells.length;
  }

  private _cut(first: number): void {
    if (first === 0) {
      this._cells = null;
      this._runs = [];
      this._styles = [];
    } else {
      const cells = (this._cells ??= this._spread());
      cells.length = first;
      this._styles.length = first;
    }
    this.length = first;
  }

  private _spread(): string[] {
    const cells: string[] = [];
    for (const run of this._runs) {
      for (const char of run.text) {
        cells.push(char);
        this._styles.push(run.style);
      }
    }
    this._runs = [];
    return cells;
  }

  private _runs: IRun[] = [];
  private _cells: string[] | null = null;
  private _styles: string[] = [];
}

/**
 * The last lines, in which a cursor moves, and those that have left the screen above it.
 *
 * Args:
 *   style: Colour sequences in force where the text begins.
 *   links: Whether the lines keep links to the web.
 */
export class Screen {
  constructor(
    style = '',
    private readonly _links = false
  ) {
    this._style = style;
  }

  /** For each line feed, in their order, the number of the line that it ended. */
  readonly ends: number[] = [];

  /** Take what is printed next. */
  feed(text: string): void {
    if (!this._style && !this._link && this._isAtEnd() && !NEEDS_FOLDING.test(text)) {
      this._feedPlain(text);
      return;
    }
    let at = 0;
    for (const match of text.matchAll(CONTROL)) {
      if (match.index > at) {
        this._write(text.slice(at, match.index));
      }
      at = match.index + match[0].length;
      const [whole, numbers = '', verb, move] = match;
      if (move !== undefined) {
        this._step(move);
      } else if (verb !== undefined) {
        this._act(verb, numbers);
      } else if (this._links && whole.startsWith('\x1b]8;')) {
        this._link = linkOf(whole);
      }
    }
    if (at < text.length) {
      this._write(text.slice(at));
    }
  }

  /** Take only the colours of text that is not shown. */
  pass(text: string): void {
    for (const [sequence] of text.matchAll(COLOUR)) {
      this._paint(sequence.slice(2, -1));
    }
  }

  /** Return the lines; the same list at each call, brought up to date. */
  lines(): string[] {
    const last = this._rows[this._rows.length - 1];
    const count = this._rows.length - (last?.length ? 0 : 1);
    this._lines.length = Math.min(this._lines.length, this._gone + count);
    for (let at = 0; at < count; at++) {
      this._render(at);
    }
    return this._lines;
  }

  private _isAtEnd(): boolean {
    return this._row === this._rows.length - 1 && this._column === this._rows[this._row]?.length;
  }

  private _feedPlain(text: string): void {
    const pieces = text.split('\n');
    for (const [at, piece] of pieces.entries()) {
      if (at > 0) {
        this._step('\n');
      }
      if (piece) {
        this._write(piece);
      }
    }
  }

  private _write(text: string): void {
    const row = this._current();
    let missing = this._column - row.length;
    if (missing > 0) {
      // A few bytes can move the cursor far; that must not make a small log large.
      missing = Math.min(missing, this._blanks);
      this._blanks -= missing;
      if (missing > 0) {
        row.write(row.length, ' '.repeat(missing), '');
      }
      this._column = row.length;
    }
    row.write(this._column, text, this._link + this._style);
    this._column += SURROGATE.test(text) ? Array.from(text).length : text.length;
  }

  private _step(move: string): void {
    if (move === '\b') {
      this._column = Math.max(this._column - 1, 0);
      return;
    }
    this._column = 0;
    if (move === '\n') {
      this.ends.push(this._gone + this._row);
      this._row += 1;
      if (this._row === this._rows.length) {
        this._scroll();
      }
    }
  }

  private _scroll(): void {
    this._rows.push(new Row());
    if (this._rows.length > 2 * SCREEN) {
      for (let at = 0; at < SCREEN; at++) {
        this._render(at);
      }
      this._rows.splice(0, SCREEN);
      this._gone += SCREEN;
      this._row -= SCREEN;
    }
  }

  private _render(at: number): void {
    const row = this._rows[at];
    const place = this._gone + at;
    if (row && (row.isNew || place >= this._lines.length)) {
      this._lines[place] = row.show();
      row.isNew = false;
    }
  }

  private _act(verb: string, numbers: string): void {
    switch (verb) {
      case 'A':
        this._moveTo(this._row - distance(numbers));
        break;
      case 'B':
        this._moveTo(this._row + distance(numbers));
        break;
      case 'C':
        this._goTo(this._column + distance(numbers));
        break;
      case 'D':
        this._goTo(this._column - distance(numbers));
        break;
      case 'G':
        this._goTo(distance(numbers) - 1);
        break;
      case 'J':
        this._eraseBelow(numbers);
        break;
      case 'K':
        this._eraseLine(numbers);
        break;
      case 'm':
        this._paint(numbers);
        break;
    }
  }

  private _moveTo(row: number): void {
    // A terminal stops at its edges, and so does a log at its first and last line.
    this._row = Math.min(Math.max(row, 0), this._rows.length - 1);
  }

  private _goTo(column: number): void {
    this._column = Math.min(Math.max(column, 0), Math.max(this._current().length, 512));
  }

  private _eraseLine(numbers: string): void {
    if (numbers === '' || numbers === '0') {
      this._current().erase(this._column);
    } else if (numbers === '1') {
      this._current().erase(0, this._column + 1);
    } else if (numbers === '2') {
      this._current().erase(0);
    }
  }

  private _eraseBelow(numbers: string): void {
    if (numbers === '' || numbers === '0') {
      this._current().erase(this._column);
      this._rows.length = this._row + 1;
    }
  }

  private _paint(numbers: string): void {
    const sequence = `\x1b[${numbers}m`;
    if (!IS_COLOUR.test(sequence)) {
      return;
    }
    const cut = numbers.indexOf(';');
    const first = cut < 0 ? numbers : numbers.slice(0, cut);
    const rest = cut < 0 ? '' : numbers.slice(cut + 1);
    if (/[^0]/.test(first)) {
      this._style = [...(this._style.match(COLOUR) ?? []), sequence].slice(-MOST_STYLES).join('');
    } else {
      this._style = rest ? `\x1b[${rest}m` : '';
    }
  }

  private _current(): Row {
    return (this._rows[this._row] ??= new Row());
  }

  private readonly _lines: string[] = [];
  private readonly _rows: Row[] = [new Row()];
  private _gone = 0;
  private _row = 0;
  private _column = 0;
  private _style: string;
  private _link = '';
  private _blanks = MOST_BLANKS;
}

function grouped(cells: readonly string[], styles: readonly string[]): IRun[] {
  const runs: IRun[] = [];
  let begin = 0;
  for (let at = 1; at <= cells.length; at++) {
    if (at === cells.length || styles[at] !== styles[begin]) {
      runs.push({ text: cells.slice(begin, at).join(''), style: styles[begin] ?? '' });
      begin = at;
    }
  }
  return runs;
}

function shown({ text, style }: IRun): string {
  if (!style) {
    return text;
  }
  return style.startsWith('\x1b]') ? `${style}${text}\x1b[0m\x1b]8;;\x07` : `${style}${text}\x1b[0m`;
}

/** Return how far a move goes: once where it does not say. */
function distance(numbers: string): number {
  return /^\d{1,5}$/.test(numbers) ? Number(numbers) || 1 : 1;
}

function linkOf(sequence: string): string {
  const address = LINK.exec(sequence)?.[1] ?? '';
  return address.length <= LONGEST_LINK && SAFE_LINK.test(address) ? `\x1b]8;;${address}\x07` : '';
}
