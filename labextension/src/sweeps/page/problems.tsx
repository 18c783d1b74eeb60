/**
 * Why there is nothing to show, or why what is shown may not be true any more, and the way out.
 */

import { useEffect, useState } from 'react';
import type { JSX } from 'react';

import { isFinished } from '../../client';
import { CommandIDs } from '../../commands';
import { Icon } from '../../icons';
import type { IconName } from '../../icons';
import { Line, when } from '../../nouns/problems';
import { said } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import { Button } from '../../ui/parts';
import type { ISweepSnapshot } from '../../wire';
import { useCommand, usePage } from './context';

/** What is not there at once is said to be loading only then, in milliseconds. */
const PATIENCE = 300;

/** What stands in the place of a page of which nothing is known. */
export function Nothing(): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const execute = useCommand();
  const { problem } = page.sweep;
  if (problem === null) {
    return <Loading />;
  }
  const isUnknown = problem.kind === 'unknown';
  return (
    <div className="jm-Empty" role="status">
      <h2 data-s={isUnknown ? undefined : 'warning'}>
        <Icon name={isUnknown ? 'search' : 'warning'} />
        {isUnknown ? trans.__('There is no such sweep here') : trans.__('The sweep cannot be read')}
      </h2>
      <p>{problem.message}</p>
      {isUnknown && <p className="jm-muted">{trans.__('It was deleted, or it is in another home.')}</p>}
      <div className="jm-row">
        {isUnknown ? (
          <Button onClick={() => execute(CommandIDs.showSweeps)}>{trans.__('Show all sweeps')}</Button>
        ) : (
          <Button icon="refresh" onClick={() => void page.sweep.refresh()}>
            {trans.__('Try again')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Say on one line what is wrong, or why it ended as it did. */
export function Banner({ snapshot }: { snapshot: ISweepSnapshot }): JSX.Element {
  // The region stands before it says something, else it would not be read out.
  return (
    <div role="status">
      <Trouble snapshot={snapshot} />
    </div>
  );
}

function Trouble({ snapshot }: { snapshot: ISweepSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  const { page } = usePage();
  const execute = useCommand();
  const { problem, asOf } = page.sweep;
  const { row } = snapshot;
  if (problem !== null) {
    const dated = trans.__('What is shown is from %1.', when(asOf));
    const isUnknown = problem.kind === 'unknown';
    const again = (): void =>
      void (problem.kind === 'offline' ? page.sweeps.feed.tryNow() : page.sweep.refresh());
    return (
      <Line
        icon="warning"
        says={`${isUnknown ? trans.__('This sweep was deleted.') : problem.message} ${dated}`}
      >
        {!isUnknown && (
          <Button icon="refresh" onClick={again}>
            {trans.__('Try again')}
          </Button>
        )}
      </Line>
    );
  }
  if (row.broken) {
    return (
      <Line icon="warning" says={row.broken}>
        <Button onClick={() => execute(CommandIDs.deleteSweep)}>{trans.__('Delete…')}</Button>
      </Line>
    );
  }
  if (snapshot.elsewhere && !isFinished(row)) {
    return <Line icon="laptop" says={snapshot.elsewhere} />;
  }
  if (row.why && row.state !== 'running' && row.state !== 'starting') {
    return (
      <Line
        icon={ICONS[row.state]}
        tone={row.state === 'queued' ? 'waiting' : row.state}
        says={said(row.why)}
      />
    );
  }
  return null;
}

const ICONS: Readonly<Record<'queued' | 'succeeded' | 'failed' | 'stopped', IconName>> = {
  queued: 'waiting',
  succeeded: 'succeeded',
  failed: 'failed',
  stopped: 'stopped'
};

function Loading(): JSX.Element {
  const trans = useTranslation();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), PATIENCE);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <p className="jm-Empty jm-muted" role="status">
      {isLate && trans.__('Reading the sweep…')}
    </p>
  );
}
