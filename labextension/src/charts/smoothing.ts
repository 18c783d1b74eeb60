/**
 * What is done to values before they are drawn.
 */

/**
 * Return the exponential moving average, corrected for its beginning: the first value is itself, whatever the weight.
 *
 * What is not finite stays where it is and does not count.
 */
export function smoothed(values: readonly number[], weight: number): number[] {
  if (weight <= 0) {
    return [...values];
  }
  let sum = 0;
  let total = 0;
  return values.map(value => {
    if (!Number.isFinite(value)) {
      return value;
    }
    sum = weight * sum + (1 - weight) * value;
    total = weight * total + (1 - weight);
    return sum / total;
  });
}

/** Return how many values a logarithmic scale cannot show: zero, and what is below. */
export function belowLog(values: readonly number[]): number {
  return values.reduce((count, value) => count + (value <= 0 ? 1 : 0), 0);
}

/** Return the place of the value nearest to `wanted` in what is in ascending order; -1 if there is none. */
export function nearest(ascending: readonly number[], wanted: number): number {
  if (ascending.length === 0) {
    return -1;
  }
  const after = firstAtLeast(ascending, wanted);
  const before = after - 1;
  if (after === ascending.length) {
    return before;
  }
  if (before < 0) {
    return after;
  }
  const isBefore = wanted - (ascending[before] ?? 0) <= (ascending[after] ?? 0) - wanted;
  return isBefore ? before : after;
}

/** Return the place of the first value that is not below `wanted` in what is in ascending order. */
export function firstAtLeast(ascending: readonly number[], wanted: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Return where a line through the points is at `x`; outside of them, at their end. */
export function interpolated(xs: readonly number[], ys: readonly number[], x: number): number {
  const after = firstAtLeast(xs, x);
  const [right, rightY] = [xs[after], ys[after]];
  const [left, leftY] = [xs[after - 1], ys[after - 1]];
  if (left === undefined || leftY === undefined) {
    return rightY ?? NaN;
  }
  if (right === undefined || rightY === undefined || right === left) {
    return leftY;
  }
  return leftY + ((x - left) / (right - left)) * (rightY - leftY);
}
