/**
 * What differs between the two runs that are set against each other.
 */

import { memo, useId, useRef, useState } from 'react';
import type { JSX, KeyboardEvent } from 'react';

import { CommandIDs } from '../../commands';
import { formatAge, formatCount } from '../../format';
import { Icon } from '../../icons';
import { Sentence } from '../../runs/card/pieces';
import { oneLine } from '../../runs/card/text';
import { useAnswer } from '../../runs/page/details';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { Button, IconButton } from '../../ui/parts';
import type { ICompared, IDifferences } from '../../wire';
import { useCommand, useMarks, useShared } from '../context';
import { CodeDiff } from './CodeDiff';
import { DiffTable } from './DiffTable';
import { countsOf, DIFF_TABS } from './rows';
import type { DiffTab } from './rows';

interface IDifferencesProps {
  readonly runs: readonly ICompared[];
  readonly now: number;
  readonly isShown: boolean;
}

/** Show what differs between A and B. */
export const Differences = memo(function Differences({ runs, now, isShown }: IDifferencesProps): JSX.Element {
  const trans = useTranslation();
  const { a, b } = useMarks();
  const [one, other] = [a, b].map(id => runs.find(run => run.row.id === id));
  if (one === undefined || other === undefined) {
    return (
      <section className="jm-Compare-diff" aria-label={trans.__('Differences')}>
        <p className="jm-Empty jm-muted">
          {runs.length < 2
            ? trans.__(
                'With a second run, what differs between the two is told here: parameters, code, environment and data.'
              )
            : trans.__('Press A on one run and B on another: what differs between the two is told here.')}
        </p>
      </section>
    );
  }
  return <Two key={`${a} ${b}`} one={one} other={other} now={now} isShown={isShown} />;
});

interface ITwoProps {
  readonly one: ICompared;
  readonly other: ICompared;
  readonly now: number;
  readonly isShown: boolean;
}

