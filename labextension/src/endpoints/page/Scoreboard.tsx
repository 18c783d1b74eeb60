/**
 * Stable and canary beside each other: over the same held-out rows, and over live requests.
 */

import { useId, useState } from 'react';
import type { JSX } from 'react';

import { Icon } from '../../icons';
import { Sentence } from '../../runs/card/pieces';
import { useTranslation } from '../../translation';
import { Button, CodeLine } from '../../ui/parts';
import type { IEndpointSnapshot, IMeasure, IScoreboard } from '../../wire';
import { useActing } from '../acting';
import { Refusal } from '../Refusal';
import { expressionOf, isUp, revisionName } from '../words';
import { usePage } from './context';
import { Gates } from './Gates';
import { answerWords, measureWords, sourceWords } from './scoreboard';

/** Show the scoreboard, or how there comes to be one. */
export function Scoreboard({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const title = useId();
  const { busy, refusal, act } = useActing<'replay'>();
  const { row, scoreboard, stats, judged } = snapshot;
  const replay = (): void =>
    act('replay', async () => {
      await page.endpoints.client.replay(page.id);
      await page.endpoint.refresh();
    });
  return (
    <section className="jm-Section jm-Ep-board" aria-labelledby={title}>
      <h2>
        <span id={title}>{row.canary > 0 ? trans.__('Canary scoreboard') : trans.__('Scoreboard')}</span>
        <span className="jm-end">
          {scoreboard !== null && (
            <span className="jm-small jm-muted jm-ellipsis">{sourceWords(scoreboard, stats, trans)}</span>
          )}
          {(judged !== '' || scoreboard !== null) && (
            <Button
              className="jm-Button jm-mod-small"
              icon="retry"
              aria-disabled={busy !== null || !isUp(row)}
              onClick={() => isUp(row) && replay()}
            >
              {busy ? trans.__('Replaying…') : trans.__('Replay')}
            </Button>
          )}
        </span>
      </h2>
      {scoreboard === null ? (
        <Unjudged snapshot={snapshot} />
      ) : (
        <Board board={scoreboard} snapshot={snapshot} />
      )}
      <Refusal text={refusal} />
      <Gates snapshot={snapshot} />
    </section>
  );
}

function Unjudged({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Ep-unjudged">
      {snapshot.judged ? (
        <p className="jm-muted">
          {trans.__('%1 is stored with it, and has not been replayed yet.', snapshot.judged)}
        </p>
      ) : (
        <>
          <p className="jm-muted">
            {trans.__(
              'Held-out rows tell whether answers are right. This line stores them with the endpoint, and measures it:'
            )}
          </p>
          <CodeLine
            code={`${expressionOf(snapshot)}.scoreboard(X_test, y_test, "accuracy")`}
            copyLabel={trans.__('Copy the line')}
          />
        </>
      )}
    </div>
  );
}

function Board({ board, snapshot }: { board: IScoreboard; snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const rows = useId();
  const hasCanary = board.canary > 0;
  return (
    <>
      <div className="jm-Ep-scroll">
        <table className="jm-Table jm-num" aria-label={trans.__('Scoreboard')}>
          <thead>
            <tr>
              <th scope="col">{trans.__('Measure')}</th>
              <th scope="col" className="r">
                {trans.__('%1 stable', revisionName(board.stable))}
              </th>
              {hasCanary && (
                <>
                  <th scope="col" className="r">
                    {trans.__('%1 canary', revisionName(board.canary))}
                  </th>
                  <th scope="col" className="r">
                    {trans.__('Change')}
                  </th>
                </>
              )}
              <th scope="col">{trans.__('Gate')}</th>
            </tr>
          </thead>
          <tbody>
            {board.measures.map(measure => (
              <Measure
                key={measure.name}
                measure={measure}
                board={board}
                onOpen={
                  measure.name === 'answers that differ' && board.differences.length > 0
                    ? () => setOpen(!isOpen)
                    : null
                }
                isOpen={isOpen}
                rows={rows}
              />
            ))}
          </tbody>
        </table>
      </div>
      {isOpen && <Differences id={rows} board={board} snapshot={snapshot} onClose={() => setOpen(false)} />}
      {board.sentence && <Verdict board={board} />}
    </>
  );
}

interface IMeasureProps {
  readonly measure: IMeasure;
  readonly board: IScoreboard;
  /** Shows the rows that differ; null where there are none. */
  readonly onOpen: (() => void) | null;
  readonly isOpen: boolean;
  readonly rows: string;
}

function Measure({ measure, board, onOpen, isOpen, rows }: IMeasureProps): JSX.Element {
  const trans = useTranslation();
  const words = measureWords(measure, board, trans);
  return (
    <tr>
      <th scope="row">{words.name}</th>
      <td className="r">{words.stable}</td>
      {board.canary > 0 && (
        <>
          <td className="r jm-strong">{words.canary}</td>
          <td className="r" data-s={tone(words.isBetter)}>
            <span className="jm-Ep-change">{words.change}</span>
          </td>
        </>
      )}
      <td>
        {onOpen ? (
          <button
            type="button"
            className="jm-link"
            aria-expanded={isOpen}
            aria-controls={isOpen ? rows : undefined}
            onClick={onOpen}
          >
            {isOpen
              ? trans.__('Hide the rows')
              : trans._n('Open the row', 'Open the %1 rows', board.differences.length)}
          </button>
        ) : (
          <Gate measure={measure} />
        )}
      </td>
    </tr>
  );
}

/** What a measure is held against, and whether it is. */
function Gate({ measure: { gate, passed } }: { measure: IMeasure }): JSX.Element | null {
  const trans = useTranslation();
  if (gate === '' || passed === null) {
    return gate === '' ? null : <span className="jm-muted">{gate}</span>;
  }
  return (
    <span className="jm-State" data-s={passed ? 'succeeded' : 'failed'}>
      <Icon name={passed ? 'check' : 'failed'} />
      <span>
        {gate}
        <span className="jm-vh">, {passed ? trans.__('passed') : trans.__('not passed')}</span>
      </span>
    </span>
  );
}

function Verdict({ board }: { board: IScoreboard }): JSX.Element {
  const tones = { good: 'succeeded', bad: 'failed', '': 'stopped' } as const;
  const name = tones[board.verdict];
  const [head = '', ...rest] = board.sentence.split(/(?<=[.:]) /);
  return (
    <p className="jm-Ep-verdict" data-s={name} role="status">
      {board.verdict !== '' && <Icon name={name} />}
      <span>
        <b>
          <Sentence text={head} longest={300} />
        </b>{' '}
        <Sentence text={rest.join(' ')} longest={600} />
      </span>
    </p>
  );
}

interface IDifferencesProps {
  readonly id: string;
  readonly board: IScoreboard;
  readonly snapshot: IEndpointSnapshot;
  readonly onClose: () => void;
}

/** The rows that stable and canary answer differently. */
function Differences({ id, board, snapshot, onClose }: IDifferencesProps): JSX.Element {
  const trans = useTranslation();
  return (
    <div
      id={id}
      className="jm-Box jm-Ep-differences"
      role="region"
      aria-label={trans.__('Rows that differ')}
      tabIndex={0}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      <table className="jm-Table jm-num" aria-label={trans.__('Rows that differ')}>
        <thead>
          <tr>
            <th scope="col" className="r">
              {trans.__('Row')}
            </th>
            <th scope="col">{trans.__('True')}</th>
            <th scope="col">{revisionName(board.stable)}</th>
            <th scope="col">{revisionName(board.canary)}</th>
          </tr>
        </thead>
        <tbody>
          {board.differences.map(each => (
            <tr key={each.row}>
              <th scope="row" className="r">
                {each.row}
              </th>
              <td>{answerWords(each.true)}</td>
              <td data-s={isSame(each.true, each.stable) ? 'succeeded' : undefined}>
                <span className="jm-Ep-change">{answerWords(each.stable)}</span>
              </td>
              <td data-s={isSame(each.true, each.canary) ? 'succeeded' : undefined}>
                <span className="jm-Ep-change">{answerWords(each.canary)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {board.differing > board.differences.length && (
        <p className="jm-small jm-muted">
          {trans.__('These are the first %1 of %2.', board.differences.length, board.differing)}
        </p>
      )}
      <CodeLine
        code={`${expressionOf(snapshot)}.scoreboard().disagreements`}
        copyLabel={trans.__('Copy the line that gives them as a DataFrame')}
      />
    </div>
  );
}

function tone(isBetter: boolean | null): string | undefined {
  return isBetter === null ? undefined : isBetter ? 'succeeded' : 'failed';
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
