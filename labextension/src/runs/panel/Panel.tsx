/**
 * The panel: its head, and below it the runs, or why there are none.
 */

import type { JSX, ReactNode } from 'react';
import { useCallback, useEffect, useRef } from 'react';

import { sentence, ServerSays, Unreachable } from '../../client';
import { formatCount, formatTime } from '../../format';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import { Button, CodeLine } from '../../ui/parts';
import { EXAMPLE, LOAD } from '../shell/example';
import { toneOf, toneWord } from '../words';
import { Grid } from './Grid';
import { Head } from './Head';
import { useLate, useSignal } from './hooks';
import type { PanelModel } from './model';
import { ALL } from './query';
import type { IAnchor, RowAct } from './Row';
import { ROW_HEIGHT } from './rows';
import { SkeletonRow } from './Row';
import type { IRunRow } from '../../wire';

/** What the panel asks of whom it stands in. */
export interface IPanelHost {
  act(act: RowAct, row: IRunRow, at: IAnchor): void;
  statesMenu(at: IAnchor): void;
  menu(at: IAnchor): void;
  insertExample(): void;
}

/** Show the panel. */
export function Panel({ model, host }: { model: PanelModel; host: IPanelHost }): JSX.Element {
  useSignal(model.changed);
  const input = useRef<HTMLInputElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const onAct = useCallback((act: RowAct, row: IRunRow, at: IAnchor) => host.act(act, row, at), [host]);
  const clear = (): void => model.choose(ALL);
  return (
    <div
      className="jm-Panel"
      ref={root}
      onKeyDown={event => {
        const isTyping = event.target instanceof HTMLInputElement;
        if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
          event.preventDefault();
          event.stopPropagation();
          input.current?.focus();
        }
      }}
    >
      <Head
        model={model}
        input={input}
        onStates={at => host.statesMenu(at)}
        onMenu={at => host.menu(at)}
        onLeave={() => root.current?.querySelector<HTMLElement>('.jm-Run[tabindex="0"]')?.focus()}
      />
      <Banner model={model} />
      {model.body === 'rows' ? (
        <Grid model={model} onAct={onAct} onFilter={() => input.current?.focus()} onClear={clear} />
      ) : (
        <div className="jm-Panel-body">
          <Body model={model} onClear={clear} onExample={() => host.insertExample()} />
        </div>
      )}
      <Announcer model={model} />
    </div>
  );
}

/** Say that what is shown may be old. */
function Banner({ model }: { model: PanelModel }): JSX.Element | null {
  const trans = useTranslation();
  const isOffline = model.connection === 'offline';
  if (model.body !== 'rows' || (!isOffline && model.problem === null)) {
    return null;
  }
  return (
    <div className="jm-Banner" data-s="warning" role="status">
      <Icon name="warning" />
      <span className="jm-grow">
        {isOffline
          ? trans.__('No answer from the server since %1. Runs go on.', formatTime(model.asOf).slice(0, 5))
          : sentence(model.problem)}
      </span>
      <button type="button" className="jm-link" onClick={() => void model.refresh()}>
        {trans.__('Try now')}
      </button>
    </div>
  );
}

interface IBodyProps {
  readonly model: PanelModel;
  readonly onClear: () => void;
  readonly onExample: () => void;
}

function Body({ model, onClear, onExample }: IBodyProps): JSX.Element | null {
  switch (model.body) {
    case 'loading':
      return <Loading />;
    case 'empty':
      return <Nothing onExample={onExample} />;
    case 'nothing':
      return <NoMatch model={model} onClear={onClear} />;
    case 'failed':
      return <Failed model={model} />;
    case 'rows':
      return null;
  }
}

function Loading(): JSX.Element {
  const trans = useTranslation();
  const isLate = useLate(true);
  return (
    <>
      <div role="status">{isLate && <span className="jm-vh">{trans.__('Loading runs')}</span>}</div>
      <div className="jm-Runs-all">
        {Array.from({ length: 6 }, (_, at) => (
          <SkeletonRow key={at} place={at} top={at * ROW_HEIGHT} isShown={isLate} />
        ))}
      </div>
    </>
  );
}

