/**
 * Why there is nothing to show, or why what is shown may not be true any more, and the way out.
 */

import { useEffect, useState } from 'react';
import type { JSX } from 'react';

import { CommandIDs } from '../../commands';
import { Icon } from '../../icons';
import { Line, when } from '../../nouns/problems';
import { said } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import { Button } from '../../ui/parts';
import type { IEndpointRow, IEndpointSnapshot } from '../../wire';
import { useActing } from '../acting';
import { isGoing } from '../words';
import { useCommand, usePage } from './context';

/** What is not there at once is said to be loading only then, in milliseconds. */
const PATIENCE = 300;

/** What stands in the place of a page of which nothing is known. */
export function Nothing(): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const execute = useCommand();
  const { problem } = page.endpoint;
  if (problem === null) {
    return <Loading />;
  }
  const isUnknown = problem.kind === 'unknown';
  return (
    <div className="jm-Empty" role="status">
      <h2 data-s={isUnknown ? undefined : 'warning'}>
        <Icon name={isUnknown ? 'search' : 'warning'} />
        {isUnknown ? trans.__('There is no such endpoint here') : trans.__('The endpoint cannot be read')}
      </h2>
      <p>{problem.message}</p>
      {isUnknown && <p className="jm-muted">{trans.__('It was deleted, or it is in another home.')}</p>}
      <div className="jm-row">
        {isUnknown ? (
          <Button onClick={() => execute(CommandIDs.showEndpoints)}>{trans.__('Show all endpoints')}</Button>
        ) : (
          <Button icon="refresh" onClick={() => void page.endpoint.refresh()}>
            {trans.__('Try again')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Say on one line what is wrong, or why it ended as it did. */
export function Banner({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  // The region stands before it says something, else it would not be read out.
  return (
    <div role="status">
      <Trouble snapshot={snapshot} />
    </div>
  );
}

function Trouble({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  const { page } = usePage();
  const execute = useCommand();
  const { problem, asOf } = page.endpoint;
  const { row } = snapshot;
  if (problem !== null) {
    const dated = trans.__('What is shown is from %1.', when(asOf));
    const isUnknown = problem.kind === 'unknown';
    const again = (): void =>
      void (problem.kind === 'offline' ? page.endpoints.feed.tryNow() : page.endpoint.refresh());
    return (
      <Line
        icon="warning"
        says={`${isUnknown ? trans.__('This endpoint was deleted.') : problem.message} ${dated}`}
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
        <Button onClick={() => execute(CommandIDs.deleteEndpoint)}>{trans.__('Delete…')}</Button>
      </Line>
    );
  }
  if (snapshot.elsewhere && isGoing(row)) {
    return <Line icon="laptop" says={snapshot.elsewhere} />;
  }
  if (row.state === 'stopped' || row.state === 'failed') {
    return <Down row={row} />;
  }
  if (row.why && row.state !== 'running') {
    return <Line icon="starting" tone="starting" says={said(row.why)} />;
  }
  return null;
}

/** It does not answer: why, and how it comes up again. */
function Down({ row }: { row: IEndpointRow }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const { busy, refusal, act } = useActing<'start'>();
  const isFailed = row.state === 'failed';
  const why = row.why || (isFailed ? trans.__('Nothing answers') : trans.__('It was stopped on request'));
  return (
    <Line
      icon={isFailed ? 'failed' : 'stopped'}
      tone={row.state}
      says={refusal ? said(refusal) : `${said(why)} ${trans.__('Requests are not answered.')}`}
    >
      <Button
        icon="running"
        aria-disabled={busy !== null}
        onClick={() => act('start', async () => page.endpoints.client.startEndpoint(page.id))}
      >
        {busy ? trans.__('Starting…') : trans.__('Start')}
      </Button>
    </Line>
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
      {isLate && trans.__('Reading the endpoint…')}
    </p>
  );
}
