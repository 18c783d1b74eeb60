/**
 * What can be done with the selected runs; it lies over the list, so that nothing jumps.
 */

import type { JSX } from 'react';

import { formatCount } from '../../format';
import type { IPanelHost } from '../../panel/host';
import type { AnySection } from '../../panel/sections';
import { MOST } from '../../panel/selection';
import { useTranslation } from '../../translation';
import { Button, IconButton } from '../../ui/parts';

interface ISelectionBarProps {
  readonly model: AnySection;
  readonly host: IPanelHost;
}

/** Show the bar; nothing while nothing is selected. */
export function SelectionBar({ model, host }: ISelectionBarProps): JSX.Element | null {
  const trans = useTranslation();
  const { selection } = model;
  if (selection.size === 0) {
    return null;
  }
  const isAlone = selection.size === 1;
  return (
    <div className="jm-Selection" role="group" aria-label={trans.__('Selected runs')}>
      <span className="jm-ellipsis" title={selection.isCut ? cutWords(trans) : undefined}>
        <b className="jm-num">{formatCount(selection.size)}</b> {trans.__('selected')}
        {selection.isCut && <small className="jm-muted"> {trans.__('(the most)')}</small>}
      </span>
      <span className="jm-grow" />
      <Button
        icon="compare"
        kind="accept"
        className="jm-Button jm-mod-small jm-mod-accept"
        disabled={isAlone}
        title={isAlone ? trans.__('Select one more to compare') : trans.__('Compare what is selected (C)')}
        onClick={() => host.compare(selection.rows.map(row => row.id))}
      >
        {trans.__('Compare')}
      </Button>
      <IconButton
        icon="ellipsis"
        label={trans.__('More actions for the selection')}
        aria-haspopup="menu"
        onClick={event => host.selectionMenu(model.noun.name, event.currentTarget)}
      />
      <IconButton
        icon="close"
        label={trans.__('Clear the selection (Esc)')}
        onClick={() => model.clearSelection()}
      />
    </div>
  );
}

function cutWords(trans: ReturnType<typeof useTranslation>): string {
  return trans.__('No more than %1 runs can be selected; these are the first of them.', formatCount(MOST));
}