function Nothing({ onExample }: { onExample: () => void }): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Empty">
      <h3>{trans.__('No runs yet')}</h3>
      <p>{trans.__('Put this line above any training cell and run it. The run appears here.')}</p>
      <CodeLine code={EXAMPLE.line} copyLabel={trans.__('Copy the line')} />
      <p className="jm-muted">
        {trans.__('The notebook needs %1 once.', LOAD)}{' '}
        {trans.__('No training cell at hand? This one brings its own data and takes %1.', EXAMPLE.takes)}
      </p>
      <div>
        <Button icon="add" onClick={onExample}>
          {trans.__('Insert example cell')}
        </Button>
      </div>
    </div>
  );
}

function NoMatch({ model, onClear }: { model: PanelModel; onClear: () => void }): JSX.Element {
  const trans = useTranslation();
  const { text, state, archived } = model.choice;
  const said = [
    state === null ? '' : toneWord(toneOf({ state, broken: '' }), trans),
    archived ? trans.__('Archived') : '',
    text.trim()
  ].filter(Boolean);
  return (
    <div className="jm-Empty" role="status">
      <h3>
        {archived && !text && state === null ? trans.__('Nothing is archived') : trans.__('No run matches')}
      </h3>
      <p>
        {model.count > 0 && !archived
          ? trans._n('%1 run is hidden by', '%1 runs are hidden by', model.count, formatCount(model.count))
          : trans.__('No run fits')}{' '}
        <span className="jm-code">{said.join(' · ')}</span>.
      </p>
      <div>
        <Button onClick={onClear}>
          {trans.__('Show all runs')} <kbd className="jm-Kbd">{trans.__('Esc')}</kbd>
        </Button>
      </div>
    </div>
  );
}

function Failed({ model }: { model: PanelModel }): JSX.Element {
  const trans = useTranslation();
  const { title, way, code } = refusalOf(model.problem, trans);
  return (
    <div className="jm-Empty" role="alert">
      <h3 className="jm-State" data-s={model.connection === 'offline' ? 'warning' : 'failed'}>
        <Icon name={model.connection === 'offline' ? 'warning' : 'failed'} />
        {title}
      </h3>
      <p>{sentence(model.problem)}</p>
      {way && <p className="jm-muted">{way}</p>}
      {code && <CodeLine code={code} copyLabel={trans.__('Copy the line')} />}
      <div>
        <Button onClick={() => void model.refresh()}>{trans.__('Try now')}</Button>
      </div>
    </div>
  );
}

/** Say which hop refused, and what can be done. */
function refusalOf(
  problem: Error | null,
  trans: ReturnType<typeof useTranslation>
): { title: string; way: string; code: string } {
  if (problem instanceof Unreachable) {
    return {
      title: trans.__('The Jupyter server is out of reach'),
      way: trans.__('Runs go on without it. What they do is shown as soon as it answers.'),
      code: ''
    };
  }
  if (problem instanceof ServerSays && problem.code === 'not_installed') {
    return {
      title: trans.__('This server knows no runs'),
      way: trans.__('If it is installed, it may be switched off; this line, in a terminal, switches it on:'),
      code: 'jupyter server extension enable jupyter_mlops'
    };
  }
  if (problem instanceof ServerSays && (problem.status === 401 || problem.status === 403)) {
    return {
      title: trans.__('You may not list runs here'),
      way: trans.__('The Jupyter server refused, not the runs. Log in again, or ask who runs this server.'),
      code: ''
    };
  }
  return {
    title: trans.__('The runs cannot be read'),
    way: trans.__('The Jupyter server answered, but not with runs. In a notebook this line shows the home:'),
    code: '%mlops'
  };
}

/** Tell who does not see it that a run came to another state; never anything else. */
function Announcer({ model }: { model: PanelModel }): ReactNode {
  const trans = useTranslation();
  const node = useRef<HTMLDivElement>(null);
  useStateChanges(model, row => {
    if (node.current !== null) {
      node.current.textContent = `${row.name} ${toneWord(toneOf(row), trans).toLocaleLowerCase()}`;
    }
  });
  return <div className="jm-vh" role="status" aria-live="polite" ref={node} />;
}

function useStateChanges(model: PanelModel, tell: (row: IRunRow) => void): void {
  const told = useRef(tell);
  useEffect(() => {
    told.current = tell;
  });
  useEffect(() => {
    const slot = (_: PanelModel, row: IRunRow): void => told.current(row);
    model.stateChanged.connect(slot);
    return () => {
      model.stateChanged.disconnect(slot);
    };
  }, [model]);
}
