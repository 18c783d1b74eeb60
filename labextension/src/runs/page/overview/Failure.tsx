/**
 * Why a run failed: in the words of its card, with all of the traceback.
 */

import type { JSX } from 'react';

import { CommandIDs } from '../../../commands';
import { Icon } from '../../../icons';
import { useTranslation } from '../../../translation';
import { Button, CodeLine } from '../../../ui/parts';
import type { IRunSnapshot } from '../../../wire';
import { Headline } from '../../card/bodies';
import { excerpt, fates, placeOf, remedies } from '../../card/failure';
import { Sentence } from '../../card/pieces';
import { pieces, plain } from '../../card/text';
import { toneIcon } from '../../words';
import { useCommand } from '../context';

/** Show the error first. */
export function Failure({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { row, error } = snapshot;
  const rank = row.failed_rank === null ? {} : { rank: row.failed_rank };
  return (
    <section className="jm-Section jm-Failure" aria-label={trans.__('Why it failed')}>
      <Headline snapshot={snapshot} />
      <p className="jm-muted">{placeOf(snapshot, trans)}</p>
      {error !== null && error.line > 0 && snapshot.code && (
        <div className="jm-Frame" tabIndex={0} role="group" aria-label={trans.__('The lines of the cell')}>
          {excerpt(snapshot.code, error.line).map(({ number, text, isMarked }) => (
            <div key={number} className={isMarked ? 'jm-mark' : undefined}>
              <span className="ln">{number}</span>
              <span>
                {plain(text)}
                {isMarked && <span className="jm-vh">{trans.__('this line failed')}</span>}
              </span>
            </div>
          ))}
        </div>
      )}
      <ul className="jm-Failure-fates">
        {fates(snapshot, trans).map(({ tone, who, what }) => (
          <li key={who} data-s={tone}>
            <Icon name={toneIcon(tone)} />
            <span>
              <b>{who}</b> <Sentence text={what} longest={400} />
            </span>
          </li>
        ))}
      </ul>
      <div className="jm-row">
        <Button icon="retry" onClick={() => execute(CommandIDs.retryRun)}>
          {trans.__('Retry')}
        </Button>
        <Button icon="terminal" onClick={() => execute(CommandIDs.openLogs, rank)}>
          {trans.__('Open logs')}
        </Button>
        <Button icon="notebook" onClick={() => execute(CommandIDs.openRun, { tab: 'code' })}>
          {trans.__('Open code')}
        </Button>
      </div>
      <div className="jm-Failure-try">
        {remedies(snapshot, trans).map(({ code, why }) => (
          <div key={code}>
            <CodeLine code={plain(code)} copyLabel={trans.__('Copy the line: %1', why)} />
            <span className="jm-muted jm-small">{why}</span>
          </div>
        ))}
      </div>
      {error?.traceback && (
        <details className="jm-Failure-trace" open>
          <summary>{trans.__('Traceback')}</summary>
          <pre tabIndex={0} aria-label={trans.__('Traceback')}>
            {pieces(error.traceback).map((piece, at) => (
              <span key={at} className={piece.paint || undefined}>
                {piece.text}
              </span>
            ))}
          </pre>
        </details>
      )}
    </section>
  );
}
