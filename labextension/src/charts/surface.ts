/**
 * A canvas that follows its frame's size, the screen's resolution and the theme.
 */

import { useEffect, useReducer, useRef, useState } from 'react';
import type { RefObject } from 'react';

import { onTheme, paletteOf } from './theme';
import type { IPalette } from './theme';

/** Return how wide an element is; 0 until it is known. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const host = element.current;
    if (host === null) {
      return;
    }
    const measure = (): void => setWidth(host.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(host);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** Draw on a canvas whenever what is drawn, its size or the theme is another; `draw` is to be stable meanwhile. */
export function useDrawing(
  canvas: RefObject<HTMLCanvasElement | null>,
  width: number,
  height: number,
  draw: (context: CanvasRenderingContext2D, palette: IPalette) => void
): void {
  const palette = useRef<IPalette | null>(null);
  const [theme, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const observer = onTheme(() => {
      palette.current = null;
      again();
    });
    return () => observer.dispose();
  }, []);
  useEffect(() => {
    const element = canvas.current;
    if (element === null || width === 0) {
      return;
    }
    const frame = requestAnimationFrame(() => {
      const context = fitted(element, width, height);
      palette.current ??= paletteOf(element);
      if (context !== null) {
        draw(context, palette.current);
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [canvas, width, height, draw, theme]);
}

function fitted(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
