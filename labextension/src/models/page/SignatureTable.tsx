/**
 * What goes into a version, and what comes out of it.
 */

import type { JSX } from 'react';

import { MISSING } from '../../format';
import { oneLine } from '../../runs/card/text';
import { formatValue } from '../../sweeps/words';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import type { IColumnProfile, IField, ISignature } from '../../wire';
import type { IShownVersion } from '../tokens';
import { numberOf, shapeWords, typeWord } from '../words';
import { useMost } from './More';

/** So many inputs are shown at first. */
const MOST = 8;

/** Show inputs and outputs; ranges are those of the training data. */
export function SignatureTable({ version }: { version: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  const { signature } = version.spec;
  return (
    <section className="jm-Section">
      <h3 className="jm-h2">
        {trans.__('Signature')}
        <span className="jm-end jm-muted">{version.spec.methods?.join(', ')}</span>
      </h3>
      {signature === null ? (
        <p className="jm-muted">
          {trans.__('It is not known: there was no data to learn it from when it was registered.')}
        </p>
      ) : (
        <Fields signature={signature} version={version} />
      )}
    </section>
  );
}

function Fields({ signature, version }: { signature: ISignature; version: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  const { inputs, outputs } = signature;
  const [shown, more] = useMost(inputs, MOST);
  const columns = version.profile?.columns ?? [];
  const profileOf = (field: IField): IColumnProfile[] =>
    signature.kind === 'table' ? columns.filter(({ name }) => name === field.name) : [...columns];
  return (
    <>
      <div
        className="jm-Model-scroll jm-mod-wide"
        role="group"
        aria-label={trans.__('Signature')}
        tabIndex={0}
      >
        <table className="jm-Table jm-num">
          <caption className="jm-vh">{trans.__('Signature')}</caption>
          <thead>
            <tr>
              <th scope="col">{trans.__('Name')}</th>
              <th scope="col">{trans.__('Type')}</th>
              <th scope="col">{trans.__('Shape')}</th>
              <th scope="col">{trans.__('Range')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((field, at) => (
              <FieldRow key={`${at} ${field.name}`} field={field} range={rangeOf(profileOf(field), trans)} />
            ))}
            {more && (
              <tr>
                <td colSpan={4}>{more}</td>
              </tr>
            )}
            <tr>
              <td colSpan={4} className="jm-muted">
                {outputs.length > 0 ? trans.__('returns') : trans.__('what it returns is not known')}
              </td>
            </tr>
            {outputs.map((field, at) => (
              <FieldRow
                key={`${at} ${field.name}`}
                field={field}
                range={at === 0 ? classesOf(version.spec.classes) : ''}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function FieldRow({ field, range }: { field: IField; range: string }): JSX.Element {
  const trans = useTranslation();
  return (
    <tr>
      <td title={oneLine(field.name, 300)}>{oneLine(field.name, 40)}</td>
      <td>
        {typeWord(field.type)}
        {field.optional && <span className="jm-muted"> {trans.__('or none')}</span>}
      </td>
      <td>{shapeWords(field)}</td>
      <td title={range}>{oneLine(range, 40) || <span className="jm-muted">{MISSING}</span>}</td>
    </tr>
  );
}

/** Return what a field held in the training data: `0 to 16`, `red, green, …`; empty if nobody knows. */
export function rangeOf(columns: readonly IColumnProfile[], trans: ITranslation): string {
  const [first] = columns;
  if (first?.kind === 'category') {
    return first.values.join(', ');
  }
  const lows = columns.flatMap(({ low }) => numberOf(low) ?? []);
  const highs = columns.flatMap(({ high }) => numberOf(high) ?? []);
  if (lows.length === 0 || highs.length === 0) {
    return '';
  }
  return trans.__('%1 to %2', formatValue(Math.min(...lows)), formatValue(Math.max(...highs)));
}

function classesOf(classes: readonly string[]): string {
  const [first] = classes;
  const last = classes[classes.length - 1];
  const isRun = classes.every((each, at) => Number(each) === Number(first) + at);
  return classes.length > 3 && isRun ? `${first} … ${last}` : classes.join(', ');
}
