/**
 * What a run came from and what came of it, once there is more to tell than the run itself.
 */

import type { JSX } from 'react';

import { Chain } from '../../../lineage/Chain';
import { useTranslation } from '../../../translation';
import { usePage } from '../context';
import { useAnswer } from '../details';

interface IBecameProps {
  /** What changes when the run gets on in the large. */
  readonly stage: string;
  readonly isShown: boolean;
}

/** Show the chain. */
export function Became({ stage, isShown }: IBecameProps): JSX.Element | null {
  const trans = useTranslation();
  const { page, services } = usePage();
  const answer = useAnswer(signal => page.runs.client.lineage(page.id, signal), page.id, stage, isShown);
  const lineage = answer.value;
  if (lineage?.links.some(({ kind }) => kind === 'version' || kind === 'sweep') !== true) {
    return null;
  }
  const title = trans.__('Where it comes from, what came of it');
  return (
    <section className="jm-Section">
      <h2>{title}</h2>
      <Chain lineage={lineage} commands={services.commands} label={title} />
    </section>
  );
}
