/**
 * Text of others, made fit to be shown; the twin of the kernel's `cards/text.py`. React escapes what is left.
 */

const CONTROL = String.raw`\x00-\x08\x0b-\x1f\x7f-\x9f`;
// Control sequences, of which only those that end in m are colours; titles, links and the like up to their terminator.
const SEQUENCES =
  // eslint-disable-next-line no-control-regex -- terminals are controlled by control characters
  /\x1b\[([0-?]*)[ -/]*([@-~])|\x1b[\]PX^_][^]*?(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]?/g;
// Controls, halves of surrogate pairs, and the marks that turn the direction of what follows.
const UNSHOWABLE = new RegExp(
  `[${CONTROL}\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]|\\p{Surrogate}`,
  'gu'
);
// Not the narrow space between a number and its unit.
const SPACES = /[ \t\n\r\u2028\u2029]+/g;
const HUES = ['', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', ''] as const;
const GREY = 'gray';

/** Some characters of one colour and weight. */
export interface IPiece {
  readonly text: string;
  /** Class names that paint it; empty for none. */
  readonly paint: string;
}

/** Return text without terminal sequences and without characters that have no shape or turn others around. */
export function plain(text: string, longest = 0): string {
  const looked = longest && text.length > 8 * longest + 200 ? text.slice(0, 8 * longest + 200) : text;
  return shorten(looked.replace(SEQUENCES, '').replace(UNSHOWABLE, ''), longest);
}

/** Return plain text in which every run of white space is one space. */
export function oneLine(text: string, longest = 0): string {
  const looked = longest ? text.slice(0, 8 * longest + 200) : text;
  return shorten(plain(looked).replace(SPACES, ' ').trim(), longest);
}

/** Return text cut to so many characters, the last of which then is an ellipsis; 0 cuts nothing. */
export function shorten(text: string, longest: number): string {
  return !longest || text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

/** Return a reason as a sentence: a capital at its head, a full stop at its end. */
export function said(reason: string): string {
  const text = oneLine(reason);
  const end = text === '' || /[.!?…:]$/.test(text) ? '' : '.';
  // A file or a variable at the head keeps its spelling.
  const isWord = /^\p{L}+[,:;]*$/u.test(text.split(' ', 1)[0] ?? '');
  return (isWord ? text.charAt(0).toUpperCase() + text.slice(1) : text) + end;
}

/** Return terminal text as pieces whose colours the theme paints. */
export function pieces(text: string, longest = 0): IPiece[] {
  const found: IPiece[] = [];
  let left = longest || Infinity;
  for (const { text: part, paint } of painted(text)) {
    const shown = part.replace(UNSHOWABLE, '');
    if (shown && left > 0) {
      found.push({ text: shorten(shown, shown.length > left ? left : 0), paint });
      left -= shown.length;
    }
  }
  return found;
}

function* painted(text: string): Generator<IPiece> {
  let style: IStyle = PLAIN;
  let at = 0;
  for (const match of text.matchAll(SEQUENCES)) {
    yield { text: text.slice(at, match.index), paint: paintOf(style) };
    at = match.index + match[0].length;
    if (match[2] === 'm') {
      style = select(match[1] ?? '', style);
    }
  }
  yield { text: text.slice(at), paint: paintOf(style) };
}

interface IStyle {
  readonly hue: string;
  readonly isBold: boolean;
}

const PLAIN: IStyle = { hue: '', isBold: false };

function paintOf({ hue, isBold }: IStyle): string {
  return [hue && `jm-ansi-${hue}`, isBold && 'jm-ansi-bold'].filter(Boolean).join(' ');
}

/** Return colour and weight after one colour sequence. */
function select(numbers: string, before: IStyle): IStyle {
  const codes = numbers.replaceAll(':', ';').split(';').slice(0, 32).map(Number);
  let style = before;
  for (let code = codes.shift(); code !== undefined; code = codes.shift()) {
    if (code === 38 || code === 48) {
      const hue = extended(codes);
      style = code === 38 ? { ...style, hue } : style;
    } else {
      style = after(code, style);
    }
  }
  return style;
}

function after(code: number, style: IStyle): IStyle {
  if (code === 0 || Number.isNaN(code)) {
    return PLAIN;
  }
  if (code === 1 || code === 22) {
    return { ...style, isBold: code === 1 };
  }
  if (code === 90 || code === 2) {
    return { ...style, hue: GREY };
  }
  if (code === 39) {
    return { ...style, hue: '' };
  }
  const isHue = (code >= 30 && code <= 37) || (code >= 91 && code <= 97);
  return isHue ? { ...style, hue: HUES[code % 10] ?? '' } : style;
}

/** Take the numbers of a 256 colour or true colour off `codes` and return the nearest of ours. */
function extended(codes: number[]): string {
  const kind = codes.shift();
  if (kind === 5) {
    return of256(codes.shift() ?? 0);
  }
  return kind === 2 ? nearest(codes.splice(0, 3)) : '';
}

function of256(number: number): string {
  if (number < 16) {
    return number === 8 ? GREY : (HUES[number % 8] ?? '');
  }
  if (number >= 232) {
    return number < 250 ? GREY : '';
  }
  const cube = number - 16;
  return nearest([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(part => 51 * part));
}

/** Return the hue that a colour is nearest to; black, white and greys keep the colour of text. */
function nearest(colour: readonly number[]): string {
  const low = Math.min(...colour);
  const high = Math.max(...colour);
  if (colour.length < 3 || high - low < 40) {
    return '';
  }
  const bits = colour.map((part, at) => (part > (low + high) / 2 ? 1 << at : 0));
  return HUES[bits.reduce((sum, bit) => sum + bit, 0)] ?? '';
}
