/**
 * Searches a log: what for, how many there are, the next and the one before.
 */

import { useEffect, useReducer, useState } from 'react';
import type { JSX, KeyboardEvent, RefObject } from 'react';

import { formatCount } from '../../format';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { IconButton } from '../../ui/parts';
import type { LogSearch } from './search';

/** Milliseconds after the last key. */
const PATIENCE = 150;

/** What stands for case everywhere. */
const LETTERS = 'Aa';

interface ISearchBoxProps {
  readonly search: LogSearch;
  readonly input: RefObject<HTMLInputElement>;
  /** Something else is searched for. */
  readonly onSearch: (text: string, isCased: boolean) => void;
  readonly onNext: () => void;
  readonly onPrevious: () => void;
  readonly onLeave: () => void;
}

export function SearchBox({
  search,
  input,
  onSearch,
  onNext,
  onPrevious,
  onLeave
}: ISearchBoxProps): JSX.Element {
  const trans = useTranslation();
  const [, again] = useReducer((count: number) => count + 1, 0);
  const [text, setText] = useState('');
  const [isCased, setCased] = useState(false);
  useEffect(() => {
    search.changed.connect(again);
    return () => {
      search.changed.disconnect(again);
    };
  }, [search]);
  const isNew = text !== search.text || isCased !== search.isCased;
  useEffect(() => {
    if (!isNew) {
      return;
    }
    const timer = window.setTimeout(() => onSearch(text, isCased), PATIENCE);
    return () => window.clearTimeout(timer);
  }, [isNew, text, isCased, onSearch]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      if (isNew) {
        onSearch(text, isCased);
      } else if (event.shiftKey) {
        onPrevious();
      } else {
        onNext();
      }
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      setText('');
      onSearch('', isCased);
      onLeave();
    }
  };
  return (
    <>
      <span className="jm-row jm-Logs-search" role="search">
        <label className="jm-Input">
          <Icon name="search" />
          <span className="jm-vh">{trans.__('Search the log')}</span>
          <input
            ref={input}
            type="text"
            value={text}
            placeholder={trans.__('Search')}
            spellCheck={false}
            autoComplete="off"
            onChange={event => setText(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </label>
        <span className="jm-num jm-muted jm-Logs-count" role="status">
          {countOf(search, trans)}
        </span>
        <IconButton
          icon="caret-up"
          label={trans.__('Previous match (Shift+Enter)')}
          disabled={search.count === 0}
          onClick={onPrevious}
        />
        <IconButton
          icon="caret-down"
          label={trans.__('Next match (Enter)')}
          disabled={search.count === 0}
          onClick={onNext}
        />
      </span>
      <span className="jm-Segment" role="group" aria-label={trans.__('Search options')}>
        <button
          type="button"
          aria-pressed={isCased}
          aria-label={trans.__('Match case')}
          title={trans.__('Match case')}
          onClick={() => setCased(!isCased)}
        >
          {LETTERS}
        </button>
      </span>
    </>
  );
}

function countOf(search: LogSearch, trans: ITranslation): string {
  if (!search.text) {
    return '';
  }
  if (search.problem) {
    return search.problem;
  }
  if (search.count === 0) {
    return search.isBusy ? trans.__('Searching…') : trans.__('No match');
  }
  const count = formatCount(search.count) + (search.isComplete ? '' : '+');
  return search.place > 0 ? trans.__('%1 of %2', formatCount(search.place), count) : count;
}
