/**
 * Why there is nothing to compare, or why what is shown may not be true any more, and the way out.
 */

import { useEffect, useState } from 'react';
import type { JSX } from 'react';

import { CommandIDs } from '../commands';
import { formatDate, formatTime, isoDay } from '../format';
import type { IProblem } from '../host';
import { Icon } from '../icons';
import { useTranslation } from '../translation';
import { Button, CodeLine } from '../ui/parts';
import { useCommand } from './context';
import type { IQuestion } from './question';

/** What is not there at once is said to be loading only then, in milliseconds. */
const PATIENCE = 300;

interface INothingProps {
  readonly problem: IProblem | null;
  readonly onTry: () => void;
}

/** What stands in the place of a comparison of which nothing is known. */
export function Nothing({ problem, onTry }: INothingProps): JSX.Element {
  const trans = useTranslation();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), PATIENCE);
    return () => window.clearTimeout(timer);
  }, []);
  if (problem === null) {
    return (
      <p className="jm-Empty jm-muted" role="status">
        {isLate && trans.__('Reading the runs…')}
      </p>
    );
  }
  return (
    <div className="jm-Empty" role="status">
      <h2 data-s="warning">
        <Icon name="warning" />
        {trans.__('The runs cannot be compared')}
      </h2>
      <p>{problem.message}</p>
      <div className="jm-row">
        <Button icon="refresh" onClick={onTry}>
          {trans.__('Try again')}
        </Button>
      </div>
    </div>
  );
}

/** What stands where no run is as was asked. */
export function Empty({ question }: { question: IQuestion }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const what = question.name ?? question.sweep ?? question.where ?? '';
  return (
    <div className="jm-Empty" role="status">
      <h2>
        <Icon name="compare" />
        {trans.__('There is nothing to compare')}
      </h2>
      <p>
        {question.runs
          ? trans._n(
              'The run is not in this home any more.',
              'None of the %1 runs is in this home any more.',
              question.runs.length
            )
          : what
            ? trans.__('No run is like “%1”.', what)
            : trans.__('There is no run yet.')}
      </p>
      <p className="jm-muted">
        {trans.__('Select runs in the panel and press C, or ask for them in a cell:')}
      </p>
      <CodeLine code='%compare --where "lr > 0.01"' copyLabel={trans.__('Copy the line')} />
      <div className="jm-row">
        <Button onClick={() => execute(CommandIDs.showRuns)}>{trans.__('Show all runs')}</Button>
      </div>
    </div>
  );
}

interface IBannerProps {
  readonly problem: IProblem | null;
  readonly asOf: number;
  /** How many of the runs that were asked for are not there any more. */
  readonly gone: number;
  readonly onTry: () => void;
  readonly onForget: () => void;
}

/** Say on one line what is wrong with what is shown below. */
export function Banner({ problem, asOf, gone, onTry, onForget }: IBannerProps): JSX.Element {
  const trans = useTranslation();
  // The region stands before it says something, else it would not be read out.
  return (
    <div role="status">
      {problem !== null ? (
        <div className="jm-Banner" data-s="warning">
          <Icon name="warning" />
          <span className="jm-grow">
            {problem.message} {trans.__('What is shown is from %1.', when(asOf))}
          </span>
          <Button icon="refresh" onClick={onTry}>
            {trans.__('Try again')}
          </Button>
        </div>
      ) : (
        gone > 0 && (
          <div className="jm-Banner" data-s="warning">
            <Icon name="warning" />
            <span className="jm-grow">
              {trans._n(
                '%1 run that was to be compared was deleted.',
                '%1 runs that were to be compared were deleted.',
                gone
              )}
            </span>
            <Button onClick={onForget}>{trans.__('Go on without')}</Button>
          </div>
        )
      )}
    </div>
  );
}

function when(seconds: number): string {
  return isoDay(seconds) === isoDay(Date.now() / 1000) ? formatTime(seconds) : formatDate(seconds);
}
