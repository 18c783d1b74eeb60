/**
 * The fields of a row, as the signature has them.
 */

import { useId } from 'react';
import type { JSX } from 'react';

import { formatCount } from '../../format';
import { useTranslation } from '../../translation';
import type { ISignature } from '../../wire';
import { ALL, inputsOf, isVector } from './fields';
import type { Draft, IInput } from './fields';

/** More fields than that stand close together. */
const FEW = 6;

interface IInputsProps {
  readonly signature: ISignature;
  readonly draft: Draft;
  /** Name of the field that is wrong; null if none is. */
  readonly wrong: string | null;
  readonly onChange: (name: string, text: string) => void;
}

/** Show a field an input; many numbers share one. */
export function Inputs({ signature, draft, wrong, onChange }: IInputsProps): JSX.Element {
  if (isVector(signature)) {
    return (
      <Vector
        signature={signature}
        text={draft[ALL] ?? ''}
        isWrong={wrong === ALL}
        onChange={text => onChange(ALL, text)}
      />
    );
  }
  const inputs = inputsOf(signature);
  return (
    <div className="jm-Ep-inputs" data-many={inputs.length > FEW || undefined}>
      {inputs.map(input => (
        <Input
          key={input.name}
          input={input}
          text={draft[input.name] ?? ''}
          isWrong={wrong === input.name}
          onChange={text => onChange(input.name, text)}
        />
      ))}
    </div>
  );
}

interface IVectorProps {
  readonly signature: ISignature;
  readonly text: string;
  readonly isWrong: boolean;
  readonly onChange: (text: string) => void;
}

function Vector({ signature: { inputs }, text, isWrong, onChange }: IVectorProps): JSX.Element {
  const trans = useTranslation();
  const id = useId();
  const [first, last] = [inputs[0]?.name ?? '', inputs[inputs.length - 1]?.name ?? ''];
  return (
    <div className="jm-Ep-field">
      <label htmlFor={id}>
        {trans.__('%1 numbers', formatCount(inputs.length))}{' '}
        <span className="jm-small jm-muted">{trans.__('%1 … %2', first, last)}</span>
      </label>
      <textarea
        id={id}
        className="jm-Ep-raw jm-code"
        rows={6}
        spellCheck={false}
        aria-invalid={isWrong}
        value={text}
        onChange={event => onChange(event.target.value)}
      />
    </div>
  );
}

interface IInputProps {
  readonly input: IInput;
  readonly text: string;
  readonly isWrong: boolean;
  readonly onChange: (text: string) => void;
}

function Input({ input, text, isWrong, onChange }: IInputProps): JSX.Element {
  const trans = useTranslation();
  const id = useId();
  const { name, kind, type, isOptional } = input;
  if (kind === 'boolean') {
    return (
      <label className="jm-Ep-check">
        <input
          type="checkbox"
          checked={text === 'true'}
          onChange={event => onChange(String(event.target.checked))}
        />
        <span className="jm-ellipsis" title={name}>
          <bdi>{name}</bdi>
        </span>
      </label>
    );
  }
  const about = isOptional ? trans.__('%1, may be empty', type) : type;
  return (
    <div className="jm-Ep-field">
      <label htmlFor={id} className="jm-ellipsis" title={`${name}\n${about}`}>
        <bdi>{name}</bdi> <span className="jm-small jm-muted">{about}</span>
      </label>
      {kind === 'json' ? (
        <textarea
          id={id}
          className="jm-Ep-raw jm-code"
          rows={4}
          spellCheck={false}
          aria-invalid={isWrong}
          value={text}
          onChange={event => onChange(event.target.value)}
        />
      ) : (
        <span className="jm-Input">
          <input
            id={id}
            type="text"
            className={kind === 'number' ? 'jm-num' : undefined}
            inputMode={kind === 'number' ? 'decimal' : undefined}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={isWrong}
            value={text}
            onChange={event => onChange(event.target.value)}
          />
        </span>
      )}
    </div>
  );
}
