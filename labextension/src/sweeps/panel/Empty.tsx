/**
 * What stands in the place of sweeps while there are none.
 */

import type { JSX } from 'react';

import { useTranslation } from '../../translation';
import { CodeLine } from '../../ui/parts';

/** Makes a sweep of any cell that trains `digits` and reports its accuracy. */
const LINE = '%%tune digits lr=1e-4..1e-1:log --objective accuracy';

/** Teach how there comes to be a sweep. */
export function NoSweeps(): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Empty">
      <h3>{trans.__('No sweeps yet')}</h3>
      <p>
        {trans.__('Tune any training cell: put a range in the place of a value. The sweep appears here.')}
      </p>
      <CodeLine code={LINE} copyLabel={trans.__('Copy the line')} />
      <p className="jm-muted">
        {trans.__(
          'The cell sets the parameter and reports the objective. A run can be tuned as well: Tune… in its menu.'
        )}
      </p>
    </div>
  );
}
