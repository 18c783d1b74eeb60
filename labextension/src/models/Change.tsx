/**
 * How a metric differs from that of another version.
 */

import type { JSX } from 'react';

import { formatMetric, MINUS, MISSING } from '../format';
import { Icon } from '../icons';
import { direction } from '../runs/metrics';
import { useTranslation } from '../translation';

interface IChangeProps {
  readonly one: number | null;
  readonly other: number | null;
  /** Above zero if it is better, below if it is worse, zero if nobody knows. */
  readonly gain: number;
}

/** Show a difference, and whether it is for the better. */
export function Change({ one, other, gain }: IChangeProps): JSX.Element {
  const trans = useTranslation();
  if (one === null || other === null) {
    return <span className="jm-muted">{MISSING}</span>;
  }
  const words = changeWords(one - other);
  if (words === null) {
    return <span className="jm-muted">{trans.__('same')}</span>;
  }
  const tone = gain > 0 ? 'succeeded' : gain < 0 ? 'failed' : undefined;
  return (
    <span className={tone ? 'jm-Change' : 'jm-Change jm-muted'} data-s={tone}>
      <Icon name={one > other ? 'caret-up' : 'caret-down'} size={12} />
      {words}
      {gain !== 0 && <span className="jm-vh">{gain > 0 ? trans.__('better') : trans.__('worse')}</span>}
    </span>
  );
}

/** Return a difference with its sign: `+0.009`; null where it is none that can be seen. */
export function changeWords(difference: number): string | null {
  const words = formatMetric(Math.abs(difference));
  return difference === 0 || Number(words) === 0 ? null : `${difference > 0 ? '+' : MINUS}${words}`;
}

/** Return above zero if a metric's first value is better than its other, below if worse, zero if nobody knows. */
export function gainOf(metric: string, one: number | null, other: number | null): number {
  return one === null || other === null ? 0 : direction(metric) * (one - other);
}
