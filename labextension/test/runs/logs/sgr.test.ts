import { plainOf, spansOf } from '../../../src/runs/logs/sgr';

const E = '\x1b[';

function classes(line: string): string[] {
  return spansOf(line).map(({ text, className }) => `${text}:${className}`);
}

/** Contrast of two colours such as `#12ab34`. */
function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [one, other].map(luminance).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const digits =
    colour.length === 4
      ? Array.from(colour.slice(1)).map(digit => digit + digit)
      : colour.slice(1).match(/../g);
  const [red = 0, green = 0, blue = 0] = (digits ?? []).map(pair => {
    const share = parseInt(pair, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('colour sequences', () => {
  it('are classes of the theme', () => {
    expect(classes('plain')).toEqual(['plain:']);
    expect(classes('')).toEqual([]);
    expect(classes(`a${E}31mb${E}0mc`)).toEqual(['a:', 'b:jm-f1', 'c:']);
    expect(classes(`${E}1;94mx${E}22my${E}39mz`)).toEqual(['x:jm-f12 jm-bold', 'y:jm-f12', 'z:']);
    expect(classes(`${E}2mx${E}m`)).toEqual(['x:jm-dim']);
    expect(classes(`${E}3;4;9mx`)).toEqual(['x:jm-italic jm-under jm-struck']);
    expect(classes(`${E}37;41mx`)).toEqual(['x:jm-b1']);
    expect(classes(`${E}7mx${E}27my`)).toEqual(['x:jm-inverse', 'y:']);
    expect(classes(`${E}32;7mx`)).toEqual(['x:jm-b2']);
    expect(classes(`${E}4:3mx${E}4:0my`)).toEqual(['x:jm-under', 'y:']);
  });

  it('are of 256 colours', () => {
    expect(classes(`${E}38;5;9mx`)).toEqual(['x:jm-f9']);
    expect(spansOf(`${E}48;5;196mx`)[0]?.colours?.['--b']).toBe('#ff0000');
    expect(spansOf(`${E}48;5;244mx`)[0]?.colours?.['--b']).toBe('#808080');
    expect(classes(`${E}38;5;999mx`)).toEqual(['x:']);
    expect(classes(`${E}38;5;208;1mx`)).toEqual(['x:jm-rgb jm-bold']);
  });

  it('are true colours, with semicolons and with colons', () => {
    for (const how of ['48;2;1;2;255', '48:2:1:2:255', '48:2::1:2:255']) {
      expect(spansOf(`${E}${how}mx`)[0]?.colours?.['--b']).toBe('#0102ff');
    }
  });

  it('can be read on light and on dark', () => {
    for (let at = 16; at < 256; at += 3) {
      const colours = spansOf(`${E}38;5;${at}mx`)[0]?.colours ?? {};
      expect(contrast(colours['--l'] ?? '', '#ffffff')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colours['--d'] ?? '', '#111111')).toBeGreaterThanOrEqual(4.5);
      const both = spansOf(`${E}38;5;${at};48;5;${271 - at}mx`)[0]?.colours ?? {};
      expect(contrast(both['--l'] ?? '', both['--b'] ?? '')).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('that mean nothing change nothing', () => {
    expect(classes(`${E}99;;38mx`)).toEqual(['x:']);
    expect(classes(`${E}38;2;999;-1mx`)[0]).toContain('x:');
    expect(plainOf(`${E}1mx${E}0m\x1b]8;;https://a.b\x07y\x1b]8;;\x07`)).toBe('xy');
  });

  it('keep links', () => {
    const spans = spansOf(`\x1b]8;;https://a.b\x07${E}1mx${E}0m\x1b]8;;\x07y`);
    expect(spans.map(({ text, link }) => [text, link])).toEqual([
      ['x', 'https://a.b'],
      ['y', '']
    ]);
  });
});
