/**
 * A line of a log as pieces of text with what their colour sequences mean, readable in every theme.
 */

/** A piece of a line that looks the same throughout. */
export interface ISpan {
  readonly text: string;
  /** Classes, with a space between; empty for plain text. */
  readonly className: string;
  /** Colours that no theme names, as properties of CSS: `--l` on light, `--d` on dark, `--b` behind. */
  readonly colours: Readonly<Record<string, string>> | null;
  /** A page of the web; empty if it is no link. */
  readonly link: string;
}

type Rgb = readonly [number, number, number];
type Colour = number | Rgb | null;

interface IState {
  fore: Colour;
  back: Colour;
  isBold: boolean;
  isDim: boolean;
  isItalic: boolean;
  isUnderlined: boolean;
  isInverse: boolean;
  isStruck: boolean;
}

// eslint-disable-next-line no-control-regex -- sequences are what this is about.
const SEQUENCE = /\x1b\[([0-9;:]*)m|\x1b\]8;;([^\x07]*)\x07/g;

const PLAIN: IState = {
  fore: null,
  back: null,
  isBold: false,
  isDim: false,
  isItalic: false,
  isUnderlined: false,
  isInverse: false,
  isStruck: false
};

/** Return the pieces of a line as `fold` gives it. */
export function spansOf(line: string): ISpan[] {
  if (!line.includes('\x1b')) {
    return line ? [{ text: line, className: '', colours: null, link: '' }] : [];
  }
  const spans: ISpan[] = [];
  let state = PLAIN;
  let link = '';
  let at = 0;
  const add = (text: string): void => {
    if (text) {
      spans.push({ text, link, ...looksOf(state) });
    }
  };
  for (const match of line.matchAll(SEQUENCE)) {
    add(line.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] !== undefined) {
      state = painted(state, match[1]);
    } else {
      link = match[2] ?? '';
    }
  }
  add(line.slice(at));
  return spans;
}

/** Return a line without its sequences. */
export function plainOf(line: string): string {
  return line.includes('\x1b') ? line.replace(SEQUENCE, '') : line;
}

function painted(before: IState, numbers: string): IState {
  let state = { ...before };
  const fields = numbers.split(';');
  for (let at = 0; at < fields.length; at++) {
    const parts = (fields[at] ?? '').split(':').map(Number);
    const code = parts[0] ?? 0;
    if (code === 0) {
      state = { ...PLAIN };
    } else if (code === 38 || code === 48) {
      const isOne = parts.length > 1;
      const rest = isOne ? parts.slice(1) : fields.slice(at + 1, at + 5).map(Number);
      const [colour, used] = extended(rest, isOne);
      at += isOne ? 0 : used;
      state[code === 38 ? 'fore' : 'back'] = colour;
    } else {
      apply(state, code, parts[1]);
    }
  }
  return state;
}

function apply(state: IState, code: number, how: number | undefined): void {
  if (code >= 30 && code <= 37) {
    state.fore = code - 30;
  } else if (code >= 90 && code <= 97) {
    state.fore = code - 82;
  } else if (code >= 40 && code <= 47) {
    state.back = code - 40;
  } else if (code >= 100 && code <= 107) {
    state.back = code - 92;
  } else {
    applyOther(state, code, how);
  }
}

function applyOther(state: IState, code: number, how: number | undefined): void {
  switch (code) {
    case 1:
      state.isBold = true;
      break;
    case 2:
      state.isDim = true;
      break;
    case 3:
      state.isItalic = true;
      break;
    case 4:
      state.isUnderlined = how !== 0;
      break;
    case 7:
      state.isInverse = true;
      break;
    case 9:
      state.isStruck = true;
      break;
    case 21:
      state.isUnderlined = true;
      break;
    case 22:
      state.isBold = state.isDim = false;
      break;
    case 23:
      state.isItalic = false;
      break;
    case 24:
      state.isUnderlined = false;
      break;
    case 27:
      state.isInverse = false;
      break;
    case 29:
      state.isStruck = false;
      break;
    case 39:
      state.fore = null;
      break;
    case 49:
      state.back = null;
      break;
  }
}

