/**
 * What stands in the place of models while there are none.
 */

import type { JSX } from 'react';

import { useTranslation } from '../../translation';
import { CodeLine } from '../../ui/parts';

/** Makes a version of what a run named `digits` has kept. */
const LINE = '%register digits --alias champion';

/** Teach how there comes to be a model. */
export function NoModels(): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Empty">
      <h3>{trans.__('No models yet')}</h3>
      <p>{trans.__('Register what a run has kept, or any model of a notebook. Its versions appear here.')}</p>
      <CodeLine code={LINE} copyLabel={trans.__('Copy the line')} />
      <p className="jm-muted">
        {trans.__('A run or a sweep can be registered by a click as well: Register… in its menu.')}
      </p>
    </div>
  );
}
