/**
 * The colours of a chart, from the theme's variables, and when they change.
 */

import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';

/** What a chart is drawn with. */
export interface IPalette {
  readonly series: readonly string[];
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  readonly plan: string;
  readonly background: string;
  readonly font: string;
  /** What stands for the lowest and for the highest of what is told by shades. */
  readonly shades: readonly [string, string];
}

/** Read the colours that count at an element. */
export function paletteOf(element: HTMLElement): IPalette {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    series: [1, 2, 3, 4, 5, 6, 7, 8].map(number => read(`--jm-c${number}`)),
    text: read('--jp-ui-font-color1'),
    muted: read('--jm-font-muted'),
    grid: read('--jm-grid'),
    axis: read('--jm-axis'),
    plan: read('--jm-hover'),
    background: read('--jp-layout-color1'),
    font: style.fontFamily,
    shades: [read('--jm-shade-low'), read('--jm-shade-high')]
  };
}

/** Return a line's colour; there are eight, after which they come again, and grey. */
export function colourOf(palette: IPalette, number: number): string {
  return number < 1 ? palette.axis : (palette.series[(number - 1) % palette.series.length] ?? palette.text);
}

/** Return the shade that stands for a share, from the lowest to the highest. */
export function mixed({ shades: [low, high] }: IPalette, share: number): string {
  const percent = Math.round(Math.min(Math.max(share, 0), 1) * 100);
  return `color-mix(in oklab, ${high} ${percent}%, ${low})`;
}

/** Call back whenever the theme is another. */
export function onTheme(changed: () => void): IDisposable {
  let frame = 0;
  const observer = new MutationObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(changed);
  });
  observer.observe(document.body, {
    attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light']
  });
  return new DisposableDelegate(() => {
    cancelAnimationFrame(frame);
    observer.disconnect();
  });
}
