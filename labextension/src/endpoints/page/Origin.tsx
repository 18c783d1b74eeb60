/**
 * Where what is served comes from.
 */

import { useId } from 'react';
import type { JSX } from 'react';

import { Chain } from '../../lineage/Chain';
import { useTranslation } from '../../translation';
import type { IEndpointSnapshot } from '../../wire';
import { usePage } from './context';

/** Show the chain from data to revision; nothing where nothing is known. */
export function Origin({ snapshot: { lineage, row } }: { snapshot: IEndpointSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  const { services } = usePage();
  const title = useId();
  if (lineage.links.length === 0) {
    return null;
  }
  return (
    <section className="jm-Section jm-Ep-origin" aria-labelledby={title}>
      <h2 id={title}>{trans.__('Lineage')}</h2>
      <Chain
        lineage={lineage}
        commands={services.commands}
        label={trans.__('Where %1 comes from', row.name)}
      />
    </section>
  );
}
