/**
 * Which curves are shown, and how.
 */

import { useState } from 'react';
import type { JSX } from 'react';

import { formatCount } from '../../../format';
import { Icon } from '../../../icons';
import { useTranslation } from '../../../translation';
import type { ITranslation } from '../../../translation';
import { IconButton } from '../../../ui/parts';
import { oneLine } from '../../card/text';
import { TIME } from './series';
import type { ISettings } from './settings';

interface IBarProps {
  readonly settings: ISettings;
  readonly onChange: (changes: Partial<ISettings>) => void;
}

/** So many metrics have a button before there is one for the others. */
const CHIPS = 8;

/** Choose metrics, and how smooth they are. */
export function MetricsBar({
  names,
  settings,
  onChange
}: IBarProps & { names: readonly string[] }): JSX.Element {
  const trans = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const [text, setText] = useState('');
  const wanted = names.filter(name => name.toLowerCase().includes(text.toLowerCase()));
  const chips = isWhole ? wanted : wanted.slice(0, CHIPS);
  const rest = wanted.length - CHIPS;
  const toggle = (name: string): void => {
    const hidden = new Set(settings.hidden);
    if (!hidden.delete(name)) {
      hidden.add(name);
    }
    onChange({ hidden });
  };
  const only = (shown: readonly string[]): void =>
    onChange({ hidden: new Set(names.filter(name => !shown.includes(name))) });
  return (
    <div className="jm-Bar jm-Curves-metrics">
      <span className="jm-Curves-chips" role="group" aria-label={trans.__('Metrics')}>
        {chips.map(name => (
          <button
            key={name}
            type="button"
            className="jm-Filter"
            aria-pressed={!settings.hidden.has(name)}
            title={trans.__('Show or hide %1; double click shows it alone', oneLine(name, 60))}
            onClick={() => toggle(name)}
            onDoubleClick={() => only([name])}
          >
            {!settings.hidden.has(name) && <Icon name="check" size={11} />}
            {oneLine(name, 40)}
          </button>
        ))}
        {rest > 0 && (
          <button
            type="button"
            className="jm-Select"
            aria-expanded={isWhole}
            onClick={() => setWhole(!isWhole)}
          >
            {isWhole ? trans.__('fewer') : trans.__('+%1', formatCount(rest))}
            <Icon name={isWhole ? 'caret-up' : 'caret-down'} />
          </button>
        )}
        {settings.hidden.size > 0 && (
          <button type="button" className="jm-link" onClick={() => onChange({ hidden: new Set() })}>
            {trans.__('Show all')}
          </button>
        )}
      </span>
      {names.length > CHIPS && (
        <label className="jm-Input jm-Curves-find">
          <Icon name="search" />
          <span className="jm-vh">{trans.__('Find metrics')}</span>
          <input
            type="search"
            placeholder={trans.__('Find metrics')}
            value={text}
            onChange={event => setText(event.target.value)}
            onKeyDown={event => {
              if (event.key === 'Enter') {
                only(wanted);
              }
            }}
          />
        </label>
      )}
      <label className="jm-row jm-Curves-smoothing">
        <span>{trans.__('Smoothing')}</span>
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          value={settings.smoothing}
          onChange={event => onChange({ smoothing: Number(event.target.value) })}
        />
        <b className="jm-num">{settings.smoothing.toFixed(2)}</b>
      </label>
    </div>
  );
}

interface IScalesBarProps extends IBarProps {
  readonly axes: readonly string[];
  readonly axis: string;
  readonly hasRanks: boolean;
  readonly onDownload: () => void;
}

/** Choose axes and scales. */
export function ScalesBar({
  axes,
  axis,
  hasRanks,
  settings,
  onChange,
  onDownload
}: IScalesBarProps): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Bar">
      <Segment
        label={trans.__('X')}
        about={trans.__('X axis')}
        options={axes.map(each => [each, axisName(each, trans)])}
        value={axis}
        onChange={value => onChange({ axis: value, range: null })}
      />
      <Segment
        label={trans.__('Y')}
        about={trans.__('Y scale')}
        options={[
          ['linear', trans.__('Linear')],
          ['log', trans.__('Log')]
        ]}
        value={settings.isLog ? 'log' : 'linear'}
        onChange={value => onChange({ isLog: value === 'log' })}
      />
      {hasRanks && (
        <Segment
          label={trans.__('Ranks')}
          about={trans.__('Ranks')}
          options={[
            ['band', trans.__('Rank 0 and band')],
            ['each', trans.__('Each')]
          ]}
          value={settings.ranks}
          onChange={value => onChange({ ranks: value === 'each' ? 'each' : 'band' })}
        />
      )}
      {settings.range !== null && (
        <button type="button" className="jm-link" onClick={() => onChange({ range: null })}>
          {trans.__('Show all of the axis')}
        </button>
      )}
      <span className="jm-grow" />
      <span className="jm-muted jm-small jm-Curves-hint">
        {trans.__('Drag to zoom, double click for all')}
      </span>
      <span className="jm-row">
        <IconButton
          icon="table"
          label={trans.__('Show as tables')}
          aria-pressed={settings.isTable}
          onClick={() => onChange({ isTable: !settings.isTable })}
        />
        <IconButton icon="download" label={trans.__('Download all as CSV')} onClick={onDownload} />
      </span>
    </div>
  );
}

interface ISegmentProps {
  readonly label: string;
  readonly about: string;
  readonly options: readonly (readonly [string, string])[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Segment({ label, about, options, value, onChange }: ISegmentProps): JSX.Element {
  return (
    <span className="jm-row">
      <span className="jm-muted">{label}</span>
      <span className="jm-Segment" role="group" aria-label={about}>
        {options.map(([option, name]) => (
          <button key={option} type="button" aria-pressed={option === value} onClick={() => onChange(option)}>
            {oneLine(name, 40)}
          </button>
        ))}
      </span>
    </span>
  );
}

function axisName(axis: string, trans: ITranslation): string {
  switch (axis) {
    case TIME:
      return trans.__('Time');
    case 'step':
      return trans.__('Step');
    case 'epoch':
      return trans.__('Epoch');
    default:
      return axis;
  }
}
