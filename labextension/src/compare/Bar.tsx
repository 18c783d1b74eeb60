/**
 * Which runs of the comparison are shown, and which value of their metrics.
 */

import { useState } from 'react';
import type { JSX, RefObject } from 'react';

import { formatCount } from '../format';
import { Icon } from '../icons';
import { useTranslation } from '../translation';
import { CommandIDs } from '../commands';
import { useCommand, useMarks } from './context';
import type { Change, ISettings } from './settings';

interface IBarProps {
  readonly settings: ISettings;
  readonly onChange: Change;
  readonly input: RefObject<HTMLInputElement>;
  /** Why the filter makes no sense; empty if it does. */
  readonly problem: string;
  readonly shown: number;
  readonly total: number;
  /** From the filter to the table. */
  readonly onLeave: () => void;
}

/** Show the bar. */
export function Bar({ settings, onChange, input, problem, shown, total, onLeave }: IBarProps): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Bar jm-Compare-bar">
      <label className="jm-Input jm-Compare-filter">
        <Icon name="filter" />
        <span className="jm-vh">{trans.__('Filter')}</span>
        <input
          ref={input}
          type="search"
          placeholder={trans.__('Filter: lr > 0.01 state = succeeded')}
          value={settings.filter}
          aria-invalid={problem !== ''}
          aria-describedby={problem ? 'jm-compare-problem' : undefined}
          onChange={event => onChange({ filter: event.target.value })}
          onKeyDown={event => {
            if (event.key === 'Escape' && settings.filter !== '') {
              event.stopPropagation();
              onChange({ filter: '' });
            } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
              event.preventDefault();
              onLeave();
            }
          }}
        />
      </label>
      <span id="jm-compare-problem" className="jm-Compare-problem" role="status">
        {problem}
      </span>
      {shown < total && !problem && (
        <span className="jm-muted jm-num">
          {trans.__('%1 of %2', formatCount(shown), formatCount(total))}
        </span>
      )}
      <Selection />
      <span className="jm-grow" />
      <ShownValue settings={settings} onChange={onChange} />
    </div>
  );
}

/** What can be done with the runs that are selected. */
function Selection(): JSX.Element | null {
  const trans = useTranslation();
  const marks = useMarks();
  const execute = useCommand();
  const { selected, hidden } = marks;
  return (
    <>
      {selected.size > 0 && (
        <span className="jm-row">
          <b className="jm-num">{trans.__('%1 selected', formatCount(selected.size))}</b>
          {selected.size > 1 && (
            <button
              type="button"
              className="jm-link"
              onClick={() => execute(CommandIDs.openComparison, { runs: [...selected] })}
            >
              {trans.__('Only these')}
            </button>
          )}
          <button type="button" className="jm-link" onClick={() => marks.toggleHidden([...selected])}>
            {trans.__('Show or hide')}
          </button>
          <button type="button" className="jm-link" onClick={() => marks.select([], false)}>
            {trans.__('Clear')}
          </button>
        </span>
      )}
      {hidden.size > 0 && (
        <button type="button" className="jm-link" onClick={() => marks.toggleHidden([...hidden])}>
          {trans._n('Draw the one put away', 'Draw the %1 put away', hidden.size)}
        </button>
      )}
    </>
  );
}

/** Which value of each metric stands in the table. */
function ShownValue({
  settings: { shown },
  onChange
}: {
  settings: ISettings;
  onChange: Change;
}): JSX.Element {
  const trans = useTranslation();
  const [step, setStep] = useState(shown.kind === 'step' ? String(shown.step) : '');
  const choose = (text: string): void => {
    setStep(text);
    const number = Number(text);
    if (text.trim() !== '' && Number.isFinite(number)) {
      onChange({ shown: { kind: 'step', step: number } });
    }
  };
  return (
    <span className="jm-row">
      <span className="jm-muted">{trans.__('Metrics')}</span>
      <span className="jm-Segment" role="group" aria-label={trans.__('Value of metrics')}>
        <button
          type="button"
          aria-pressed={shown.kind === 'last'}
          onClick={() => onChange({ shown: { kind: 'last' } })}
        >
          {trans.__('Last')}
        </button>
        <button
          type="button"
          aria-pressed={shown.kind === 'best'}
          onClick={() => onChange({ shown: { kind: 'best' } })}
        >
          {trans.__('Best')}
        </button>
        <button type="button" aria-pressed={shown.kind === 'step'} onClick={() => choose(step || '1')}>
          {trans.__('At step')}
        </button>
      </span>
      {shown.kind === 'step' && (
        <label className="jm-Input jm-Compare-step">
          <span className="jm-vh">{trans.__('Step')}</span>
          <input type="number" min="0" value={step} onChange={event => choose(event.target.value)} />
        </label>
      )}
    </span>
  );
}
