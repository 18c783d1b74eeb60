/**
 * What a run that ended well has left behind, and how it comes back; the twin of the kernel's `cards/outcome.py`.
 */

import { Fragment } from 'react';
import type { JSX, ReactNode } from 'react';

import { formatSize } from '../../format';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IMade, IRunSnapshot } from '../../wire';
import { Code, Do, Pairs, Sentence, Title } from './pieces';
import { expressionOf, parameters } from './telling';
import type { Pair } from './telling';
import { oneLine } from './text';

const MOST_KEPT = 3;
const MOST_OFFERED = 4;

interface IMadeProps {
  readonly snapshot: IRunSnapshot;
}

/** What was made, on one line. */
export function MadeLine({ snapshot }: IMadeProps): JSX.Element {
  const trans = useTranslation();
  const { kept, offered, refused } = sorted(snapshot);
  const parts: ReactNode[] = [
    kept.length > 0 && <Kept kept={kept} snapshot={snapshot} />,
    offered.length > 0 && <Offered offered={offered} />,
    ...refused.slice(0, 1).map(made => (
      <>
        <Name made={made} /> {trans.__('could not be kept:')} <Sentence text={made.why} longest={120} />
      </>
    ))
  ].filter(Boolean);
  return (
    <span className="jm-ellipsis">
      {parts.length === 0 ? (
        <>
          <Do snapshot={snapshot} call="logs()" /> {trans.__('reads what it printed')}
        </>
      ) : (
        parts.map((part, at) => (
          <Fragment key={at}>
            {at > 0 && ' · '}
            {part}
          </Fragment>
        ))
      )}
    </span>
  );
}

/** What was made, name by name, and with which parameters. */
export function MadeList({ snapshot, rows }: IMadeProps & { rows: number }): JSX.Element {
  const trans = useTranslation();
  const { kept, offered } = sorted(snapshot);
  const made = snapshot.made.map(one => pairOf(one, trans));
  const shown = parameters(snapshot.row);
  const room = Math.min(made.length, shown.length > 0 ? rows - 3 : rows - 1);
  const left = rows - 1 - room - (kept.length > 0 ? 1 : 0) - (offered.length > 0 ? 1 : 0);
  return (
    <>
      <Title>{trans.__('What it made')}</Title>
      <Pairs rows={made} most={room} />
      {kept.length > 0 && (
        <p className="jm-small jm-muted jm-ellipsis">
          <Code text={valueOf(snapshot, kept[0])} /> {trans.__('brings it back')}
        </p>
      )}
      {offered.length > 0 && (
        <p className="jm-small jm-muted jm-ellipsis">
          <Code text={`--keep ${namesOf(offered)}`} />{' '}
          {trans._n('brings it back', 'brings them back', offered.length)}
        </p>
      )}
      {made.length === 0 && <p className="jm-small jm-muted">{trans.__('It left no names behind.')}</p>}
      {shown.length > 0 && left > 1 && (
        <div className="jm-Card-below">
          <Title>{trans.__('Parameters')}</Title>
          <Pairs rows={shown} most={left - 1} />
        </div>
      )}
    </>
  );
}

function Kept({ kept, snapshot }: { kept: readonly IMade[]; snapshot: IRunSnapshot }): JSX.Element {
  const trans = useTranslation();
  const more = kept.length - MOST_KEPT;
  return (
    <>
      {trans.__('kept')}{' '}
      {kept.slice(0, MOST_KEPT).map((made, at) => (
        <Fragment key={made.name}>
          {at > 0 && '; '}
          <Name made={made} /> <bdi>{oneLine(made.type, 40)}</bdi>, {formatSize(made.size ?? 0)}
        </Fragment>
      ))}
      {more > 0 && `; ${trans.__('%1 more', more)}`}: <Code text={valueOf(snapshot, kept[0])} />
    </>
  );
}

function Offered({ offered }: { offered: readonly IMade[] }): JSX.Element {
  const trans = useTranslation();
  const shown = offered.slice(0, MOST_OFFERED);
  return (
    <>
      {trans.__('made')}{' '}
      {shown.map((made, at) => (
        <Fragment key={made.name}>
          {at > 0 && ', '}
          <Name made={made} />
        </Fragment>
      ))}
      : <Code text={`--keep ${namesOf(offered)}`} />{' '}
      {trans._n('brings it back', 'brings them back', shown.length)}
    </>
  );
}

function Name({ made }: { made: IMade }): JSX.Element {
  return (
    <b>
      <code className="jm-code">
        <bdi>{oneLine(made.name, 40)}</bdi>
      </code>
    </b>
  );
}

function sorted({ made }: IRunSnapshot): Record<'kept' | 'offered' | 'refused', IMade[]> {
  return {
    kept: made.filter(one => one.size !== null),
    offered: made.filter(one => one.size === null && !one.why),
    refused: made.filter(one => one.why)
  };
}

function pairOf(made: IMade, trans: ITranslation): Pair {
  const type = oneLine(made.type, 24);
  const how =
    made.size !== null
      ? formatSize(made.size)
      : made.why
        ? trans.__('could not be kept')
        : trans.__('not kept');
  return [oneLine(made.name, 24), `${type}, ${how}`];
}

function namesOf(offered: readonly IMade[]): string {
  return offered
    .slice(0, MOST_OFFERED)
    .map(made => oneLine(made.name, 40))
    .join(',');
}

function valueOf(snapshot: IRunSnapshot, made: IMade | undefined): string {
  return `${expressionOf(snapshot)}.values["${oneLine(made?.name ?? '', 40)}"]`;
}
