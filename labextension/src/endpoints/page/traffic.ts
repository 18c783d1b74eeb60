/**
 * How the canary's share is chosen on the bar: with the pointer, and with the keys.
 */

/** Shares that have a button of their own, in percent. */
export const STEPS = [0, 1, 5, 10, 25, 50, 100] as const;

/** Return the share that a place on the bar stands for: the canary is at its right end. */
export function percentAt(x: number, { left, width }: Pick<DOMRect, 'left' | 'width'>): number {
  return width > 0 ? within(((left + width - x) / width) * 100) : 0;
}

/** Return the share after a key; null if the key means none. */
export function percentAfter(key: string, percent: number): number | null {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return within(percent + 1);
    case 'ArrowLeft':
    case 'ArrowDown':
      return within(percent - 1);
    case 'PageUp':
      return within(percent + 10);
    case 'PageDown':
      return within(percent - 10);
    case 'Home':
      return 0;
    case 'End':
      return 100;
    default:
      return null;
  }
}

function within(percent: number): number {
  return Math.min(Math.max(Math.round(percent), 0), 100);
}
