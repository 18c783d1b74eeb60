/**
 * Where a run comes from.
 */

import type { JSX, ReactNode } from 'react';

import { CommandIDs } from '../../../commands';
import { formatDate } from '../../../format';
import { Icon } from '../../../icons';
import type { IconName } from '../../../icons';
import { useTranslation } from '../../../translation';
import type { IRunDetail, IRunSnapshot } from '../../../wire';
import { toneIcon, toneOf } from '../../words';
import { useCommand } from '../context';
import { cellOf } from '../head';

interface IOriginProps {
  readonly snapshot: IRunSnapshot;
  readonly detail: IRunDetail | null;
}

/** Show what came before: the cell, the run that this one repeats. */
export function Origin({ snapshot, detail }: IOriginProps): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { row } = snapshot;
  const origin = detail?.spec.origin;
  return (
    <section className="jm-Section">
      <h2>{trans.__('Where it comes from')}</h2>
      <ol className="jm-Chain">
        {row.notebook && (
          <Link icon="notebook" note={row.notebook}>
            <button type="button" className="jm-link" onClick={() => execute(CommandIDs.goToCell)}>
              {cellOf(snapshot, trans)}
            </button>
          </Link>
        )}
        {row.retry_of && (
          <Link icon="retry" note={trans.__('this run repeats it: same code, same data')}>
            <button
              type="button"
              className="jm-link"
              onClick={() => execute(CommandIDs.openRun, { id: row.retry_of })}
            >
              {row.retry_of}
            </button>
          </Link>
        )}
        <Link icon={toneIcon(toneOf(row))} note={row.id} tone={toneOf(row)}>
          <b>{row.name}</b>
        </Link>
      </ol>
      {origin && (
        <p className="jm-small jm-muted">
          {trans.__(
            'Submitted %1 by %2 on %3.',
            formatDate(row.created),
            origin.user || trans.__('somebody'),
            origin.host || trans.__('an unknown machine')
          )}
        </p>
      )}
    </section>
  );
}

interface ILinkProps {
  readonly icon: IconName;
  readonly note: string;
  readonly tone?: string;
  readonly children: ReactNode;
}

function Link({ icon, note, tone, children }: ILinkProps): JSX.Element {
  return (
    <li data-s={tone}>
      <Icon name={icon} />
      <span>
        {children}
        <br />
        <small title={note}>{note}</small>
      </span>
    </li>
  );
}
