/**
 * One run, or one sweep, as a row of two lines.
 */

import { memo } from 'react';
import type { JSX } from 'react';

import { Icon } from '../icons';
import { toneIcon, toneWord } from '../runs/words';
import { useTranslation } from '../translation';
import { Sparkline } from '../ui/Sparkline';
import type { Act, IAnchor, IListed, IRowAct, IRowWords } from './nouns';

/** Height of a row, in every state, and of the day above the first row of a day. */
export const ROW_HEIGHT = 44;
export const DAY_HEIGHT = 20;

export type OnAct = (act: Act, row: IListed, at: IAnchor) => void;

export interface IRowProps {
  readonly row: IListed;
  readonly words: IRowWords;
  /** Where it stands in the list, and on the screen. */
  readonly place: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly isTabStop: boolean;
  /** Whether somebody is at it; ten thousand rows need no buttons. */
  readonly hasActs: boolean;
  readonly onAct: OnAct;
}

/** Show a row. */
export const Row = memo(
  function Row(props: IRowProps): JSX.Element {
    const { row, words, place, top, isSelected, isTabStop, hasActs, onAct } = props;
    const trans = useTranslation();
    const act = (name: Act) => (event: React.MouseEvent) => {
      event.stopPropagation();
      onAct(name, row, event.currentTarget);
    };
    return (
      <div
        className="jm-Run"
        role="row"
        aria-rowindex={place + 1}
        aria-selected={isSelected}
        aria-label={words.label}
        tabIndex={isTabStop ? 0 : -1}
        data-s={words.colour ?? words.tone}
        data-id={row.id}
        data-place={place}
        style={{ top }}
      >
        <div className="jm-Run-1" role="gridcell">
          <span className="jm-Run-state" title={words.word ?? toneWord(words.tone, trans)}>
            <Icon name={words.icon ?? toneIcon(words.tone)} />
          </span>
          <span
            className="jm-Run-name jm-ellipsis"
            title={words.title}
            onClick={event => {
              // With these the row is meant, wherever it is pressed.
              if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
                act('open')(event);
              }
            }}
          >
            {words.name}
          </span>
          {words.chip && <span className="jm-Chip">{words.chip}</span>}
          <span className="jm-Run-age jm-num">{words.age}</span>
          {hasActs && <Acts acts={words.acts} act={act} />}
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
    before.isSelected === after.isSelected &&
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

/** A place whose row is on its way; it is as high as one. */
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

interface IActsProps {
  readonly acts: readonly IRowAct[];
  readonly act: (name: Act) => (event: React.MouseEvent) => void;
}

/** Show the buttons of a row. */
export function Acts({ acts, act }: IActsProps): JSX.Element {
  const trans = useTranslation();
  const menu: IRowAct = { act: 'menu', icon: 'ellipsis', label: trans.__('More actions') };
  return (
    <span className="jm-Run-acts">
      {[...acts, menu].map(({ act: name, icon, label }) => (
        <button
          key={name}
          type="button"
          className="jm-IconButton"
          tabIndex={-1}
          title={label}
          aria-label={label}
          aria-haspopup={name === 'menu' ? 'menu' : undefined}
          onClick={act(name)}
        >
          <Icon name={icon} />
        </button>
      ))}
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
            <Fact text={fact} minor={words.minor} />
          </span>
        ))}
      </span>
      {words.curve.length > 1 && <Sparkline values={words.curve} />}
    </>
  );
}

/** A fact; a narrow row does without its minor word. */
function Fact({ text, minor }: { text: string; minor: readonly string[] }): JSX.Element {
  const found = minor.flatMap(word => [`${word} `, ` ${word}`]).find(each => text.includes(each));
  if (found === undefined) {
    return <>{text}</>;
  }
  const at = text.indexOf(found);
  return (
    <>
      {text.slice(0, at)}
      <span className="jm-Run-minor">{found}</span>
      {text.slice(at + found.length)}
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
