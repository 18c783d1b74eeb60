/**
 * A state as shape, colour and, where there is room, word.
 */

import type { JSX } from 'react';

import { Icon } from '../icons';
import { toneIcon, toneWord } from '../runs/words';
import type { Tone } from '../runs/words';
import { useTranslation } from '../translation';

interface IStateMarkProps {
  readonly tone: Tone;
  /** Without it the word is for screen readers and the tooltip only. */
  readonly hasWord?: boolean;
}

/** Show a state. */
export function StateMark({ tone, hasWord = true }: IStateMarkProps): JSX.Element {
  const word = toneWord(tone, useTranslation());
  return (
    <span className="jm-State" data-s={tone} title={hasWord ? undefined : word}>
      <Icon name={toneIcon(tone)} />
      <span className={hasWord ? undefined : 'jm-vh'}>{word}</span>
    </span>
  );
}
