/**
 * What happened to the endpoint's traffic, the latest first.
 */

import { useId, useState } from 'react';
import type { JSX } from 'react';

import { formatDate } from '../../format';
import { Sentence } from '../../runs/card/pieces';
import { useTranslation } from '../../translation';
import type { IEndpointSnapshot } from '../../wire';
import { whenWords } from './scoreboard';

/** So many are shown at once. */
const SHOWN = 8;

/** Show the lines. */
export function Rollouts({ snapshot: { rollouts } }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const title = useId();
  const [isAll, setAll] = useState(false);
  const shown = isAll ? rollouts : rollouts.slice(0, SHOWN);
  return (
    <section className="jm-Section jm-Ep-rollouts" aria-labelledby={title}>
      <h2 id={title}>{trans.__('Rollouts')}</h2>
      {rollouts.length === 0 ? (
        <p className="jm-small jm-muted">{trans.__('Nothing has happened yet.')}</p>
      ) : (
        <ol className="jm-num">
          {shown.map(({ time, text, who, tone }, at) => (
            <li key={`${rollouts.length - at}`} data-s={tones[tone]}>
              <time dateTime={new Date(time * 1000).toISOString()} title={formatDate(time)}>
                {whenWords(time)}
              </time>
              <span title={who ? trans.__('by %1', who) : undefined}>
                <Sentence text={text} longest={400} />
              </span>
            </li>
          ))}
        </ol>
      )}
      {rollouts.length > SHOWN && (
        <button type="button" className="jm-link jm-Ep-more" onClick={() => setAll(!isAll)}>
          {isAll ? trans.__('Show fewer') : trans.__('Show all %1', rollouts.length)}
        </button>
      )}
    </section>
  );
}

const tones: Readonly<Record<'' | 'bad' | 'good', string | undefined>> = {
  '': undefined,
  good: 'succeeded',
  bad: 'failed'
};
