/**
 * The time, for what counts seconds.
 */

import { useEffect, useState } from 'react';

/** Return the time in seconds since the epoch; it goes on while `isRunning`. */
export function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (!isRunning) {
      return;
    }
    const tick = (): void => setNow(Date.now() / 1000);
    const first = window.setTimeout(tick);
    const timer = window.setInterval(tick, 1000);
    return () => {
      window.clearTimeout(first);
      window.clearInterval(timer);
    };
  }, [isRunning]);
  return now;
}
