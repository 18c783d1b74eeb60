/**
 * One line of a tree: a thing, or what stands below it.
 */

import { memo } from 'react';
import type { JSX } from 'react';

import { Icon } from '../icons';
import { useTranslation } from '../translation';
import type { Act } from './nouns';
import { Acts } from './Row';
import type { IRowProps } from './Row';

/** Height of a line. */
export const LINE_HEIGHT = 24;

interface ITreeRowProps extends IRowProps {
  /** 1 is a thing, 2 what stands below it. */
  readonly level: 1 | 2;
  /** Whether what stands below is shown; null where nothing does. */
  readonly isOpen: boolean | null;
  readonly onOpen: (isOpen: boolean) => void;
}

/** Show a line. */
export const TreeRow = memo(
  function TreeRow(props: ITreeRowProps): JSX.Element {
    const { row, words, place, top, level, isOpen, isSelected, isTabStop, hasActs, onOpen, onAct } = props;
    const trans = useTranslation();
    const act = (name: Act) => (event: React.MouseEvent) => {
      event.stopPropagation();
      onAct(name, row, event.currentTarget);
    };
    return (
      <div
        className="jm-Run jm-mod-line"
        role="row"
        aria-rowindex={place + 1}
        aria-level={level}
        aria-expanded={isOpen ?? undefined}
        aria-selected={isSelected}
        aria-label={words.label}
        tabIndex={isTabStop ? 0 : -1}
        data-s={words.colour}
        data-id={row.id}
        data-place={place}
        style={{ top }}
      >
        <div className="jm-Run-1" role="gridcell">
          <span
            className="jm-Line-caret"
            aria-hidden="true"
            onClick={event => {
              if (isOpen !== null) {
                event.stopPropagation();
                onOpen(!isOpen);
              }
            }}
          >
            {isOpen !== null && <Icon name={isOpen ? 'caret-down' : 'caret-right'} size={12} />}
          </span>
          {words.icon && (
            <span className="jm-Run-state" title={words.word ?? trans.__('Model')}>
              <Icon name={words.icon} />
            </span>
          )}
          <span className="jm-Run-name jm-ellipsis" title={words.title} onClick={act('open')}>
            {words.name}
          </span>
          {words.chip && <span className="jm-Line-chip jm-ellipsis jm-muted">{words.chip}</span>}
          <span className="jm-Run-age jm-num" title={words.value && `${words.metric} ${words.value}`}>
            {words.value || words.age}
          </span>
          {hasActs && <Acts acts={words.acts} act={act} />}
        </div>
      </div>
    );
  },
  (before, after) =>
    before.row === after.row &&
    before.place === after.place &&
    before.top === after.top &&
    before.level === after.level &&
    before.isOpen === after.isOpen &&
    before.isActive === after.isActive &&
    before.isSelected === after.isSelected &&
    before.isTabStop === after.isTabStop &&
    before.hasActs === after.hasActs &&
    before.onAct === after.onAct &&
    before.words.title === after.words.title &&
    before.words.label === after.words.label
);
