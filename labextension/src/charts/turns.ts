/**
 * Draws many charts without holding up the page: a few of them a frame.
 */

/** So much of a frame is spent on drawing, in milliseconds; a chart that has begun is finished. */
const BUDGET = 10;

const waiting = new Set<() => void>();
let frame = 0;

/** Do it in one of the next frames, once, however often it is asked for. */
export function inTurn(work: () => void): void {
  waiting.add(work);
  frame ||= requestAnimationFrame(drain);
}

/** Do not do it any more. */
export function noMore(work: () => void): void {
  waiting.delete(work);
}

function drain(): void {
  frame = 0;
  const end = performance.now() + BUDGET;
  for (const work of waiting) {
    waiting.delete(work);
    work();
    if (performance.now() >= end) {
      break;
    }
  }
  if (waiting.size > 0) {
    frame = requestAnimationFrame(drain);
  }
}
