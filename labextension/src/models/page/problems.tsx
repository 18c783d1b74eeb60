/**
 * Why there is nothing to show, or why what is shown may not be true any more, and the way out.
 */

import { useEffect, useState } from 'react';
import type { JSX, ReactNode } from 'react';

import { CommandIDs } from '../../commands';
import { formatDate, formatTime, isoDay } from '../../format';
import type { IProblem } from '../../host';
import { Icon } from '../../icons';
import { Sentence } from '../../runs/card/pieces';
import { said } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import { Button } from '../../ui/parts';
import type { IModelSnapshot } from '../../wire';
import { useCommand, usePage } from './context';

/** What is not there at once is said to be loading only then, in milliseconds. */
const PATIENCE = 300;

/** What stands in the place of a page of which nothing is known. */
export function Nothing(): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const execute = useCommand();
  const { problem } = page.model;
  if (problem === null) {
    return <Loading says={trans.__('Reading the model…')} />;
  }
  const isUnknown = problem.kind === 'unknown';
  return (
    <div className="jm-Empty" role="status">
      <h2 data-s={isUnknown ? undefined : 'warning'}>
        <Icon name={isUnknown ? 'search' : 'warning'} />
        {isUnknown ? trans.__('There is no such model here') : trans.__('The model cannot be read')}
      </h2>
      <p>{problem.message}</p>
      {isUnknown && <p className="jm-muted">{trans.__('It was deleted, or it is in another home.')}</p>}
      <div className="jm-row">
        {isUnknown ? (
          <Button onClick={() => execute(CommandIDs.showModels)}>{trans.__('Show all models')}</Button>
        ) : (
          <Button icon="refresh" onClick={() => void page.model.refresh()}>
            {trans.__('Try again')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Say on one line what is wrong with the model, or with what is known of it. */
export function Banner({ snapshot }: { snapshot: IModelSnapshot }): JSX.Element {
  // The region stands before it says something, else it would not be read out.
  return (
    <div role="status">
      <Trouble snapshot={snapshot} />
    </div>
  );
}

function Trouble({ snapshot: { row } }: { snapshot: IModelSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  const { page } = usePage();
  const execute = useCommand();
  const { problem, asOf } = page.model;
  if (problem !== null) {
    const dated = trans.__('What is shown is from %1.', when(asOf));
    const isUnknown = problem.kind === 'unknown';
    const again = (): void =>
      void (problem.kind === 'offline' ? page.models.feed.tryNow() : page.model.refresh());
    return (
      <Line says={`${isUnknown ? trans.__('This model was deleted.') : problem.message} ${dated}`}>
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
      <Line says={said(row.broken)}>
        <Button onClick={() => execute(CommandIDs.deleteModel, { id: page.name })}>
          {trans.__('Delete…')}
        </Button>
      </Line>
    );
  }
  return null;
}

/** What stands in the place of a version that cannot be shown. */
export function NoVersion({ broken, problem }: { broken: string; problem: IProblem | null }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const execute = useCommand();
  if (broken || problem !== null) {
    return (
      <div role="status">
        <Line says={said(broken || (problem?.message ?? ''))}>
          {broken ? (
            <Button onClick={() => execute(CommandIDs.deleteModel)}>{trans.__('Delete version…')}</Button>
          ) : (
            <Button icon="refresh" onClick={() => void page.version?.refresh()}>
              {trans.__('Try again')}
            </Button>
          )}
        </Line>
      </div>
    );
  }
  return <Loading says={trans.__('Reading the version…')} />;
}

function Line({ says, children }: { says: string; children?: ReactNode }): JSX.Element {
  return (
    <div className="jm-Banner" data-s="warning">
      <Icon name="warning" />
      <span className="jm-grow">
        <Sentence text={says} longest={600} />
      </span>
      {children}
    </div>
  );
}

function Loading({ says }: { says: string }): JSX.Element {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), PATIENCE);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <p className="jm-Empty jm-muted" role="status">
      {isLate && says}
    </p>
  );
}

function when(seconds: number): string {
  return isoDay(seconds) === isoDay(Date.now() / 1000) ? formatTime(seconds) : formatDate(seconds);
}
