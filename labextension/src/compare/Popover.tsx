/**
 * A button that opens a small sheet below it.
 */

import { useEffect, useId, useRef, useState } from 'react';
import type { JSX, ReactNode } from 'react';

import { Icon } from '../icons';
import type { IconName } from '../icons';

interface IPopoverProps {
  readonly label: string;
  readonly icon?: IconName;
  /** What stands in the sheet; made only while it is open. */
  readonly children: ReactNode;
}

/** Show the button, and when it is pressed its sheet; Escape and a click elsewhere close it. */
export function Popover({ label, icon, children }: IPopoverProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const whole = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!isOpen) {
      return;
    }
    whole.current?.querySelector<HTMLElement>('[role=dialog] :is(input, button, select)')?.focus();
    const onPointerDown = (event: PointerEvent): void => {
      if (event.target instanceof Node && !whole.current?.contains(event.target)) {
        setOpen(false);
      }
    };
    window.addEventListener('pointerdown', onPointerDown, true);
    return () => window.removeEventListener('pointerdown', onPointerDown, true);
  }, [isOpen]);
  return (
    <span
      ref={whole}
      className="jm-Popover"
      onKeyDown={event => {
        if (event.key === 'Escape' && isOpen) {
          event.stopPropagation();
          close();
        }
      }}
    >
      <button
        ref={button}
        type="button"
        className="jm-Button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {icon && <Icon name={icon} size={13} />}
        {label}
        {!icon && <Icon name="caret-down" size={12} />}
      </button>
      {isOpen && (
        <div id={id} className="jm-Popover-sheet" role="dialog" aria-label={label}>
          {children}
        </div>
      )}
    </span>
  );
}
