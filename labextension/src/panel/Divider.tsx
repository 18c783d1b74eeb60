/**
 * The line between two open sections, which shares out the height.
 */

import { useRef } from 'react';
import type { JSX } from 'react';

import { useTranslation } from '../translation';
import type { PanelModel } from './model';

/** One press of an arrow key moves it so far. */
const STEP = 0.05;

/** Show the line; it is moved with the pointer or with the arrow keys. */
export function Divider({ model }: { model: PanelModel }): JSX.Element {
  const trans = useTranslation();
  const isHeld = useRef(false);
  const moveTo = (line: HTMLElement, y: number): void => {
    const frame = line.parentElement?.getBoundingClientRect();
    if (frame !== undefined && frame.height > 0) {
      model.divide((y - frame.top) / frame.height);
    }
  };
  return (
    <div
      className="jm-Divider"
      role="separator"
      aria-orientation="horizontal"
      aria-label={trans.__('Height of the runs')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(model.share * 100)}
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
          model.divide(model.share + (event.key === 'ArrowUp' ? -STEP : STEP));
          event.preventDefault();
          event.stopPropagation();
        }
      }}
    />
  );
}
