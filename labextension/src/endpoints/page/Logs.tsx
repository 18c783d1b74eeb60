/**
 * What router, keeper and replicas wrote, in a panel below the page.
 */

import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';

import { pieces } from '../../runs/card/text';
import { useAnswer } from '../../runs/page/details';
import { useNow } from '../../runs/page/now';
import { useTranslation } from '../../translation';
import { IconButton } from '../../ui/parts';
import type { IEndpointSnapshot } from '../../wire';
import { revisionName } from '../words';
import { usePage, useWish } from './context';

/** Bytes of the end of a log that are shown. */
const MOST = 64 * 1024;

/** Show the panel, once somebody asks for it. */
export function Logs({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element | null {
  const [source, setSource] = useState<string | null>(null);
  const before = useRef<Element | null>(null);
  useWish('logs', wish => {
    before.current = document.activeElement;
    setSource(wish.source || (source ?? 'router'));
  });
  return source === null ? null : (
    <Open
      snapshot={snapshot}
      source={source}
      onSource={setSource}
      onClose={() => {
        setSource(null);
        if (before.current instanceof HTMLElement) {
          before.current.focus();
        }
      }}
    />
  );
}

interface IOpenProps {
  readonly snapshot: IEndpointSnapshot;
  readonly source: string;
  readonly onSource: (source: string) => void;
  readonly onClose: () => void;
}

function Open({ snapshot, source, onSource, onClose }: IOpenProps): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const [isFollowing, setFollowing] = useState(true);
  const text = useRef<HTMLPreElement>(null);
  const select = useRef<HTMLSelectElement>(null);
  const tick = useNow(page.isShown && isFollowing);
  const { client } = page.endpoints;
  const { value, problem } = useAnswer(
    signal => client.endpointLog(page.id, { source, most: MOST }, signal),
    `log:${source}`,
    isFollowing ? tick : 0,
    page.isShown,
    900
  );
  const shown = value?.text ?? '';
  useEffect(() => select.current?.focus(), []);
  useEffect(() => {
    if (isFollowing && text.current !== null) {
      text.current.scrollTop = text.current.scrollHeight;
    }
  }, [shown, isFollowing]);
  const sources = sourcesOf(snapshot, value?.sources ?? [], source);
  return (
    <section
      className="jm-Ep-logs"
      aria-label={trans.__('Logs')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      <div className="jm-Ep-logbar">
        <label className="jm-row">
          <span className="jm-muted">{trans.__('Log of')}</span>
          <select
            ref={select}
            className="jm-Select"
            value={source}
            onChange={event => onSource(event.target.value)}
          >
            {sources.map(each => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <label className="jm-Ep-check">
          <input
            type="checkbox"
            checked={isFollowing}
            onChange={event => setFollowing(event.target.checked)}
          />
          <span>{trans.__('Follow')}</span>
        </label>
        <span className="jm-grow jm-small jm-muted jm-ellipsis">
          {problem?.message ??
            (value !== null && shown === '' ? trans.__('It has written nothing yet.') : '')}
        </span>
        <IconButton icon="close" label={trans.__('Close the logs')} onClick={onClose} />
      </div>
      <pre
        ref={text}
        className="jm-Ep-log"
        role="log"
        aria-live="off"
        aria-label={trans.__('Log of %1', source)}
        tabIndex={0}
        onWheel={event => event.deltaY < 0 && setFollowing(false)}
      >
        {pieces(shown).map(({ text: part, paint }, at) => (
          <span key={at} className={paint || undefined}>
            {part}
          </span>
        ))}
      </pre>
    </section>
  );
}

/** Return the logs that there are, and those that there may be. */
function sourcesOf(snapshot: IEndpointSnapshot, told: readonly string[], source: string): string[] {
  const replicas = snapshot.revisions.flatMap(({ replicas: all }) =>
    all.map(({ revision, replica }) => `${revisionName(revision)}/${replica}`)
  );
  return [...new Set(['router', 'keeper', ...told, ...replicas, source])];
}
