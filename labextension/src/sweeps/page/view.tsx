/**
 * The page of a sweep: how it stands, what is best, and all its trials.
 */

import { useMemo } from 'react';
import type { JSX } from 'react';

import { isFinished } from '../../client';
import { useTranslation } from '../../translation';
import type { ISweepSnapshot } from '../../wire';
import { Best } from './Best';
import { PageContext, useMark, useSignal } from './context';
import type { IServices } from './context';
import { Head } from './Head';
import { History } from './HistoryFigure';
import { keptBy, parallelsOf } from './lines';
import { Notes } from './Notes';
import type { SweepPage } from './page';
import { Parameters } from './Parameters';
import { Banner, Nothing } from './problems';
import { TrialsTable } from './TrialsTable';

import '../../../style/page.css';
import '../../../style/charts.css';
import '../../../style/sweep.css';

interface IViewProps {
  readonly page: SweepPage;
  readonly services: IServices;
}

/** All of the page. */
export default function View({ page, services }: IViewProps): JSX.Element {
  useSignal(page.changed);
  useSignal(page.sweep.changed);
  const context = useMemo(() => ({ page, services }), [page, services]);
  const { snapshot } = page.sweep;
  return (
    <PageContext.Provider value={context}>
      <div className="jm-Root jm-RunPage-root">
        {snapshot === null ? <Nothing /> : <Whole snapshot={snapshot} />}
      </div>
    </PageContext.Provider>
  );
}

function Whole({ snapshot }: { snapshot: ISweepSnapshot }): JSX.Element {
  return (
    <>
      <Head snapshot={snapshot} />
      <Banner snapshot={snapshot} />
      {!snapshot.row.broken && <Body snapshot={snapshot} />}
    </>
  );
}

function Body({ snapshot }: { snapshot: ISweepSnapshot }): JSX.Element {
  const trans = useTranslation();
  const kept = useMark('kept');
  const parallels = useMemo(() => parallelsOf(snapshot, trans), [snapshot, trans]);
  const isKept = useMemo(() => keptBy(parallels, kept), [parallels, kept]);
  return (
    <div className="jm-RunPage-panel jm-Sweep" role="region" aria-label={trans.__('Sweep')} tabIndex={0}>
      <Notes snapshot={snapshot} />
      <div className="jm-Sweep-top">
        <Best snapshot={snapshot} />
        <History snapshot={snapshot} isKept={isKept} />
      </div>
      {(parallels.lines.length > 0 || !isFinished(snapshot.row)) && (
        <Parameters snapshot={snapshot} parallels={parallels} />
      )}
      <TrialsTable snapshot={snapshot} isKept={isKept} />
    </div>
  );
}
