/**
 * Who the run is, how it stands, and what can be done with it.
 */

import { PathExt } from '@jupyterlab/coreutils';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { JSX, MouseEvent, ReactNode } from 'react';

import { isFinished } from '../../client';
import { CommandIDs } from '../../commands';
import { formatDate, formatDuration, formatTime, isoDay } from '../../format';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { Button, IconButton, ProgressBar } from '../../ui/parts';
import { StateMark } from '../../ui/StateMark';
import type { IRunSnapshot } from '../../wire';
import { Warmth } from '../card/pieces';
import { oneLine } from '../card/text';
import { durationOf, facts, kindOf, shareOf, toneOf } from '../words';
import { useCommand, usePage } from './context';
import { useNow } from './now';

/** What the menu offers; what makes no sense for a run is greyed by its command. */
const MENU: readonly (string | null)[] = [
  CommandIDs.stopRun,
  CommandIDs.retryRun,
  CommandIDs.detachRun,
  CommandIDs.closeRun,
  null,
  CommandIDs.tuneRun,
  CommandIDs.registerRun,
  CommandIDs.goToCell,
  CommandIDs.restoreCode,
  CommandIDs.copyHandle,
  null,
  CommandIDs.noteRun,
  CommandIDs.tagRun,
  CommandIDs.archiveRun,
  null,
  CommandIDs.deleteRun
];

/** The head of the page; `children` are its tabs. */
export function Head({ snapshot, children }: { snapshot: IRunSnapshot; children: ReactNode }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const { row } = snapshot;
  const isOver = isFinished(row);
  const now = useNow(page.isShown && !isOver && page.run.problem === null);
  const tone = toneOf(row, snapshot.detached);
  return (
    <>
      <div className="jm-PageHead">
        <div className="jm-top">
          <h1 className="jm-ellipsis">{row.name}</h1>
          <span aria-live="polite">
            <StateMark tone={tone} />
          </span>
          <span className="jm-muted jm-num jm-ellipsis jm-RunPage-facts">
            {facts(row, now, trans).join(' · ')}
          </span>
          <span className="jm-grow" />
          <Actions snapshot={snapshot} />
        </div>
        <FactsLine snapshot={snapshot} now={now} />
        {children}
      </div>
      <ProgressBar share={isOver ? null : shareOf(row.progress)} tone={tone} label={trans.__('Progress')} />
    </>
  );
}

function Actions({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { page, services } = usePage();
  const { row } = snapshot;
  const isOver = isFinished(row);
  if (page.run.problem?.kind === 'unknown') {
    // Of what was deleted nothing can be asked.
    return <span className="jm-RunPage-acts" />;
  }
  const openMenu = (event: MouseEvent<HTMLElement>): void => {
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    menuOf(services.commands, page.id).open(left, bottom);
  };
  return (
    <span className="jm-RunPage-acts">
      {!isOver && (
        <Button icon="stop" onClick={() => execute(CommandIDs.stopRun)}>
          {row.state === 'queued' ? trans.__('Cancel') : trans.__('Stop')}
        </Button>
      )}
      {isOver && !row.broken && (
        <Button icon="retry" onClick={() => execute(CommandIDs.retryRun)}>
          {trans.__('Retry')}
        </Button>
      )}
      {!isOver &&
        !snapshot.detached &&
        services.commands.isEnabled(CommandIDs.detachRun, { id: page.id }) && (
          <Button icon="detached" onClick={() => execute(CommandIDs.detachRun)}>
            {trans.__('Detach')}
          </Button>
        )}
      {row.state === 'succeeded' && snapshot.made.some(({ size }) => size !== null) && (
        <Button icon="model" onClick={() => execute(CommandIDs.registerRun)}>
          {trans.__('Register…')}
        </Button>
      )}
      {row.notebook && (
        <Button icon="notebook" onClick={() => execute(CommandIDs.goToCell)}>
          {trans.__('Open cell')}
        </Button>
      )}
      <IconButton icon="ellipsis" label={trans.__('More actions')} aria-haspopup="menu" onClick={openMenu} />
    </span>
  );
}

function FactsLine({ snapshot, now }: { snapshot: IRunSnapshot; now: number }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { row } = snapshot;
  return (
    <div className="jm-facts jm-num">
      <span>
        {kindOf(row)} {trans.__('on')} <b>{row.platform}</b>
      </span>
      {row.started === null ? (
        <span>
          {trans.__('submitted')} <b>{when(row.created, now)}</b>
        </span>
      ) : (
        <span>
          {trans.__('started')} <b>{when(row.started, now)}</b>
        </span>
      )}
      <Warmth snapshot={snapshot} />
      {!row.broken && (
        <span>
          {lasting(snapshot, trans)} <b>{formatDuration(durationOf(row, now))}</b>
        </span>
      )}
      {row.notebook && (
        <span>
          {trans.__('from')}{' '}
          <button type="button" className="jm-link" onClick={() => execute(CommandIDs.goToCell)}>
            {cellOf(snapshot, trans)}
          </button>
        </span>
      )}
      {snapshot.code_hash && (
        <span>
          {trans.__('code')} <b className="jm-code">{snapshot.code_hash.slice(0, 6)}</b>
        </span>
      )}
    </div>
  );
}

/** Return `digits.ipynb, cell 4`. */
export function cellOf({ row, prompt }: IRunSnapshot, trans: ITranslation): string {
  const notebook = oneLine(PathExt.basename(row.notebook), 80);
  return prompt ? trans.__('%1, cell %2', notebook, prompt) : notebook;
}

function lasting({ row }: IRunSnapshot, trans: ITranslation): string {
  if (isFinished(row)) {
    return trans.__('took');
  }
  switch (row.state) {
    case 'queued':
      return trans.__('waiting for');
    case 'starting':
      return trans.__('starting for');
    default:
      return trans.__('running for');
  }
}

function when(seconds: number, now: number): string {
  return isoDay(seconds) === isoDay(now) ? formatTime(seconds) : formatDate(seconds);
}

function menuOf(commands: ReturnType<typeof usePage>['services']['commands'], id: string): MenuSvg {
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
