/**
 * The tab of a run's page with what its processes printed.
 */

import type { ISignal } from '@lumino/signaling';
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { JSX, KeyboardEvent } from 'react';

import { sentence } from '../../client';
import { formatCount, formatShare, formatSize } from '../../format';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { Button, IconButton } from '../../ui/parts';
import type { IRunRow } from '../../wire';
import type { ITabProps } from '../page/context';
import { colourOf, nameOf, ranksOf } from '../ranks';
import { ALL, AttemptChooser, RankChooser } from './choosers';
import type { LogDocument } from './document';
import { LogView } from './LogView';
import { LogPane } from './pane';
import type { ISpotted } from './pane';
import { readBetween, readEnd } from './passages';
import type { ISpot } from './passages';
import { SearchBox } from './SearchBox';
import { Together } from './Together';

export default function LogsTab(props: ITabProps): JSX.Element {
  const { page, snapshot } = props;
  const { row } = snapshot;
  const [rank, setRank] = useState(page.target.rank ?? row.failed_rank ?? 0);
  const [attempt, setAttempt] = useState(Math.max(row.attempt, 1));
  const [seen, setSeen] = useState(page.target);
  if (page.target !== seen) {
    setSeen(page.target);
    setRank(page.target.rank ?? rank);
  }
  const ranks = ranksOf(snapshot);
  if (rank === ALL && ranks.length > 1) {
    return (
      <Together {...props} attempt={attempt}>
        <RankChooser row={row} ranks={ranks} isLast={attempt >= row.attempt} rank={ALL} onRank={setRank} />
        <AttemptChooser latest={row.attempt} attempt={attempt} onAttempt={setAttempt} />
      </Together>
    );
  }
  const known = Math.min(Math.max(rank, 0), ranks.length - 1);
  return (
    <One
      key={`${known} ${attempt}`}
      {...props}
      rank={known}
      attempt={attempt}
      onRank={setRank}
      onAttempt={setAttempt}
    />
  );
}

interface IOneProps extends ITabProps {
  readonly rank: number;
  readonly attempt: number;
  readonly onRank: (rank: number) => void;
  readonly onAttempt: (attempt: number) => void;
}

/** The log of one rank. */
function One({ rank, attempt, ...props }: IOneProps): JSX.Element {
  const { id, runs } = props.page;
  const pane = useMemo(() => new LogPane(runs.client, { id, rank, attempt }), [runs, id, rank, attempt]);
  useEffect(() => () => pane.dispose(), [pane]);
  return <Pane {...props} pane={pane} />;
}

interface IPaneProps extends ITabProps {
  readonly pane: LogPane;
  readonly onRank: (rank: number) => void;
  readonly onAttempt: (attempt: number) => void;
}

function Pane({ page, snapshot, isShown, pane, onRank, onAttempt }: IPaneProps): JSX.Element {
  const trans = useTranslation();
  const { doc, viewport, search } = pane;
  const { rank, attempt } = pane.name;
  const { row } = snapshot;
  useReading(pane, page.runs.feed, isShown);
  const [isWrapped, setWrapped] = useWrapped();
  const [said, setSaid] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const { match, onSearch, onNext, onPrevious, show } = useSearching(pane);

  const tell = (work: Promise<string>): void => {
    work.then(setSaid, (error: unknown) => setSaid(sentence(error)));
  };
  const onCopyAll = (): void => tell(copyAll(doc, trans));
  const onCopy = (from: ISpot, to: ISpot): void => tell(copyBetween(doc, from, to, trans));
  const onDownload = (): void => tell(download(pane, row, setSaid, trans));
  const onError = (): void => {
    const failed = attempt < row.attempt ? rank : (row.failed_rank ?? rank);
    if (failed !== rank) {
      onRank(failed);
    } else {
      tell(showError(pane, show, trans));
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'f') {
      event.preventDefault();
      event.stopPropagation();
      input.current?.focus();
      input.current?.select();
    }
  };
  const toLog = (): void => root.current?.querySelector<HTMLElement>('.jm-Log')?.focus();
  const ranks = ranksOf(snapshot);
  const name = nameOf(rank, ranks, trans);
  const isLast = attempt >= row.attempt;
  const isEmpty = !doc.isOpen || (doc.count === 1 && doc.rowCount(0) === 0);

  return (
    <div ref={root} className="jm-Logs" onKeyDown={onKeyDown}>
      <div className="jm-Bar">
        <RankChooser row={row} ranks={ranks} isLast={isLast} rank={rank} onRank={onRank} />
        <AttemptChooser latest={row.attempt} attempt={attempt} onAttempt={onAttempt} />
        {(row.state === 'failed' || !isLast) && (
          <span className="jm-Logs-error">
            <Button icon="failed" onClick={onError}>
              {trans.__('Jump to the error')}
            </Button>
          </span>
        )}
        <span className="jm-grow" />
        <SearchBox
          search={search}
          input={input}
          onSearch={onSearch}
          onNext={onNext}
          onPrevious={onPrevious}
          onLeave={toLog}
        />
      </div>
      <Notices pane={pane} row={row} isOffline={page.run.problem !== null} onAttempt={onAttempt} />
      <LogView
        viewport={viewport}
        search={search}
        match={match}
        isWrapped={isWrapped}
        label={trans.__('Log of %1, %2', row.name, name)}
        colour={ranks.length > 1 ? colourOf(rank) : ''}
        onCopy={onCopy}
        onCopyAll={onCopyAll}
      >
        <Empty doc={doc} row={row} name={name} />
      </LogView>
      <div className="jm-Bar jm-Logs-foot">
        <span className="jm-num">{lengthOf(pane, trans)}</span>
        <span className="jm-muted jm-ellipsis" role="status">
          {said}
        </span>
        <span className="jm-grow" />
        <span className="jm-row jm-Logs-acts">
          <IconButton
            icon="wrap"
            label={trans.__('Wrap long lines')}
            aria-pressed={isWrapped}
            onClick={() => setWrapped(!isWrapped)}
          />
          <IconButton icon="copy" label={trans.__('Copy the log')} disabled={isEmpty} onClick={onCopyAll} />
          <IconButton
            icon="download"
            label={trans.__('Download the log')}
            disabled={isEmpty}
            onClick={onDownload}
          />
        </span>
        <Follow pane={pane} />
      </div>
    </div>
  );
}