function Two({ one, other, now, isShown }: ITwoProps): JSX.Element {
  const trans = useTranslation();
  const { client } = useShared();
  const marks = useMarks();
  const execute = useCommand();
  const id = useId();
  const [tab, setTab] = useState<DiffTab>('all');
  const [isOnly, setOnly] = useState(true);
  const [a, b] = [one.row.id, other.row.id];
  const { value, problem } = useAnswer(
    signal => client.differences({ a, b }, signal),
    `${a} ${b}`,
    [stampOf(one), stampOf(other)].join(),
    isShown
  );
  const counts = value === null ? null : countsOf(value);
  return (
    <section className="jm-Compare-diff" aria-label={trans.__('Differences')}>
      <div className="jm-Compare-diffHead">
        <Side side="A" run={one} now={now} />
        <IconButton icon="swap" label={trans.__('Change A and B over')} onClick={() => marks.swap()} />
        <Side side="B" run={other} now={now} />
        <Tabs id={id} tab={tab} counts={counts} onTab={setTab} />
        <span className="jm-grow" />
        <label className="jm-row jm-Compare-check">
          <input type="checkbox" checked={isOnly} onChange={event => setOnly(event.target.checked)} />
          {trans.__('Only differences')}
        </label>
        <Button icon="notebook" onClick={() => execute(CommandIDs.restoreCode, { id: a })}>
          {trans.__('Restore A in a cell')}
        </Button>
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab}`} tabIndex={0}>
        {value === null ? (
          <p className="jm-Empty jm-muted" role="status">
            {problem?.message ?? trans.__('Reading what differs…')}
          </p>
        ) : (
          <Body found={value} tab={tab} isOnly={isOnly} one={one} other={other} trans={trans} />
        )}
      </div>
    </section>
  );
}

interface IBodyProps {
  readonly found: IDifferences;
  readonly tab: DiffTab;
  readonly isOnly: boolean;
  readonly one: ICompared;
  readonly other: ICompared;
  readonly trans: ITranslation;
}

/** What a tab tells. */
function Body({ found, tab, isOnly, one, other, trans }: IBodyProps): JSX.Element {
  const hasTable = tab !== 'code';
  const hasCode = tab === 'all' || tab === 'code';
  const hashes = [one, other].map(({ code }, at) => `${'AB'.charAt(at)} ${code.slice(0, 6)}`).join('  ');
  return (
    <>
      {found.sentence && (
        <p className="jm-Compare-sentence">
          <Sentence text={found.sentence} longest={600} />
        </p>
      )}
      {found.notes.map(note => (
        <p key={note} className="jm-muted jm-small jm-Compare-note">
          <Sentence text={note} longest={400} />
        </p>
      ))}
      <div className={`jm-Compare-diffBody${hasTable && hasCode ? '' : ' jm-mod-one'}`}>
        {hasTable && <DiffTable found={found} tab={tab} isOnly={isOnly} />}
        {hasCode && (
          <div>
            {found.code.length === 0 && (
              <section aria-label={trans.__('Code')}>
                <h2 className="jm-h2">{trans.__('Code')}</h2>
                <p className="jm-muted">
                  <Icon name="check" /> {trans.__('Both ran the same code.')}
                </p>
              </section>
            )}
            {found.code.map(change => (
              <CodeDiff
                key={change.name}
                change={change}
                isOnlyDifferences={isOnly}
                hashes={change.name === 'cell' ? hashes : ''}
              />
            ))}
          </div>
        )}
      </div>
    </>
  );
}

/** One of the two. */
function Side({ side, run, now }: { side: 'A' | 'B'; run: ICompared; now: number }): JSX.Element {
  const trans = useTranslation();
  const { row } = run;
  return (
    <span className="jm-row jm-Compare-side">
      <span className="jm-Compare-ab jm-mod-on">{side}</span>
      <b className="jm-ellipsis">{oneLine(row.name, 40) + (row.trial === null ? '' : `/${row.trial}`)}</b>
      <span className="jm-muted jm-small">{trans.__('%1 ago', formatAge(now - row.created))}</span>
    </span>
  );
}

interface ITabsProps {
  readonly id: string;
  readonly tab: DiffTab;
  readonly counts: Readonly<Record<DiffTab, number>> | null;
  readonly onTab: (tab: DiffTab) => void;
}

function Tabs({ id, tab: current, counts, onTab }: ITabsProps): JSX.Element {
  const trans = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = DIFF_TABS.indexOf(current);
    const places: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: DIFF_TABS.length - 1
    };
    const next = places[event.key];
    const tab = next === undefined ? undefined : DIFF_TABS[(next + DIFF_TABS.length) % DIFF_TABS.length];
    if (tab !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      onTab(tab);
      list.current?.querySelector<HTMLElement>(`[data-tab="${tab}"]`)?.focus();
    }
  };
  const names: Record<DiffTab, string> = {
    all: trans.__('All'),
    parameters: trans.__('Parameters'),
    code: trans.__('Code'),
    environment: trans.__('Environment'),
    data: trans.__('Data')
  };
  const counted = (tab: DiffTab): string => {
    const count = counts?.[tab] ?? 0;
    return tab === 'code' && count > 0
      ? trans._n('%1 line', '%1 lines', count, formatCount(count))
      : formatCount(count);
  };
  return (
    <div ref={list} className="jm-Tabs" role="tablist" aria-label={trans.__('Kinds of differences')}>
      {DIFF_TABS.map(tab => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`${id}-${tab}`}
          data-tab={tab}
          aria-selected={tab === current}
          aria-controls={`${id}-panel`}
          tabIndex={tab === current ? 0 : -1}
          onClick={() => onTab(tab)}
          onKeyDown={onKeyDown}
        >
          {names[tab]}
          {counts !== null && <span className="jm-count">{counted(tab)}</span>}
        </button>
      ))}
    </div>
  );
}

/** Return what changes when there may be more to tell of a run. */
function stampOf({ row, code }: ICompared): string {
  return `${row.state} ${row.attempt} ${row.ended} ${code}`;
}
