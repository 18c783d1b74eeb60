/**
 * Of a long list the first lines; the rest when it is asked for.
 */

import { useState } from 'react';
import type { JSX, ReactNode } from 'react';

import { formatCount } from '../../format';
import { useTranslation } from '../../translation';

/** Return the lines that are shown, and what shows the others; null where there are none. */
export function useMost<T>(all: readonly T[], most: number): [readonly T[], ReactNode] {
  const [isWhole, setWhole] = useState(false);
  const rest = all.length - most;
  if (isWhole || rest <= 1) {
    return [all, null];
  }
  return [all.slice(0, most), <More key="more" rest={rest} onMore={() => setWhole(true)} />];
}

function More({ rest, onMore }: { rest: number; onMore: () => void }): JSX.Element {
  const trans = useTranslation();
  return (
    <button type="button" className="jm-link jm-small jm-Model-more" onClick={onMore}>
      {trans.__('%1 more', formatCount(rest))}
    </button>
  );
}
