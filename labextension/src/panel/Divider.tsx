/**
 * The line between two open sections, which shares out the height.
 */

import { useRef } from 'react';
import type { JSX } from 'react';

import { useTranslation } from '../translation';
import type { PanelModel } from './model';
import type { SectionName } from './nouns';

/** One press of an arrow key moves it so far. */
const STEP = 0.05;

interface IDividerProps {
  readonly model: PanelModel;
  readonly upper: SectionName;
  readonly lower: SectionName;
}

/** Show the line; it is moved with the pointer or with the arrow keys. */
export function Divider({ model, upper, lower }: IDividerProps): JSX.Element {
  const trans = useTranslation();
  const isHeld = useRef(false);
  const { title } = model.sections[upper].noun.texts(trans);
  const moveTo = (line: HTMLElement, y: number): void => {
    const frame = (name: SectionName): DOMRect | undefined =>
      line.parentElement?.querySelector(`[data-section="${name}"]`)?.getBoundingClientRect();
    const [above, below] = [frame(upper), frame(lower)];
    const both = (above?.height ?? 0) + (below?.height ?? 0);
    if (above !== undefined && both > 0) {
      model.divide(upper, lower, (y - above.top) / both);
    }
  };
  return (
    <div
      className="jm-Divider"
      role="separator"
      aria-orientation="horizontal"
      aria-label={trans.__('Height of %1', title.toLocaleLowerCase())}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(model.share(upper, lower) * 100)}
      tabIndex={0}
      onPointerDown={event => {
        isHeld.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={event => {
        if (isHeld.current) {
          moveTo(event.currentTarget, event.clientY);
        }
      }}
      onLostPointerCapture={() => (isHeld.current = false)}
      onKeyDown={event => {
        if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
          const by = event.key === 'ArrowUp' ? -STEP : STEP;
          model.divide(upper, lower, model.share(upper, lower) + by);
          event.preventDefault();
          event.stopPropagation();
        }
      }}
    />
  );
}
