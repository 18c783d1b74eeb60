/**
 * What stands above the sections: filter line and states of the one in use, and what can be done with the whole.
 */

import type { JSX } from 'react';

import { formatCount } from '../format';
import { Icon } from '../icons';
import { toneIcon, toneOf, toneWord } from '../runs/words';
import type { Tone } from '../runs/words';
import { useTranslation } from '../translation';
import type { ITranslation } from '../translation';
import { IconButton } from '../ui/parts';
import type { State } from '../wire';
import type { IAnchor, ISectionTexts } from './nouns';
import { MAIN_STATES } from './query';
import type { AnySection } from './sections';

interface IHeadProps {
  readonly model: AnySection;
  readonly texts: ISectionTexts;
  readonly input: React.RefObject<HTMLInputElement>;
  readonly onRefresh: () => void;
  readonly onStates: (at: IAnchor) => void;
  readonly onMenu: (at: IAnchor) => void;
  /** From the filter to the list. */
  readonly onLeave: () => void;
}

/** Show the head. */
export function Head(props: IHeadProps): JSX.Element {
  const { model, texts, onRefresh, onMenu } = props;
  const trans = useTranslation();
  return (
    <div className="jm-PanelHead">
      <div className="jm-row">
        <FilterLine {...props} />
        <IconButton icon="refresh" label={texts.refresh} onClick={onRefresh} />
        <IconButton
          icon="ellipsis"
          label={trans.__('More')}
          aria-haspopup="menu"
          onClick={event => onMenu(event.currentTarget)}
        />
      </div>
      {model.filterProblem && (
        <p className="jm-FilterProblem" id="jm-filter-problem" role="alert">
          {model.filterProblem}
        </p>
      )}
      <Chips {...props} />
    </div>
  );
}

function FilterLine({ model, texts, input, onLeave }: IHeadProps): JSX.Element {
  const trans = useTranslation();
  const text = model.draft;
  const clear = (): void => model.choose({ text: '' });
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter') {
      model.choose({ text });
    } else if (event.key === 'ArrowDown') {
      onLeave();
    } else if (event.key === 'Escape') {
      if (text === '') {
        onLeave();
      } else {
        clear();
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="jm-Input jm-grow">
      <Icon name="filter" />
      <input
        ref={input}
        type="text"
        spellCheck={false}
        autoComplete="off"
        value={text}
        placeholder={texts.placeholder}
        aria-label={texts.filter}
        aria-invalid={model.filterProblem !== ''}
        aria-describedby={model.filterProblem ? 'jm-filter-problem' : undefined}
        onChange={event => model.type(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {text && <IconButton icon="close" label={trans.__('Clear the filter')} onClick={clear} />}
    </div>
  );
}

function Chips({ model, texts, onStates }: IHeadProps): JSX.Element {
  const trans = useTranslation();
  const { state, archived } = model.choice;
  const main = model.noun.mainStates ?? MAIN_STATES;
  const other = state !== null && !main.includes(state) ? [state] : [];
  return (
    <div className="jm-Filters" role="group" aria-label={texts.states}>
      <button
        type="button"
        className="jm-Filter"
        aria-pressed={state === null}
        onClick={() => model.choose({ state: null })}
      >
        {trans.__('All')}
      </button>
      {[...main, ...other].map(each => (
        <StateChip
          key={each}
          tone={shownTone(model, each)}
          word={wordOf(model, each, trans)}
          count={model.states === null ? null : (model.states[each] ?? 0)}
          isPressed={each === state}
          onPress={() => model.choose({ state: each === state ? null : each })}
        />
      ))}
      {archived && (
        <button
          type="button"
          className="jm-Filter"
          aria-pressed={true}
          onClick={() => model.choose({ archived: false })}
        >
          {trans.__('Archived')}
        </button>
      )}
      <button
        type="button"
        className="jm-Filter"
        title={trans.__('More states')}
        aria-label={trans.__('More states')}
        aria-haspopup="menu"
        onClick={event => onStates(event.currentTarget)}
      >
        <Icon name="ellipsis" />
      </button>
    </div>
  );
}

interface IStateChipProps {
  readonly tone: Tone;
  readonly word: string;
  readonly count: number | null;
  readonly isPressed: boolean;
  readonly onPress: () => void;
}

/** Return the word for a state, as the noun has it. */
export function wordOf(model: AnySection, state: State, trans: ITranslation): string {
  const tone = toneOf({ state, broken: '' });
  return model.noun.toneWord?.(tone, trans) ?? toneWord(tone, trans);
}

/** Return the shape and colour for a state, as the noun has them. */
function shownTone(model: AnySection, state: State): Tone {
  const tone = toneOf({ state, broken: '' });
  return model.noun.shownTone?.(tone) ?? tone;
}

function StateChip({ tone, word, count, isPressed, onPress }: IStateChipProps): JSX.Element {
  return (
    <button
      type="button"
      className="jm-Filter"
      data-s={tone}
      title={word}
      aria-pressed={isPressed}
      onClick={onPress}
    >
      <Icon name={toneIcon(tone)} />
      <span className="w">{word}</span>
      {count !== null && <span className="jm-num">{formatCount(count)}</span>}
    </button>
  );
}
