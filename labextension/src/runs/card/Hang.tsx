/**
 * Where the ranks of a run are that seems to hang: calmly, since it may only be slow.
 */

import { useState } from 'react';
import type { JSX, ReactNode } from 'react';

import { formatDuration, formatTime } from '../../format';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import type { IHung, IRankStack, IRunSnapshot } from '../../wire';
import { nameOf } from '../ranks';
import { plain } from './text';

interface IHangProps {
  readonly snapshot: IRunSnapshot;
  readonly hung: IHung;
  /** Show a line of the cell; null where that cannot be done. */
  readonly onLine: ((line: number) => void) | null;
  /** What can be done about it. */
  readonly children?: ReactNode;
}

/** Say for how long nothing moves, and show the stack of each rank, the first one unfolded. */
export function Hang({ snapshot, hung, onLine, children }: IHangProps): JSX.Element {
  const trans = useTranslation();
  const since = hung.time - hung.seconds;
  const { ended } = snapshot.row;
  return (
    <section className="jm-Hang" data-s="warning" aria-label={trans.__('Where its ranks are')}>
      <div className="jm-Hang-head">
        <Icon name="warning" />
        <p>
          <b>
            {ended === null
              ? trans.__('All ranks have been silent and idle for %1.', formatDuration(hung.seconds))
              : trans.__(
                  'All ranks had been silent and idle for %1 when it ended.',
                  formatDuration(ended - since)
                )}
          </b>{' '}
          <span className="jm-muted">
            {ended === null
              ? trans.__('Since %1; the run goes on. They are here:', formatTime(since))
              : trans.__('They were here:')}
          </span>
        </p>
        {children}
      </div>
      <ul className="jm-Hang-ranks">
        {hung.stacks.map((stack, at) => (
          <Stack key={stack.rank} stack={stack} snapshot={snapshot} isFirst={at === 0} onLine={onLine} />
        ))}
      </ul>
    </section>
  );
}

interface IStackProps {
  readonly stack: IRankStack;
  readonly snapshot: IRunSnapshot;
  readonly isFirst: boolean;
  readonly onLine: ((line: number) => void) | null;
}

function Stack({ stack, snapshot, isFirst, onLine }: IStackProps): JSX.Element {
  const trans = useTranslation();
  const [isOpen, setOpen] = useState(isFirst);
  const name = nameOf(stack.rank, snapshot.ranks, trans);
  const { line } = stack;
  const source = plain(snapshot.code.split('\n')[line - 1] ?? '', 120).trim();
  return (
    <li>
      <div className="jm-Hang-rank">
        <button
          type="button"
          className="jm-Hang-fold"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'caret-down' : 'caret-right'} size={10} />
          <b>{name}</b>
        </button>
        {line === 0 && <span className="jm-muted">{trans.__('in no line of the cell')}</span>}
        {line > 0 && onLine !== null && (
          <button type="button" className="jm-link" onClick={() => onLine(line)}>
            {trans.__('line %1', line)}
          </button>
        )}
        {line > 0 && onLine === null && <span className="jm-muted">{trans.__('line %1', line)}</span>}
        {line > 0 && source && <code className="jm-code jm-ellipsis">{source}</code>}
      </div>
      {isOpen && (
        <pre tabIndex={0} aria-label={trans.__('Stack of %1', name)}>
          {plain(stack.text).trimEnd()}
        </pre>
      )}
    </li>
  );
}
