/**
 * What pages say where something is wrong with what they show: one line, and how old it is.
 */

import type { JSX, ReactNode } from 'react';

import { formatDate, formatTime, isoDay } from '../format';
import { Icon } from '../icons';
import type { IconName } from '../icons';
import { Sentence } from '../runs/card/pieces';

interface ILineProps {
  readonly icon: IconName;
  readonly says: string;
  readonly tone?: string;
  readonly children?: ReactNode;
}

/** One line below the head, with the way out beside it. */
export function Line({ icon, says, tone = 'warning', children }: ILineProps): JSX.Element {
  return (
    <div className="jm-Banner" data-s={tone}>
      <Icon name={icon} />
      <span className="jm-grow">
        <Sentence text={says} longest={600} />
      </span>
      {children}
    </div>
  );
}

/** Return when something was true: a time today, else a date. */
export function when(seconds: number): string {
  return isoDay(seconds) === isoDay(Date.now() / 1000) ? formatTime(seconds) : formatDate(seconds);
}
