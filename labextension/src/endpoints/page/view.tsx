/**
 * The page of an endpoint: where requests go, how they are answered, and what its input is like.
 */

import { useId, useMemo } from 'react';
import type { JSX } from 'react';

import { useTranslation } from '../../translation';
import type { IEndpointSnapshot } from '../../wire';
import { TryIt } from '../tryit/TryIt';
import { Charts } from './Charts';
import { PageContext, useSignal } from './context';
import type { IServices } from './context';
import { Drift } from './Drift';
import { Head } from './Head';
import { Logs } from './Logs';
import { Notes } from './Notes';
import { Origin } from './Origin';
import type { EndpointPage } from './page';
import { Banner, Nothing } from './problems';
import { Revisions } from './Revisions';
import { Rollouts } from './Rollouts';
import { Samples } from './Samples';
import { Scoreboard } from './Scoreboard';
import { Traffic } from './Traffic';

import '../../../style/page.css';
import '../../../style/charts.css';
import '../../../style/sweep.css';
import '../../../style/lineage.css';
import '../../../style/endpoint.css';

interface IViewProps {
  readonly page: EndpointPage;
  readonly services: IServices;
}

/** All of the page. */
export default function View({ page, services }: IViewProps): JSX.Element {
  useSignal(page.changed);
  useSignal(page.endpoint.changed);
  const context = useMemo(() => ({ page, services }), [page, services]);
  const { snapshot } = page.endpoint;
  return (
    <PageContext.Provider value={context}>
      <div className="jm-Root jm-RunPage-root">
        {snapshot === null ? <Nothing /> : <Whole snapshot={snapshot} />}
      </div>
    </PageContext.Provider>
  );
}

function Whole({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  return (
    <>
      <Head snapshot={snapshot} />
      <Banner snapshot={snapshot} />
      {!snapshot.row.broken && <Body snapshot={snapshot} />}
      <Logs snapshot={snapshot} />
    </>
  );
}

function Body({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const traffic = useId();
  return (
    <div
      className="jm-RunPage-panel jm-Ep"
      role="region"
      aria-label={trans.__('Endpoint %1', snapshot.row.name)}
      tabIndex={0}
    >
      <Notes snapshot={snapshot} />
      <div className="jm-Ep-columns">
        <div className="jm-Ep-main">
          <section className="jm-Section" aria-labelledby={traffic}>
            <h2>
              <span id={traffic}>{trans.__('Traffic')}</span>
              <span className="jm-end jm-small jm-muted">
                {trans.__('takes effect at once; nothing is dropped')}
              </span>
            </h2>
            <Traffic snapshot={snapshot} />
            <Revisions snapshot={snapshot} />
          </section>
          <Scoreboard snapshot={snapshot} />
          <Charts snapshot={snapshot} />
          <Origin snapshot={snapshot} />
          <Samples snapshot={snapshot} />
        </div>
        <div className="jm-Ep-side">
          <Drift snapshot={snapshot} />
          <TryIt snapshot={snapshot} />
          <Rollouts snapshot={snapshot} />
        </div>
      </div>
    </div>
  );
}
