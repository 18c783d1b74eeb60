/**
 * Who the sweep is, how it stands, and what can be done with it.
 */

import { PathExt } from '@jupyterlab/coreutils';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { JSX, MouseEvent } from 'react';

import { isFinished } from '../../client';
import { CommandIDs } from '../../commands';
import { formatDuration, formatMetric } from '../../format';
import { oneLine } from '../../runs/card/text';
import { useNow } from '../../runs/page/now';
import { toneOf } from '../../runs/words';
import { useTranslation } from '../../translation';
import { Button, IconButton, ProgressBar } from '../../ui/parts';
import { StateMark } from '../../ui/StateMark';
import type { ISweepSnapshot } from '../../wire';
import { aimOf, algorithmWords, canResume, sweepFacts, sweepShare } from '../words';
import { useCommand, usePage } from './context';

/** How many trials one press adds. */
const MORE = 20;

/** What the menu offers; what makes no sense for a sweep is greyed by its command. */
const MENU: readonly (string | null)[] = [
  CommandIDs.stopSweep,
  CommandIDs.resumeSweep,
  CommandIDs.addTrials,
  null,
  CommandIDs.registerSweep,
  CommandIDs.openBest,
  CommandIDs.compareSweep,
  CommandIDs.goToSweepCell,
  CommandIDs.copySweepHandle,
  null,
  CommandIDs.noteSweep,
  CommandIDs.tagSweep,
  CommandIDs.archiveSweep,
  null,
  CommandIDs.deleteSweep
];

/** The head of the page. */
export function Head({ snapshot }: { snapshot: ISweepSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const { row } = snapshot;
  const isOver = isFinished(row);
  const now = useNow(page.isShown && !isOver && page.sweep.problem === null);
  const tone = toneOf(row, snapshot.detached);
  return (
    <>
      <div className="jm-PageHead jm-Sweep-head">
        <div className="jm-top">
          <h1 className="jm-ellipsis">{row.name}</h1>
          <span aria-live="polite">
            <StateMark tone={tone} />
          </span>
          <span className="jm-muted jm-num jm-ellipsis jm-RunPage-facts">
            {sweepFacts(row, now, trans).join(' · ')}
          </span>
          <span className="jm-grow" />
          <Actions snapshot={snapshot} />
        </div>
        {!row.broken && <FactsLine snapshot={snapshot} />}
      </div>
      <ProgressBar share={isOver ? null : sweepShare(row)} tone={tone} label={trans.__('Trials done')} />
    </>
  );
}

function Actions({ snapshot: { row } }: { snapshot: ISweepSnapshot }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { page, services } = usePage();
  const isOver = isFinished(row);
  if (page.sweep.problem?.kind === 'unknown') {
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
        <Button icon="stop" onClick={() => execute(CommandIDs.stopSweep)}>
          {row.state === 'queued' ? trans.__('Cancel') : trans.__('Stop')}
        </Button>
      )}
      {canResume(row) && (
        <Button icon="running" onClick={() => execute(CommandIDs.resumeSweep)}>
          {trans.__('Resume')}
        </Button>
      )}
      {!row.broken && (
        <Button icon="add" onClick={() => execute(CommandIDs.addTrials, { trials: MORE })}>
          {trans.__('Add %1 trials', MORE)}
        </Button>
      )}
      {row.best !== null && (
        <Button icon="model" onClick={() => execute(CommandIDs.registerSweep)}>
          {trans.__('Register best…')}
        </Button>
      )}
      {row.notebook && (
        <Button icon="notebook" onClick={() => execute(CommandIDs.goToSweepCell)}>
          {trans.__('Open cell')}
        </Button>
      )}
      <IconButton icon="ellipsis" label={trans.__('More actions')} aria-haspopup="menu" onClick={openMenu} />
    </span>
  );
}

function FactsLine({ snapshot }: { snapshot: ISweepSnapshot }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { row, prune, seed, stop_at, timeout, base } = snapshot;
  return (
    <div className="jm-facts jm-num">
      <span>
        <b>{aimOf(row.objectives, trans)}</b>
        {row.objectives.some(({ guessed }) => guessed) && ` ${trans.__('(by its name)')}`}
      </span>
      <span title={algorithmWords(row.algorithm, trans)}>
        {trans.__('algorithm')} <b>{row.algorithm}</b>
      </span>
      <span>
        {trans.__('pruning')} <b>{prune}</b>
      </span>
      <span>
        <b>{row.parallel}</b> {trans.__('at a time on')} <b>{row.platform}</b>
      </span>
      {seed !== null && (
        <span>
          {trans.__('seed')} <b>{seed}</b>
        </span>
      )}
      {stop_at !== null && (
        <span>
          {trans.__('stops at')} <b>{formatMetric(stop_at)}</b>
        </span>
      )}
      {timeout !== null && (
        <span>
          {trans.__('at most')} <b>{formatDuration(timeout)}</b>
        </span>
      )}
      {row.notebook && (
        <span>
          {trans.__('from')}{' '}
          <button type="button" className="jm-link" onClick={() => execute(CommandIDs.goToSweepCell)}>
            {originOf(snapshot, trans.__.bind(trans))}
          </button>
        </span>
      )}
      {base && (
        <span>
          {trans.__('of run')}{' '}
          <button type="button" className="jm-link" onClick={() => execute(CommandIDs.openRun, { id: base })}>
            {base}
          </button>
        </span>
      )}
    </div>
  );
}

function originOf(
  { row, prompt }: ISweepSnapshot,
  say: (text: string, ...args: (string | number)[]) => string
): string {
  const notebook = oneLine(PathExt.basename(row.notebook), 80);
  return prompt ? say('%1, cell %2', notebook, prompt) : notebook;
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
