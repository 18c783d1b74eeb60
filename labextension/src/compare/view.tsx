/**
 * The page of a comparison: the runs as a table, their curves, what parameters have to do with them, and what differs
 * between two.
 */

import { useCallback, useEffect, useState } from 'react';
import type { JSX } from 'react';

import { save } from '../charts/csv';
import { useTranslation } from '../translation';
import { Body } from './Body';
import { SharedContext, useSharing, useSignal } from './context';
import type { IServices } from './context';
import { comparisonCsv } from './download';
import { Head } from './Head';
import type { ComparePage } from './page';
import { Reading } from './reading';
import { FIRST } from './settings';
import type { Change, ISettings } from './settings';
import { Banner, Empty, Nothing } from './Trouble';

import '../../style/page.css';
import '../../style/charts.css';
import '../../style/compare.css';
import '../../style/compare-table.css';
import '../../style/compare-figures.css';
import '../../style/compare-differences.css';

interface IViewProps {
  readonly page: ComparePage;
  readonly services: IServices;
}

/** All of the page. */
export default function View({ page, services }: IViewProps): JSX.Element {
  const shared = useSharing(page.runs, services);
  const [reading] = useState(() => new Reading(page.runs.client, page.runs.feed, page.question));
  useSignal(page.changed);
  useSignal(reading.changed);
  const { question, isShown } = page;
  const { comparison } = reading;
  useEffect(() => () => reading.dispose(), [reading]);
  useEffect(() => reading.ask(question), [reading, question]);
  useEffect(() => reading.show(isShown), [reading, isShown]);
  const title = comparison?.title;
  useEffect(() => {
    if (title !== undefined) {
      page.call(title);
    }
  }, [page, title]);
  return (
    <SharedContext.Provider value={shared}>
      <div className="jm-Root jm-RunPage-root jm-Compare">
        <Whole page={page} reading={reading} />
      </div>
    </SharedContext.Provider>
  );
}

function Whole({ page, reading }: { page: ComparePage; reading: Reading }): JSX.Element {
  const trans = useTranslation();
  const [settings, setSettings] = useState<ISettings>(FIRST);
  const onChange = useCallback<Change>(changes => setSettings(before => ({ ...before, ...changes })), []);
  const { comparison, problem, asOf } = reading;
  const { question } = page;
  const onTry = (): void => void (problem?.kind === 'offline' ? page.runs.feed.tryNow() : reading.refresh());
  const runs = comparison?.runs ?? [];
  const onAdd = (id: string): void => page.ask({ runs: [...runs.map(({ row }) => row.id), id] });
  const known = new Set(runs.map(({ row }) => row.id));
  const gone = comparison === null ? 0 : (question.runs ?? []).filter(id => !known.has(id)).length;
  return (
    <>
      <Head
        question={question}
        comparison={comparison}
        settings={settings}
        onChange={onChange}
        onAdd={onAdd}
        onRefresh={onTry}
        onDownload={() => {
          if (comparison !== null) {
            save('comparison.csv', new Blob([comparisonCsv(comparison)], { type: 'text/csv' }));
          }
        }}
      />
      {comparison !== null && (
        <Banner
          problem={problem}
          asOf={asOf}
          gone={runs.length > 0 ? gone : 0}
          onTry={onTry}
          onForget={() => page.ask({ runs: [...known] })}
        />
      )}
      {comparison === null ? (
        <Nothing problem={problem} onTry={onTry} />
      ) : runs.length === 0 ? (
        <Empty question={question} />
      ) : (
        <Body
          comparison={comparison}
          settings={settings}
          onChange={onChange}
          isShown={page.isShown}
          label={trans.__('Runs that are compared')}
        />
      )}
    </>
  );
}
