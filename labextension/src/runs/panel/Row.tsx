/**
 * One run as a row of two lines.
 */

import { memo } from 'react';
import type { JSX } from 'react';

import { Icon } from '../../icons';
import type { IconName } from '../../icons';
import { useTranslation } from '../../translation';
import { Sparkline } from '../../ui/Sparkline';
import type { IRunRow } from '../../wire';
import { kindOf, toneIcon, toneWord } from '../words';
import type { Tone } from '../words';
import type { IRowWords } from './rows';

/** What a row can be asked to do. */
export type RowAct = 'open' | 'stop' | 'retry' | 'logs' | 'cell' | 'delete' | 'menu';

/** Something that has a place on the screen. */
export interface IAnchor {
  getBoundingClientRect(): DOMRect;
}

interface IRowProps {
  readonly row: IRunRow;
  readonly words: IRowWords;
  /** Where it stands in the list, and on the screen. */
  readonly place: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly isTabStop: boolean;
  /** Whether somebody is at it; ten thousand rows need no buttons. */
  readonly hasActs: boolean;
  readonly onAct: (act: RowAct, row: IRunRow, at: IAnchor) => void;
}

/** Show a run. */
export const Row = memo(
  function Row({ row, words, place, top, isActive, isTabStop, hasActs, onAct }: IRowProps): JSX.Element {
    const trans = useTranslation();
    const act = (name: RowAct) => (event: React.MouseEvent) => {
      event.stopPropagation();
      onAct(name, row, event.currentTarget);
    };
    return (
      <div
        className="jm-Run"
        role="row"
        aria-rowindex={place + 1}
        aria-selected={isActive}
        aria-label={words.label}
        tabIndex={isTabStop ? 0 : -1}
        data-s={words.tone}
        data-id={row.id}
        data-place={place}
        style={{ top }}
      >
        <div className="jm-Run-1" role="gridcell">
          <span className="jm-Run-state" title={toneWord(words.tone, trans)}>
            <Icon name={toneIcon(words.tone)} />
          </span>
          <span className="jm-Run-name jm-ellipsis" title={titleOf(row)} onClick={act('open')}>
            {row.name || row.id}
          </span>
          <span className="jm-Chip">{kindOf(row)}</span>
          <span className="jm-Run-age jm-num">{words.age}</span>
          {hasActs && <Acts tone={words.tone} act={act} />}
        </div>
        <div className="jm-Run-2" role="gridcell">
          {words.why ? (
            <span className="jm-Run-why jm-ellipsis" title={words.why}>
              {words.why}
            </span>
          ) : (
            <Telling words={words} />
          )}
          {words.share !== null && words.tone === 'running' && <Line share={words.share} />}
          {words.tone === 'starting' && <Line share={null} />}
        </div>
      </div>
    );
  },
  (before, after) =>
    before.row === after.row &&
    before.place === after.place &&
    before.isActive === after.isActive &&
    before.isTabStop === after.isTabStop &&
    before.top === after.top &&
    before.hasActs === after.hasActs &&
    before.onAct === after.onAct &&
    // All that passes with time stands in the label, but for facts behind a reason, which are not shown.
    before.words.label === after.words.label
);

interface ISkeletonRowProps {
  readonly place: number;
  readonly top: number;
  readonly isShown: boolean;
}

/** A place whose run is on its way; it is as high as a run. */
export function SkeletonRow({ place, top, isShown }: ISkeletonRowProps): JSX.Element {
  const width = 70 + ((place * 37) % 60);
  return (
    <div className="jm-Run jm-mod-skeleton" role="presentation" aria-hidden="true" style={{ top }}>
      {isShown && (
        <>
          <div className="jm-Run-1">
            <span className="jm-Skel" style={{ width: 14, height: 14 }} />
            <span className="jm-Skel" style={{ width }} />
          </div>
          <div className="jm-Run-2">
            <span className="jm-Skel" style={{ width: width + 70, height: 8 }} />
          </div>
        </>
      )}
    </div>
  );
}

function Acts({
  tone,
  act
}: {
  tone: Tone;
  act: (name: RowAct) => (event: React.MouseEvent) => void;
}): JSX.Element {
  const trans = useTranslation();
  const isOver = tone === 'succeeded' || tone === 'failed' || tone === 'stopped';
  return (
    <span className="jm-Run-acts">
      {isOver ? (
        <Act icon="retry" label={trans.__('Retry')} onClick={act('retry')} />
      ) : (
        tone !== 'broken' && <Act icon="stop" label={trans.__('Stop')} onClick={act('stop')} />
      )}
      <Act icon="open" label={trans.__('Open')} onClick={act('open')} />
      <Act icon="ellipsis" label={trans.__('More actions')} onClick={act('menu')} hasMenu />
    </span>
  );
}

function Telling({ words }: { words: IRowWords }): JSX.Element {
  return (
    <>
      <span className="jm-ellipsis">
        {words.metric && (
          <>
            {words.metric} <b>{words.value}</b>
          </>
        )}
        {words.facts.map((fact, at) => (
          <span key={at} className="jm-num">
            {(at > 0 || words.metric) && ' · '}
            <Fact text={fact} unit={words.unit} />
          </span>
        ))}
      </span>
      {words.curve.length > 1 && <Sparkline values={words.curve} />}
    </>
  );
}

/** A fact; what it counts can be left out. */
function Fact({ text, unit }: { text: string; unit: string }): JSX.Element {
  const at = unit ? text.indexOf(`${unit} `) : -1;
  if (at < 0) {
    return <>{text}</>;
  }
  const end = at + unit.length + 1;
  return (
    <>
      {text.slice(0, at)}
      <span className="jm-Run-unit">{text.slice(at, end)}</span>
      {text.slice(end)}
    </>
  );
}

function Line({ share }: { share: number | null }): JSX.Element {
  const className = `jm-Progress${share === null ? ' jm-mod-busy' : ''}`;
  return (
    <div className={className} aria-hidden="true">
      <i style={share === null ? undefined : { width: `${(share * 100).toFixed(1)}%` }} />
    </div>
  );
}

interface IActProps {
  readonly icon: IconName;
  readonly label: string;
  readonly hasMenu?: boolean;
  readonly onClick: (event: React.MouseEvent) => void;
}

function Act({ icon, label, hasMenu, onClick }: IActProps): JSX.Element {
  return (
    <button
      type="button"
      className="jm-IconButton"
      tabIndex={-1}
      title={label}
      aria-label={label}
      aria-haspopup={hasMenu ? 'menu' : undefined}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function titleOf(row: IRunRow): string {
  return [row.id, row.tags.join(', '), row.note].filter(Boolean).join('\n');
}