/** Read while the tab is seen, and render again when there is something new. */
function useReading(pane: LogPane, feed: ITabProps['page']['runs']['feed'], isShown: boolean): void {
  const { doc } = pane;
  useSignal(doc.changed);
  useEffect(() => {
    if (!isShown) {
      return;
    }
    const watch = doc.watch();
    return () => watch.dispose();
  }, [doc, isShown]);
  useEffect(() => {
    const onConnection = (): void => doc.hear(feed.connection !== 'offline');
    feed.connectionChanged.connect(onConnection);
    return () => {
      feed.connectionChanged.disconnect(onConnection);
    };
  }, [doc, feed]);
}

/** Render again when a signal is emitted. */
function useSignal<T>(signal: ISignal<T, void>): void {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    signal.connect(again);
    again();
    return () => {
      signal.disconnect(again);
    };
  }, [signal]);
}

interface ISearching {
  readonly match: ISpotted | null;
  readonly onSearch: (text: string, isCased: boolean) => void;
  readonly onNext: () => void;
  readonly onPrevious: () => void;
  readonly show: (spot: ISpotted) => void;
}

function useSearching(pane: LogPane): ISearching {
  const [match, setMatch] = useState<ISpotted | null>(null);
  const { search, viewport, doc } = pane;
  const go = useCallback(
    async (find: Promise<{ offset: number; line: number } | null>) => {
      const hit = await find;
      if (hit !== null && !pane.isDisposed) {
        viewport.stay();
        setMatch(await pane.spot(hit));
      }
    },
    [pane, viewport]
  );
  const onSearch = useCallback(
    (text: string, isCased: boolean) => {
      const offset = pane.offset();
      setMatch(null);
      void search.start(text, isCased);
      void go(search.near(offset));
    },
    [pane, search, go]
  );
  useEffect(() => {
    // What is printed is searched as well, but not at each line.
    let timer = 0;
    const onGrowth = (): void => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        void search.goOn();
      }, 1000);
    };
    doc.changed.connect(onGrowth);
    return () => {
      window.clearTimeout(timer);
      doc.changed.disconnect(onGrowth);
    };
  }, [doc, search]);
  return {
    match,
    onSearch,
    onNext: () => void go(search.next(pane.offset())),
    onPrevious: () => void go(search.previous(pane.offset())),
    show: setMatch
  };
}

const WRAPPED = 'jupyter-mlops:wrap-logs';

/** Whether lines are wrapped, as it was chosen last. */
function useWrapped(): [boolean, (isWrapped: boolean) => void] {
  const [isWrapped, setWrapped] = useState(() => window.localStorage.getItem(WRAPPED) === 'yes');
  const choose = (wanted: boolean): void => {
    window.localStorage.setItem(WRAPPED, wanted ? 'yes' : 'no');
    setWrapped(wanted);
  };
  return [isWrapped, choose];
}

interface INoticesProps {
  readonly pane: LogPane;
  readonly row: IRunRow;
  /** Whether the page says already that the server cannot be heard. */
  readonly isOffline: boolean;
  readonly onAttempt: (attempt: number) => void;
}

