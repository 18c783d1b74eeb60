/**
 * The words that point at a version: added, moved here and removed where they stand.
 */

import { useEffect, useId, useRef, useState } from 'react';
import type { JSX, KeyboardEvent } from 'react';

import { sentence } from '../../client';
import { CommandIDs } from '../../commands';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import { Button } from '../../ui/parts';
import type { IModelRow, IVersionRow } from '../../wire';
import { mayMoveAlias } from '../questions';
import { CHAMPION } from '../words';
import { useCommand, usePage } from './context';

interface IAliasesProps {
  readonly row: IVersionRow;
  readonly model: IModelRow;
}

/** Show them, and what adds one. */
export function Aliases({ row, model }: IAliasesProps): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const [isOpen, setOpen] = useState(false);
  const add = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !isOpen) {
      add.current?.focus();
    }
    wasOpen.current = isOpen;
  }, [isOpen]);
  return (
    <span className="jm-Model-aliases">
      {row.aliases.map(alias => (
        <span key={alias} className="jm-Alias">
          @{alias}
          <button
            type="button"
            title={trans.__('Remove @%1', alias)}
            aria-label={trans.__('Remove @%1', alias)}
            onClick={() => execute(CommandIDs.removeAlias, { alias })}
          >
            <Icon name="close" size={10} />
          </button>
        </span>
      ))}
      {isOpen ? (
        <AliasForm row={row} model={model} onDone={() => setOpen(false)} />
      ) : (
        <button ref={add} type="button" className="jm-link jm-Model-add" onClick={() => setOpen(true)}>
          <Icon name="add" size={12} /> {trans.__('alias')}
        </button>
      )}
    </span>
  );
}

function AliasForm({ row, model, onDone }: IAliasesProps & { onDone: () => void }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const id = useId();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const known = [...new Set([CHAMPION, 'challenger', ...Object.keys(model.aliases)])].filter(
    alias => model.aliases[alias] !== row.version
  );
  const save = async (): Promise<void> => {
    const alias = text.trim().replace(/^@/, '');
    if (alias === '' || isBusy) {
      return;
    }
    setBusy(true);
    try {
      if (await mayMoveAlias(model, alias, row.version, trans)) {
        await page.models.client.pointAlias(model.name, alias, row.version);
        await page.model.refresh();
        onDone();
        return;
      }
    } catch (error) {
      setProblem(sentence(error));
    }
    setBusy(false);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onDone();
    }
  };
  return (
    <form
      className="jm-Model-aliasform"
      aria-label={trans.__('Alias of v%1', row.version)}
      onKeyDown={onKeyDown}
      onSubmit={event => {
        event.preventDefault();
        void save();
      }}
    >
      <span className="jm-Input">
        <span aria-hidden="true">@</span>
        <input
          ref={input}
          type="text"
          value={text}
          list={`${id}-known`}
          autoComplete="off"
          spellCheck={false}
          placeholder={CHAMPION}
          aria-label={trans.__('Alias')}
          aria-invalid={problem !== ''}
          aria-describedby={problem ? id : undefined}
          onChange={event => {
            setText(event.target.value);
            setProblem('');
          }}
        />
      </span>
      <datalist id={`${id}-known`}>
        {known.map(alias => (
          <option key={alias} value={alias} />
        ))}
      </datalist>
      <Button type="submit" disabled={text.trim() === '' || isBusy}>
        {trans.__('Set')}
      </Button>
      <Button onClick={onDone}>{trans.__('Cancel')}</Button>
      {problem && (
        <span id={id} className="jm-Tune-problem" data-s="failed" role="alert">
          <Icon name="warning" size={12} />
          <span>{problem}</span>
        </span>
      )}
    </form>
  );
}
