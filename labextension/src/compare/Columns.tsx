/**
 * Which columns are shown.
 */

import { useState } from 'react';
import type { JSX } from 'react';

import { formatCount } from '../format';
import { Icon } from '../icons';
import { useTranslation } from '../translation';
import { Button } from '../ui/parts';
import type { IComparedColumn } from '../wire';
import { isShown } from './chosen';
import type { Choices } from './chosen';
import { Popover } from './Popover';
import { nameOf, partWords } from './table/Header';

interface IColumnsProps {
  readonly columns: readonly IComparedColumn[];
  readonly choices: Choices;
  readonly onChoices: (choices: Choices) => void;
}

const PARTS = ['parameter', 'metric', 'fact'] as const;

/** Show the button and the sheet of all columns. */
export function Columns(props: IColumnsProps): JSX.Element {
  const { columns, choices } = props;
  const trans = useTranslation();
  const shown = columns.filter(column => isShown(column, choices)).length;
  return (
    <Popover label={trans.__('Columns: %1 of %2', formatCount(shown), formatCount(columns.length))}>
      <Sheet {...props} />
    </Popover>
  );
}

function Sheet({ columns, choices, onChoices }: IColumnsProps): JSX.Element {
  const trans = useTranslation();
  const [text, setText] = useState('');
  const [isVarying, setVarying] = useState(false);
  const wanted = columns.filter(
    column => column.name.toLowerCase().includes(text.toLowerCase()) && (!isVarying || column.varies)
  );
  const choose = (chosen: readonly IComparedColumn[], isOn: boolean): void =>
    onChoices(new Map([...choices, ...chosen.map(column => [column.key, isOn] as const)]));
  return (
    <>
      <label className="jm-Input">
        <Icon name="search" />
        <span className="jm-vh">{trans.__('Find columns')}</span>
        <input
          type="search"
          placeholder={trans.__('Find columns')}
          value={text}
          onChange={event => setText(event.target.value)}
        />
      </label>
      <label className="jm-row jm-Compare-check">
        <input type="checkbox" checked={isVarying} onChange={event => setVarying(event.target.checked)} />
        {trans.__('Only what varies')}
      </label>
      <div className="jm-Popover-list" tabIndex={0} role="group" aria-label={trans.__('All columns')}>
        {PARTS.map(part => {
          const members = wanted.filter(column => column.part === part);
          return (
            members.length > 0 && (
              <fieldset key={part}>
                <legend className="jm-h2">{partWords(part, trans)}</legend>
                {members.map(column => (
                  <label key={column.key} className="jm-row jm-Compare-check">
                    <input
                      type="checkbox"
                      checked={isShown(column, choices)}
                      onChange={event => choose([column], event.target.checked)}
                    />
                    <span className="jm-ellipsis jm-grow">{nameOf(column, trans)}</span>
                    {!column.varies && (
                      <span className="jm-muted jm-small">{trans.__('the same in all')}</span>
                    )}
                  </label>
                ))}
              </fieldset>
            )
          );
        })}
        {wanted.length === 0 && <p className="jm-muted">{trans.__('No column has that name.')}</p>}
      </div>
      <div className="jm-row">
        <Button onClick={() => choose(wanted, true)}>{trans.__('Show these')}</Button>
        <Button onClick={() => choose(wanted, false)}>{trans.__('Hide these')}</Button>
        <span className="jm-grow" />
        <Button onClick={() => onChoices(new Map())}>{trans.__('As at first')}</Button>
      </div>
    </>
  );
}
