/**
 * What stands in the place of runs while there are none.
 */

import type { JSX } from 'react';

import type { IPanelHost } from '../../panel/host';
import { useTranslation } from '../../translation';
import { Button, CodeLine } from '../../ui/parts';
import { EXAMPLE, LOAD } from '../shell/example';

/** Teach how there comes to be a run. */
export function NoRuns({ host }: { host: IPanelHost }): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Empty">
      <h3>{trans.__('No runs yet')}</h3>
      <p>{trans.__('Put this line above any training cell and run it. The run appears here.')}</p>
      <CodeLine code={EXAMPLE.line} copyLabel={trans.__('Copy the line')} />
      <p className="jm-muted">
        {trans.__('The notebook needs %1 once.', LOAD)}{' '}
        {trans.__('No training cell at hand? This one brings its own data and takes %1.', EXAMPLE.takes)}
      </p>
      <div>
        <Button icon="add" onClick={() => host.insertExample()}>
          {trans.__('Insert example cell')}
        </Button>
      </div>
    </div>
  );
}
