/**
 * The page of a run: who it is and how it stands, above one of its tabs.
 */

import { Suspense, useEffect, useId, useMemo, useRef } from 'react';
import type { JSX } from 'react';

import type { IRunSnapshot } from '../../wire';
import { PageContext, usePageChanges } from './context';
import type { IServices } from './context';
import { useDetails } from './details';
import { Head } from './head';
import type { Page } from './page';
import { Banner, Nothing } from './problems';
import { TabList } from './tablist';
import { preload, TAB_VIEWS } from './tabs';

import '../../../style/page.css';
import '../../../style/charts.css';
import '../../../style/hang.css';
import '../../../style/lineage.css';
import '../../../style/logs.css';

interface IViewProps {
  readonly page: Page;
  readonly services: IServices;
}

/** All of the page. */
export default function View({ page, services }: IViewProps): JSX.Element {
  usePageChanges(page);
  useEffect(() => preload(page.tab), [page]);
  const context = useMemo(() => ({ page, services }), [page, services]);
  const { snapshot } = page.run;
  return (
    <PageContext.Provider value={context}>
      <div className="jm-Root jm-RunPage-root">
        {snapshot === null ? <Nothing /> : <Whole page={page} services={services} snapshot={snapshot} />}
      </div>
    </PageContext.Provider>
  );
}

function Whole({ page, services, snapshot }: IViewProps & { snapshot: IRunSnapshot }): JSX.Element {
  const id = useId();
  const { counts } = useDetails(page, snapshot);
  const Tab = TAB_VIEWS[page.tab];
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Not returned: newer browsers answer with a promise, which React would call.
    panel.current?.scrollTo(0, 0);
  }, [page.tab]);
  return (
    <>
      <Head snapshot={snapshot}>
        <TabList id={id} tab={page.tab} counts={counts} onTab={tab => page.go(tab)} />
      </Head>
      <Banner snapshot={snapshot} />
      <div
        ref={panel}
        className="jm-RunPage-panel"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${page.tab}`}
        tabIndex={0}
      >
        <Suspense fallback={null}>
          <Tab key={page.tab} page={page} snapshot={snapshot} services={services} isShown={page.isShown} />
        </Suspense>
      </div>
    </>
  );
}
