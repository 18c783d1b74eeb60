/**
 * Small parts that every view is made of.
 */

import type { ButtonHTMLAttributes, JSX, ReactNode } from 'react';

import { Icon } from '../icons';
import type { IconName } from '../icons';

interface IButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon?: IconName;
  readonly kind?: 'plain' | 'accept' | 'warn';
}

/** A button with a word; of the accepting kind there is one on a surface. */
export function Button({ icon, kind = 'plain', children, ...rest }: IButtonProps): JSX.Element {
  const className = kind === 'plain' ? 'jm-Button' : `jm-Button jm-mod-${kind}`;
  return (
    <button type="button" className={className} {...rest}>
      {icon && <Icon name={icon} size={13} />}
      {children}
    </button>
  );
}

interface IIconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName;
  /** What it does, for tooltip and screen readers. */
  readonly label: string;
}

/** A button that is but an icon. */
export function IconButton({ icon, label, ...rest }: IIconButtonProps): JSX.Element {
  return (
    <button type="button" className="jm-IconButton" title={label} aria-label={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

/** A small label, such as `python ×4`. */
export function Chip({ children, icon }: { children: ReactNode; icon?: IconName }): JSX.Element {
  return (
    <span className="jm-Chip">
      {icon && <Icon name={icon} size={11} />}
      {children}
    </span>
  );
}

interface IProgressBarProps {
  /** From 0 to 1; null if no end is known. */
  readonly share: number | null;
  readonly tone: string;
  readonly label: string;
}

/** The thin line that says how far. */
export function ProgressBar({ share, tone, label }: IProgressBarProps): JSX.Element {
  const isBusy = tone === 'starting';
  return (
    <div
      className={`jm-Progress${isBusy ? ' jm-mod-busy' : ''}`}
      data-s={tone}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === null ? undefined : Math.round(share * 100)}
    >
      <i style={isBusy ? undefined : { width: `${((share ?? 0) * 100).toFixed(1)}%` }} />
    </div>
  );
}

/** A line of code that runs as it is, with a button to copy it. */
export function CodeLine({ code, copyLabel }: { code: string; copyLabel: string }): JSX.Element {
  return (
    <div className="jm-Line">
      <span>{code}</span>
      <IconButton icon="copy" label={copyLabel} onClick={() => void navigator.clipboard.writeText(code)} />
    </div>
  );
}
