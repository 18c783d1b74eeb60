/**
 * Fields of forms, each with what is wrong with it.
 */

import { useId } from 'react';
import type { InputHTMLAttributes, JSX, ReactNode } from 'react';

import { Icon } from '../icons';
import { Sentence } from '../runs/card/pieces';

/** A name above a field, which is given the id that the name is for. */
export function Labelled({
  label,
  children
}: {
  label: string;
  children: (id: string) => ReactNode;
}): JSX.Element {
  const id = useId();
  return (
    <div className="jm-Tune-label">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

interface IInputProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly problem: string;
}

/** A field of text, with what is wrong below it. */
export function Input({ problem, ...rest }: IInputProps): JSX.Element {
  const id = useId();
  return (
    <span className="jm-Tune-input">
      <span className="jm-Input">
        <input
          {...rest}
          type="text"
          autoComplete="off"
          aria-invalid={problem !== ''}
          aria-describedby={problem ? id : undefined}
        />
      </span>
      {problem && <Problem id={id} text={problem} />}
    </span>
  );
}

interface IChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly problem: string;
  /** What is chosen. */
  readonly hint?: string;
  readonly onChange: (value: string) => void;
}

/** A field of a few options, with what is chosen or what is wrong below it. */
export function Choice({ label, value, options, problem, hint, onChange }: IChoiceProps): JSX.Element {
  const about = useId();
  return (
    <Labelled label={label}>
      {id => (
        <span className="jm-Tune-input">
          <select
            id={id}
            className="jm-Select"
            value={value}
            aria-invalid={problem !== ''}
            aria-describedby={problem || hint ? about : undefined}
            onChange={event => onChange(event.target.value)}
          >
            {options.map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
          {hint && !problem && (
            <span id={about} className="jm-small jm-muted">
              {hint}
            </span>
          )}
          {problem && <Problem id={about} text={problem} />}
        </span>
      )}
    </Labelled>
  );
}

/** A refusal: its sentence, and what it points at as it was typed. */
export function Problem({ text, id }: { text: string; id?: string }): JSX.Element {
  const [first = '', ...shown] = text.split('\n');
  return (
    <span id={id} className="jm-Tune-problem" data-s="failed">
      <Icon name="warning" size={12} />
      <span>
        <Sentence text={first} longest={400} />
        {shown.length > 0 && <code className="jm-code">{dedented(shown)}</code>}
      </span>
    </span>
  );
}

function dedented(lines: readonly string[]): string {
  return lines.map(line => line.replace(/^ {4}/, '')).join('\n');
}
