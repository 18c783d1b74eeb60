/**
 * A state as shape, colour and word, where it is not that of a run.
 */

import type { JSX } from 'react';

import { Icon } from '../icons';
import type { IMark } from './words';

/** Show a state. */
export function Mark({ mark }: { mark: IMark }): JSX.Element {
  return (
    <span className="jm-State" data-s={mark.colour}>
      <Icon name={mark.icon} />
      <span>{mark.word}</span>
    </span>
  );
}

/** The line in the colour of a revision. */
export function Key({ colour }: { colour: number }): JSX.Element {
  return <span className="jm-Key" data-c={colour} aria-hidden="true" />;
}
