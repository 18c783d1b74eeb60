/**
 * What stands in the place of endpoints while there are none.
 */

import type { JSX } from 'react';

import { CommandIDs } from '../../commands';
import type { IPanelHost } from '../../panel/host';
import { useTranslation } from '../../translation';
import { Button, CodeLine } from '../../ui/parts';

/** Serves the version that the alias points at. */
const LINE = '%deploy digits@champion';

/** Teach how there comes to be an endpoint. */
export function NoEndpoints({ host }: { host: IPanelHost }): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Empty">
      <h3>{trans.__('No endpoints yet')}</h3>
      <p>{trans.__('Serve any version of a registered model. Its endpoint appears here.')}</p>
      <CodeLine code={LINE} copyLabel={trans.__('Copy the line')} />
      <div>
        <Button icon="deploy" onClick={() => host.execute(CommandIDs.deploy)}>
          {trans.__('Deploy…')}
        </Button>
      </div>
    </div>
  );
}
