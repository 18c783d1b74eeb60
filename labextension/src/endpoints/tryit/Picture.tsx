/**
 * A row that is a square picture, as one sees it.
 */

import type { JSX } from 'react';

import { useTranslation } from '../../translation';

/** Draw shades from 0 to 1, row by row. */
export function Picture({ shades }: { shades: readonly number[] }): JSX.Element {
  const trans = useTranslation();
  const side = Math.sqrt(shades.length);
  return (
    <svg
      className="jm-Ep-picture"
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={trans.__('The input as a picture of %1 by %2', side, side)}
    >
      {shades.map(
        (shade, at) =>
          shade > 0 && (
            <rect
              key={at}
              x={at % side}
              y={Math.floor(at / side)}
              width={1.02}
              height={1.02}
              fill="currentColor"
              opacity={Math.round(shade * 100) / 100}
            />
          )
      )}
    </svg>
  );
}
