/**
 * What the cell left behind, and how it comes back.
 */

import type { JSX } from 'react';

import { formatSize } from '../../../format';
import { useTranslation } from '../../../translation';
import { CodeLine } from '../../../ui/parts';
import type { IMade, IRunSnapshot } from '../../../wire';
import { Sentence } from '../../card/pieces';
import { expressionOf } from '../../card/telling';
import { oneLine } from '../../card/text';

/** Show the names, those that were kept first. */
export function Made({ snapshot }: { snapshot: IRunSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  const { made } = snapshot;
  if (made.length === 0) {
    return null;
  }
  const kept = made.filter(one => one.size !== null);
  const others = made.filter(one => one.size === null);
  return (
    <section className="jm-Section">
      <h2>{trans.__('What it made')}</h2>
      <table className="jm-Table">
        <caption className="jm-vh">{trans.__('What it made')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Name')}</th>
            <th scope="col">{trans.__('Type')}</th>
            <th scope="col" className="r">
              {trans.__('Size')}
            </th>
            <th scope="col">{trans.__('Brought back by')}</th>
          </tr>
        </thead>
        <tbody>
          {[...kept, ...others].map(one => (
            <tr key={one.name}>
              <td>
                <code className="jm-code">{oneLine(one.name, 80)}</code>
              </td>
              <td className="jm-muted">{oneLine(one.type, 80)}</td>
              <td className="r">{one.size === null ? '' : formatSize(one.size)}</td>
              <td>
                <Back made={one} snapshot={snapshot} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Back({ made, snapshot }: { made: IMade; snapshot: IRunSnapshot }): JSX.Element {
  const trans = useTranslation();
  if (made.size !== null) {
    const line = `${made.name} = ${expressionOf(snapshot)}.values[${JSON.stringify(made.name)}]`;
    return <CodeLine code={line} copyLabel={trans.__('Copy the line that brings %1 back', made.name)} />;
  }
  if (made.why) {
    return (
      <span className="jm-muted">
        {trans.__('could not be kept:')} <Sentence text={made.why} />
      </span>
    );
  }
  return (
    <span className="jm-muted">
      {trans.__('not kept; next time:')} <code className="jm-code">{`--keep ${made.name}`}</code>
    </span>
  );
}