/** Return the colour behind 38 or 48, and how many fields it takes. */
function extended(rest: readonly number[], hasColons: boolean): [Colour, number] {
  if (rest[0] === 5) {
    return [indexed(rest[1] ?? 0), 2];
  }
  if (rest[0] === 2) {
    // With colons a colour space may stand before the colours.
    const [red = 0, green = 0, blue = 0] = hasColons && rest.length > 4 ? rest.slice(2) : rest.slice(1);
    return [[byte(red), byte(green), byte(blue)], 4];
  }
  return [null, rest.length];
}

function indexed(index: number): Colour {
  if (!(index >= 0 && index < 256)) {
    return null;
  }
  if (index < 16) {
    return index;
  }
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const at = index - 16;
  const level = (step: number): number => (step ? 55 + step * 40 : 0);
  return [level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6)];
}

function byte(value: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(Math.round(value), 0), 255) : 0;
}

function looksOf(state: IState): Pick<ISpan, 'className' | 'colours'> {
  const classes: string[] = [];
  const colours: Record<string, string> = {};
  const [fore, back] = state.isInverse ? [state.back, state.fore] : [state.fore, state.back];
  const hasBack = back !== null || state.isInverse;
  if (hasBack) {
    dressBack(back, fore, classes, colours);
  } else if (typeof fore === 'number') {
    classes.push(`jm-f${fore}`);
  } else if (fore !== null) {
    classes.push('jm-rgb');
    colours['--l'] = hex(against(fore, 'light'));
    colours['--d'] = hex(against(fore, 'dark'));
  }
  const marks: [boolean, string][] = [
    [state.isBold, 'jm-bold'],
    [state.isDim && fore === null && !hasBack, 'jm-dim'],
    [state.isItalic, 'jm-italic'],
    [state.isUnderlined, 'jm-under'],
    [state.isStruck, 'jm-struck']
  ];
  classes.push(...marks.filter(([is]) => is).map(([, name]) => name));
  return {
    className: classes.join(' '),
    colours: Object.keys(colours).length > 0 ? colours : null
  };
}

/**
 * On a background that a theme names the text has the page's own colour, whatever was asked for: that pair is readable
 * in every theme. On one that the program chose, its own pair counts if it can be read.
 */
function dressBack(back: Colour, fore: Colour, classes: string[], colours: Record<string, string>): void {
  if (back === null || typeof back === 'number') {
    classes.push(back === null ? 'jm-inverse' : `jm-b${back}`);
    return;
  }
  const isRead = fore !== null && typeof fore !== 'number' && contrast(fore, back) >= 4.5;
  classes.push('jm-rgb', 'jm-back');
  colours['--b'] = hex(back);
  colours['--l'] = colours['--d'] = isRead ? hex(fore) : luminance(back) > 0.18 ? '#000' : '#fff';
}

/** Backgrounds of logs at their worst: what is readable on them is on the others. */
const GROUNDS = { light: [238, 238, 238], dark: [48, 48, 48] } as const satisfies Record<string, Rgb>;

/** Return a colour as dark or as light as it must be to be read. */
function against(colour: Rgb, ground: keyof typeof GROUNDS): Rgb {
  const end = ground === 'light' ? 0 : 255;
  for (let step = 0; step < 10; step++) {
    const mixed = mix(colour, end, step / 10);
    if (contrast(mixed, GROUNDS[ground]) >= 4.5) {
      return mixed;
    }
  }
  return [end, end, end];
}

function mix([red, green, blue]: Rgb, end: number, share: number): Rgb {
  const one = (value: number): number => Math.round(value + (end - value) * share);
  return [one(red), one(green), one(blue)];
}

function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function hex(colour: Rgb): string {
  return `#${colour.map(value => value.toString(16).padStart(2, '0')).join('')}`;
}