function Notices({ pane, row, isOffline, onAttempt }: INoticesProps): JSX.Element {
  const trans = useTranslation();
  const { doc, name } = pane;
  const latest = Math.max(row.attempt, doc.latest);
  return (
    <div role="status">
      {doc.problem !== null && !isOffline && (
        <div className="jm-Banner" data-s="warning">
          <Icon name="warning" />
          <span className="jm-grow">
            {doc.isOpen
              ? trans.__('%1 What is shown of the log may not be all.', doc.problem.message)
              : doc.problem.message}
          </span>
          <Button icon="refresh" onClick={() => doc.retry()}>
            {trans.__('Try again')}
          </Button>
        </div>
      )}
      {latest > name.attempt && (
        <div className="jm-Banner" data-s="starting">
          <Icon name="retry" />
          <span className="jm-grow">
            {trans.__('This is the log of attempt %1; attempt %2 has begun since.', name.attempt, latest)}
          </span>
          <Button onClick={() => onAttempt(latest)}>{trans.__('Show attempt %1', latest)}</Button>
        </div>
      )}
    </div>
  );
}

function Empty({ doc, row, name }: { doc: LogDocument; row: IRunRow; name: string }): JSX.Element | null {
  const trans = useTranslation();
  const isEmpty = doc.isOpen && doc.count === 1 && doc.rowCount(0) === 0;
  if (!isEmpty) {
    return null;
  }
  return <p className="jm-Log-empty jm-muted">{emptySentence(doc, row, name, trans)}</p>;
}

function emptySentence(doc: LogDocument, row: IRunRow, name: string, trans: ITranslation): string {
  const Name = name.charAt(0).toUpperCase() + name.slice(1);
  if (doc.isEnded) {
    return trans.__('%1 printed nothing.', Name);
  }
  switch (row.state) {
    case 'queued': {
      const why = row.why ? `${row.why.replace(/[.\s]+$/, '')}. ` : '';
      return `${trans.__('The run waits.')} ${why}${trans.__('Its log begins when %1 starts.', name)}`;
    }
    case 'starting':
      return trans.__('%1 is starting. It has printed nothing yet.', Name);
    default:
      return trans.__('%1 has printed nothing yet.', Name);
  }
}

function Follow({ pane }: { pane: LogPane }): JSX.Element {
  const trans = useTranslation();
  const { doc, viewport } = pane;
  useSignal(viewport.changed);
  const isFollowing = viewport.isFollowing && !doc.isEnded;
  const word = doc.isEnded
    ? trans.__('To the end')
    : isFollowing
      ? trans.__('Following')
      : trans.__('Follow');
  return (
    <button
      type="button"
      className="jm-Button jm-mod-small jm-Logs-follow"
      aria-pressed={doc.isEnded ? undefined : isFollowing}
      title={trans.__('Stay at the end (End)')}
      onClick={() => (isFollowing ? viewport.stay() : viewport.follow())}
    >
      <Icon name="follow" size={13} />
      {word}
    </button>
  );
}

function lengthOf({ doc, layout }: LogPane, trans: ITranslation): string {
  if (!doc.isOpen) {
    return trans.__('Reading…');
  }
  const { rows, isExact } = layout.count();
  const size = formatSize(doc.size);
  const ended = doc.isEnded ? ` · ${trans.__('ended')}` : '';
  if (isExact && rows === 0) {
    return trans.__('No line') + ended;
  }
  if (isExact) {
    return `${trans._n('%2 line', '%2 lines', rows, formatCount(rows))} · ${size}${ended}`;
  }
  const about = Number(rows.toPrecision(2));
  return `${trans.__('≈%1 lines', formatCount(about))} · ${size}${ended}`;
}

async function showError(
  pane: LogPane,
  show: (spot: ISpotted) => void,
  trans: ITranslation
): Promise<string> {
  const spot = await pane.traceback();
  if (spot === null) {
    pane.viewport.follow();
    return trans.__('There is no traceback; this is where the log ends.');
  }
  show(spot);
  pane.viewport.reveal(spot.chunk, spot.row);
  return '';
}

async function copyAll(doc: LogDocument, trans: ITranslation): Promise<string> {
  const { text, isAll } = await readEnd(doc);
  await navigator.clipboard.writeText(text);
  return isAll
    ? trans.__('Copied all of the log')
    : trans.__('Copied the last %1 of the log', formatSize(text.length));
}

async function copyBetween(doc: LogDocument, from: ISpot, to: ISpot, trans: ITranslation): Promise<string> {
  const text = await readBetween(doc, from, to);
  await navigator.clipboard.writeText(text);
  return trans.__('Copied %1', formatSize(text.length));
}

async function download(
  pane: LogPane,
  row: IRunRow,
  tell: (words: string) => void,
  trans: ITranslation
): Promise<string> {
  const blob = await pane.download(share => tell(trans.__('Fetching the log, %1', formatShare(share))));
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = `${row.id}-rank${pane.name.rank}-attempt${pane.name.attempt}.log`;
  link.click();
  // The browser needs it until it has begun to write the file.
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return trans.__('Downloaded %1', formatSize(blob.size));
}
