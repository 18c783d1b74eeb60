/**
 * The last lines of all ranks in the order of time.
 */

import { memo, useLayoutEffect, useRef, useState } from 'react';
import type { CSSProperties, JSX, ReactNode } from 'react';

import { sentence } from '../../client';
import { formatCount, formatSize, formatTime } from '../../format';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import { IconButton } from '../../ui/parts';
import type { ILogLine, IRankStatus } from '../../wire';
import type { ITabProps } from '../page/context';
import { useAnswer } from '../page/details';
import { Unread } from '../page/problems';
import { colourOf, isPlain, nameOf, ranksOf, roleName } from '../ranks';
import { plainOf, spansOf } from './sgr';

/** So many lines are shown; each rank's own log has all of its lines. */
const MOST = 500;

/** Lines are read again at most that often, in milliseconds. */
const INTERVAL = 1000;

/** So many characters of a line are shown. */
const LONGEST = 2000;

/** Pixels from the end within which somebody follows. */
const NEAR = 24;

// Marks that turn text around can make it say what it does not.
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

interface ITogetherProps extends ITabProps {
  readonly attempt: number;
  /** What chooses ranks and attempt. */
  readonly children: ReactNode;
}

/** Show the lines, each with its time and its rank. */
export function Together({ page, snapshot, isShown, attempt, children }: ITogetherProps): JSX.Element {
  const trans = useTranslation();
  const [text, setText] = useState('');
  const [isFollowing, setFollowing] = useState(true);
  const [said, setSaid] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const { value, problem } = useAnswer(
    signal => page.runs.client.lines(page.id, { attempt, most: MOST }, signal),
    `${page.id} ${attempt}`,
    // A snapshot is another one whenever a rank has printed.
    snapshot,
    isShown,
    INTERVAL
  );
  const ranks = ranksOf(snapshot);
  const all = value?.lines ?? [];
  const shown = all.filter(line => plainOf(line.text).toLowerCase().includes(text.toLowerCase()));
  useLayoutEffect(() => {
    if (isFollowing && box.current !== null) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [isFollowing, value, text]);
  const copy = (): void => {
    const copied = shown.map(line => `${labelOf(line.rank, ranks)}  ${plainOf(line.text)}\n`).join('');
    navigator.clipboard.writeText(copied).then(
      () => setSaid(trans.__('Copied %1', formatSize(copied.length))),
      (error: unknown) => setSaid(sentence(error))
    );
  };
  const width = Math.max(0, ...ranks.map(({ rank }) => labelOf(rank, ranks).length));
  return (
    <div className="jm-Logs">
      <div className="jm-Bar">
        {children}
        <span className="jm-grow" />
        <label className="jm-Input">
          <Icon name="filter" />
          <span className="jm-vh">{trans.__('Filter lines')}</span>
          <input
            type="search"
            placeholder={trans.__('Filter lines')}
            value={text}
            onChange={event => setText(event.target.value)}
          />
        </label>
      </div>
      <div
        ref={box}
        className="jm-Log jm-Together"
        role="log"
        aria-live="off"
        aria-label={trans.__('Log of %1, all ranks', snapshot.row.name)}
        tabIndex={0}
        style={{ '--jm-who': `${width}ch` } as CSSProperties}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setFollowing(scrollHeight - scrollTop - clientHeight < NEAR)
        }
      >
        {value === null ? (
          <Unread problem={problem} />
        ) : (
          <>
            {value.cut && (
              <p className="jm-muted jm-Together-note">
                {trans.__('Earlier lines are in the log of each rank.')}
              </p>
            )}
            {all.length === 0 && (
              <p className="jm-muted jm-Together-note">
                {value.ended
                  ? trans.__('No rank printed anything.')
                  : trans.__('No rank has printed anything yet.')}
              </p>
            )}
            {shown.map((line, at) => (
              <Line
                key={all.length - at}
                line={line}
                who={labelOf(line.rank, ranks)}
                title={nameOf(line.rank, ranks, trans)}
              />
            ))}
          </>
        )}
      </div>
      <div className="jm-Bar jm-Logs-foot">
        <span className="jm-num">
          {text === ''
            ? trans._n('%2 line', '%2 lines', all.length, formatCount(all.length))
            : trans.__('%1 of %2 lines', formatCount(shown.length), formatCount(all.length))}
        </span>
        <span className="jm-muted jm-ellipsis" role="status">
          {said || trans.__('times are exact to about a second')}
        </span>
        <span className="jm-grow" />
        <IconButton
          icon="copy"
          label={trans.__('Copy the lines')}
          disabled={shown.length === 0}
          onClick={copy}
        />
        <button
          type="button"
          className="jm-Button jm-mod-small jm-Logs-follow"
          aria-pressed={isFollowing}
          onClick={() => setFollowing(true)}
        >
          <Icon name="follow" size={13} />
          {isFollowing ? trans.__('Following') : trans.__('Follow')}
        </button>
      </div>
    </div>
  );
}

/** Return what stands before a line. */
function labelOf(number: number, ranks: readonly IRankStatus[]): string {
  const rank = ranks.find(one => one.rank === number);
  return rank === undefined || isPlain(rank) ? `rank ${number}` : `${number} ${roleName(rank)}`;
}

const Line = memo(function Line({ line, who, title }: ILineProps): JSX.Element {
  return (
    <div className="jm-Together-row">
      <span className="jm-Together-time">{formatTime(line.time)}</span>
      <span className="jm-Together-who" style={{ borderColor: colourOf(line.rank) }} title={title}>
        {who}
      </span>
      <span className="jm-Together-text" dir="ltr">
        {spansOf(line.text.slice(0, LONGEST)).map((span, at) => (
          <span key={at} className={span.className || undefined} style={span.colours ?? undefined}>
            {span.text.replace(TURNS, '\ufffd')}
          </span>
        ))}
        {line.text.length > LONGEST && '…'}
      </span>
    </div>
  );
}, isSame);

interface ILineProps {
  readonly line: ILogLine;
  readonly who: string;
  readonly title: string;
}

/** Say whether a line would be drawn as it is. */
function isSame(one: ILineProps, other: ILineProps): boolean {
  return (
    one.line.text === other.line.text &&
    one.line.rank === other.line.rank &&
    one.line.time === other.line.time &&
    one.who === other.who
  );
}
