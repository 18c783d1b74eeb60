/**
 * Which endpoint it is, how it stands, and what can be done with it.
 */

import { PathExt } from '@jupyterlab/coreutils';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { JSX, MouseEvent } from 'react';

import { CommandIDs } from '../../commands';
import { oneLine } from '../../runs/card/text';
import { useNow } from '../../runs/page/now';
import { useTranslation } from '../../translation';
import { Button, IconButton, ProgressBar } from '../../ui/parts';
import type { IEndpointSnapshot } from '../../wire';
import { Mark } from '../Mark';
import {
  canPromote,
  countsWords,
  isGoing,
  isUp,
  markOf,
  revisionName,
  rollBackWords,
  upWords
} from '../words';
import { useCommand, usePage } from './context';

/** What the menu offers; what makes no sense for an endpoint is greyed by its command. */
const MENU: readonly (string | null)[] = [
  CommandIDs.deploy,
  CommandIDs.moveCanary,
  CommandIDs.promoteCanary,
  CommandIDs.rollBackEndpoint,
  CommandIDs.replayEndpoint,
  CommandIDs.setGates,
  null,
  CommandIDs.scaleEndpoint,
  CommandIDs.openPort,
  CommandIDs.startEndpoint,
  CommandIDs.stopEndpoint,
  null,
  CommandIDs.openEndpointLogs,
  CommandIDs.goToEndpointCell,
  CommandIDs.copyEndpointAddress,
  CommandIDs.copyEndpointHandle,
  null,
  CommandIDs.noteEndpoint,
  CommandIDs.tagEndpoint,
  CommandIDs.archiveEndpoint,
  null,
  CommandIDs.deleteEndpoint
];

/** The head of the page. */
export function Head({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { row } = snapshot;
  const mark = markOf(row, trans);
  const isBusy = mark.colour === 'starting' || mark.colour === 'waiting';
  return (
    <>
      <div className="jm-PageHead jm-Ep-head">
        <div className="jm-top">
          <h1 className="jm-ellipsis" title={row.name}>
            {row.name}
          </h1>
          <span aria-live="polite">
            <Mark mark={mark} />
          </span>
          {isGoing(row) && (
            <span className="jm-muted jm-num jm-ellipsis jm-RunPage-facts">{countsWords(row, trans)}</span>
          )}
          <span className="jm-grow" />
          <Actions snapshot={snapshot} />
        </div>
        {!row.broken && <FactsLine snapshot={snapshot} />}
      </div>
      <ProgressBar
        share={null}
        tone={isBusy ? 'starting' : mark.colour}
        label={isBusy ? trans.__('A revision is being started') : trans.__('Nothing is being started')}
      />
    </>
  );
}

function Actions({ snapshot: { row } }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { page, services } = usePage();
  if (page.endpoint.problem?.kind === 'unknown') {
    // Of what was deleted nothing can be asked.
    return <span className="jm-RunPage-acts" />;
  }
  const openMenu = (event: MouseEvent<HTMLElement>): void => {
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    menuOf(services.commands, page.id).open(left, bottom);
  };
  const canRollBack = isUp(row) && (row.canary > 0 || row.stable > 1);
  return (
    <span className="jm-RunPage-acts">
      <Button icon="terminal" onClick={() => execute(CommandIDs.openEndpointLogs)}>
        {trans.__('Logs')}
      </Button>
      {isUp(row) && <Button onClick={() => execute(CommandIDs.scaleEndpoint)}>{trans.__('Scale…')}</Button>}
      {canRollBack && (
        <Button icon="rollback" onClick={() => execute(CommandIDs.rollBackEndpoint)}>
          {rollBackWords(row, trans)}
        </Button>
      )}
      {canPromote(row) && (
        <Button icon="promote" kind="accept" onClick={() => execute(CommandIDs.promoteCanary)}>
          {trans.__('Promote %1', revisionName(row.canary))}
        </Button>
      )}
      <IconButton icon="ellipsis" label={trans.__('More actions')} aria-haspopup="menu" onClick={openMenu} />
    </span>
  );
}

function FactsLine({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { page } = usePage();
  const { row, address, url, prompt } = snapshot;
  const now = useNow(page.isShown && isUp(row) && page.endpoint.problem === null);
  const up = upWords(row, now, trans);
  const shown = url || address;
  const notebook = oneLine(PathExt.basename(row.notebook), 80);
  return (
    <div className="jm-facts jm-num">
      <span>
        {trans.__('on')} <b>{row.platform}</b>
      </span>
      {shown && (
        <span className="jm-Ep-address">
          <code className="jm-code jm-ellipsis" title={shown}>
            {shown}
          </code>
          <IconButton
            icon="copy"
            label={trans.__('Copy the address')}
            onClick={() => void navigator.clipboard.writeText(shown)}
          />
        </span>
      )}
      {up && <span>{up}</span>}
      {notebook && (
        <span>
          {trans.__('from')}{' '}
          <button type="button" className="jm-link" onClick={() => execute(CommandIDs.goToEndpointCell)}>
            {prompt ? trans.__('%1, cell %2', notebook, prompt) : notebook}
          </button>
        </span>
      )}
    </div>
  );
}

function menuOf(commands: CommandRegistry, id: string): MenuSvg {
  const menu = new MenuSvg({ commands });
  for (const command of MENU) {
    if (command === null) {
      menu.addItem({ type: 'separator' });
    } else if (commands.hasCommand(command)) {
      menu.addItem({ command, args: { id } });
    }
  }
  menu.aboutToClose.connect(() => window.setTimeout(() => menu.dispose()));
  return menu;
}
