/**
 * Why there is nothing to show, or why what is shown may not be true any more, and the way out.
 */

import { useEffect, useState } from 'react';
import type { JSX, ReactNode } from 'react';

import { isFinished } from '../../client';
import { CommandIDs } from '../../commands';
import { formatDate, formatTime, isoDay } from '../../format';
import { Icon } from '../../icons';
import type { IconName } from '../../icons';
import { useTranslation } from '../../translation';
import { Button } from '../../ui/parts';
import type { IRunSnapshot } from '../../wire';
import { useCommand, usePage } from './context';

/** What is not there at once is said to be loading only then, in milliseconds. */
const PATIENCE = 300;

/** What stands in the place of a page of which nothing is known. */
export function Nothing(): JSX.Element | null {
  const trans = useTranslation();
  const { page } = usePage();
  const execute = useCommand();
  const { problem } = page.run;
  if (problem === null) {
    return <Loading />;
  }
  const isUnknown = problem.kind === 'unknown';
  return (
    <div className="jm-Empty" role="status">
      <h2 data-s={isUnknown ? undefined : 'warning'}>
        <Icon name={isUnknown ? 'search' : 'warning'} />
        {isUnknown ? trans.__('There is no such run here') : trans.__('The run cannot be read')}
      </h2>
      <p>{problem.message}</p>
      {isUnknown && <p className="jm-muted">{trans.__('It was deleted, or it is in another home.')}</p>}
      <div className="jm-row">
        {isUnknown ? (
          <Button onClick={() => execute(CommandIDs.showRuns)}>{trans.__('Show all runs')}</Button>
        ) : (
          <Button icon="refresh" onClick={() => void page.run.refresh()}>
            {trans.__('Try again')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** What stands in the place of a part that is not there yet, or cannot be read. */
export function Unread({ problem }: { problem: Error | null }): JSX.Element {
  return problem === null ? (
    <Loading />
  ) : (
    <p className="jm-Empty" role="status">
      {problem.message}
    </p>
  );
}

/** Say on one line what is wrong with what is shown below. */
export function Banner({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element {
  // The region stands before it says something, else it would not be read out.
  return (
    <div role="status">
      <Trouble snapshot={snapshot} />
    </div>
  );
}

function Trouble({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  const { page } = usePage();
  const execute = useCommand();
  const { problem, asOf } = page.run;
  const dated = trans.__('What is shown is from %1.', when(asOf));
  if (problem?.kind === 'offline') {
    return (
      <Line icon="warning" says={`${problem.message} ${dated}`}>
        <Button icon="refresh" onClick={() => void page.runs.feed.tryNow()}>
          {trans.__('Try again')}
        </Button>
      </Line>
    );
  }
  if (problem?.kind === 'unknown') {
    return <Line icon="warning" says={`${trans.__('This run was deleted.')} ${dated}`} />;
  }
  if (problem !== null) {
    return (
      <Line icon="warning" says={`${problem.message} ${dated}`}>
        <Button icon="refresh" onClick={() => void page.run.refresh()}>
          {trans.__('Try again')}
        </Button>
      </Line>
    );
  }
  if (snapshot.row.broken) {
    return (
      <Line icon="warning" says={snapshot.row.broken}>
        <Button onClick={() => execute(CommandIDs.deleteRun)}>{trans.__('Delete…')}</Button>
      </Line>
    );
  }
  if (snapshot.elsewhere && !isFinished(snapshot.row)) {
    return (
      <Line icon="laptop" says={snapshot.elsewhere}>
        <Button onClick={() => execute(CommandIDs.closeRun)}>{trans.__('Close by hand…')}</Button>
      </Line>
    );
  }
  return null;
}

function Line({ icon, says, children }: { icon: IconName; says: string; children?: ReactNode }): JSX.Element {
  return (
    <div className="jm-Banner" data-s="warning">
      <Icon name={icon} />
      <span className="jm-grow">{says}</span>
      {children}
    </div>
  );
}

function Loading(): JSX.Element {
  const trans = useTranslation();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), PATIENCE);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <p className="jm-Empty jm-muted" role="status">
      {isLate && trans.__('Reading the run…')}
    </p>
  );
}

function when(seconds: number): string {
  return isoDay(seconds) === isoDay(Date.now() / 1000) ? formatTime(seconds) : formatDate(seconds);
}
