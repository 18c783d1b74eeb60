/**
 * What the endpoint does by itself, and how that is changed.
 */

import { useId, useRef, useState } from 'react';
import type { FormEvent, JSX, RefObject } from 'react';

import { useTranslation } from '../../translation';
import { Button } from '../../ui/parts';
import type { IEndpointSnapshot, IGates } from '../../wire';
import { useActing } from '../acting';
import { Refusal } from '../Refusal';
import { usePage, useWish } from './context';

/** What can be written, in the language of gates. */
const EXAMPLES = { promote: 'accuracy >= stable and p95 <= stable * 1.1', rollback: 'errors > 1%' } as const;

/** Show the gates; a press changes them. */
export function Gates({ snapshot: { gates } }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useWish('gates', () => setOpen(true));
  if (isOpen) {
    return (
      <Form
        gates={gates}
        onClose={() => {
          setOpen(false);
          requestAnimationFrame(() => button.current?.focus());
        }}
      />
    );
  }
  const isNone = gates.promote === '' && gates.rollback === '';
  return (
    <p className="jm-Ep-gates jm-small">
      <span className="jm-muted">
        {isNone ? trans.__('It does nothing by itself.') : trans.__('By itself:')}
      </span>
      {gates.promote && (
        <span>
          {trans.__('promotes if')} <span className="jm-code">{gates.promote}</span>
        </span>
      )}
      {gates.rollback && (
        <span>
          {trans.__('rolls back if')} <span className="jm-code">{gates.rollback}</span>
        </span>
      )}
      <button ref={button} type="button" className="jm-link" onClick={() => setOpen(true)}>
        {isNone ? trans.__('Set gates…') : trans.__('Change gates…')}
      </button>
    </p>
  );
}

function Form({ gates, onClose }: { gates: IGates; onClose: () => void }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const [promote, setPromote] = useState(gates.promote);
  const [rollback, setRollback] = useState(gates.rollback);
  const { busy, refusal, act, forget } = useActing<'save'>();
  const first = useRef<HTMLInputElement>(null);
  const said = useId();
  const save = (event: FormEvent): void => {
    event.preventDefault();
    act('save', async () => {
      await page.endpoints.client.changeGates(page.id, {
        promote_if: promote.trim(),
        rollback_if: rollback.trim()
      });
      await page.endpoint.refresh();
      onClose();
    });
  };
  return (
    <form
      className="jm-Ep-gatesform"
      aria-label={trans.__('Gates')}
      onSubmit={save}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      <Condition
        label={trans.__('Promote by itself if')}
        placeholder={EXAMPLES.promote}
        value={promote}
        field={first}
        describedBy={refusal ? said : undefined}
        onChange={text => {
          forget();
          setPromote(text);
        }}
      />
      <Condition
        label={trans.__('Roll back by itself if')}
        placeholder={EXAMPLES.rollback}
        value={rollback}
        describedBy={refusal ? said : undefined}
        onChange={text => {
          forget();
          setRollback(text);
        }}
      />
      <p className="jm-small jm-muted">
        {trans.__(
          'Names are the metric of the held-out rows, p50, p95, p99, errors and differing; stable is the stable revision’s. Empty is never.'
        )}
      </p>
      <Refusal id={said} text={refusal} />
      <div className="jm-row">
        <Button type="submit" aria-disabled={busy !== null}>
          {busy ? trans.__('Saving…') : trans.__('Save gates')}
        </Button>
        <Button onClick={onClose}>{trans.__('Cancel')}</Button>
      </div>
    </form>
  );
}

interface IConditionProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly field?: RefObject<HTMLInputElement>;
  readonly describedBy: string | undefined;
  readonly onChange: (text: string) => void;
}

function Condition(props: IConditionProps): JSX.Element {
  const { label, placeholder, value, field, describedBy, onChange } = props;
  const id = useId();
  return (
    <div className="jm-Tune-label">
      <label htmlFor={id}>{label}</label>
      <span className="jm-Input">
        <input
          id={id}
          // Who asked for the form types into it.
          autoFocus={field !== undefined}
          ref={field}
          type="text"
          className="jm-code"
          spellCheck={false}
          autoComplete="off"
          placeholder={placeholder}
          value={value}
          aria-describedby={describedBy}
          onChange={event => onChange(event.target.value)}
        />
      </span>
    </div>
  );
}
