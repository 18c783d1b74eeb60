/**
 * The page of a model: all its versions, and one of them in whole.
 */

import { useMemo, useState } from 'react';
import type { JSX } from 'react';

import { useSignal } from '../../sweeps/page/context';
import { useTranslation } from '../../translation';
import type { IModelSnapshot } from '../../wire';
import { metricNames } from '../words';
import { PageContext, usePage } from './context';
import type { IServices } from './context';
import { Head } from './Head';
import { MetricByVersion, pointsOf } from './MetricByVersion';
import type { ModelPage } from './page';
import { Banner, Nothing } from './problems';
import { Version } from './Version';
import { Versions } from './Versions';

import '../../../style/page.css';
import '../../../style/charts.css';
import '../../../style/lineage.css';
import '../../../style/model.css';

interface IViewProps {
  readonly page: ModelPage;
  readonly services: IServices;
}

/** All of the page. */
export default function View({ page, services }: IViewProps): JSX.Element {
  useSignal(page.changed);
  useSignal(page.model.changed);
  const context = useMemo(() => ({ page, services }), [page, services]);
  const { snapshot } = page.model;
  return (
    <PageContext.Provider value={context}>
      <div className="jm-Root jm-RunPage-root">
        {snapshot === null ? <Nothing /> : <Whole snapshot={snapshot} />}
      </div>
    </PageContext.Provider>
  );
}

function Whole({ snapshot }: { snapshot: IModelSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  return (
    <>
      <Head snapshot={snapshot} />
      <Banner snapshot={snapshot} />
      {!snapshot.row.broken && (
        <div className="jm-RunPage-panel jm-Model" role="region" aria-label={trans.__('Model')} tabIndex={0}>
          <Top snapshot={snapshot} />
          <Version key={page.selected} snapshot={snapshot} />
        </div>
      )}
    </>
  );
}

function Top({ snapshot }: { snapshot: IModelSnapshot }): JSX.Element {
  const { versions } = snapshot;
  const names = useMemo(() => metricNames(versions), [versions]);
  const [wanted, setWanted] = useState('');
  const metric = names.includes(wanted) ? wanted : (names[0] ?? '');
  return (
    <div className="jm-Model-top">
      <Versions snapshot={snapshot} names={names} metric={metric} onMetric={setWanted} />
      {/* One version is no curve. */}
      {pointsOf(versions, metric).length > 1 && <MetricByVersion versions={versions} metric={metric} />}
    </div>
  );
}
