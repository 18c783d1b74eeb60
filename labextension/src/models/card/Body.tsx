/**
 * The body of a version's card: what was measured, what goes in and out, where it comes from. It has one height.
 */

import type { JSX } from 'react';

import { formatMetric } from '../../format';
import { Pairs, Title } from '../../runs/card/pieces';
import { oneLine } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import type { IField } from '../../wire';
import { Change, gainOf } from '../Change';
import type { IShownVersion } from '../tokens';
import { metricNames, numberOf, shapeWords, typeWord } from '../words';

/** How many rows each column has room for. */
const ROWS = 8;

/** Show all of it. */
export function Body({ snapshot }: { snapshot: IShownVersion }): JSX.Element {
  return (
    <div className="jm-Card-body jm-mod-model">
      <Metrics snapshot={snapshot} />
      <Flow snapshot={snapshot} />
      <Origin snapshot={snapshot} />
    </div>
  );
}

function Metrics({ snapshot: { row, champion } }: { snapshot: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  const names = metricNames(champion === null ? [row] : [row, champion]);
  const shown = names.slice(0, names.length > ROWS ? ROWS - 1 : ROWS);
  const title = champion === null ? trans.__('Metrics') : trans.__('Against v%1', champion.version);
  return (
    <div>
      <Title>{title}</Title>
      {names.length === 0 ? (
        <p className="jm-small jm-muted">{trans.__('Nothing was measured.')}</p>
      ) : (
        <table className="jm-Card-pairs jm-num" aria-label={title}>
          <tbody>
            {shown.map(name => {
              const one = numberOf(row.metrics[name]);
              const other = numberOf(champion?.metrics[name]);
              return (
                <tr key={name}>
                  <th scope="row">
                    <bdi>{oneLine(name, 24)}</bdi>
                  </th>
                  <td>
                    <b>{formatMetric(row.metrics[name])}</b>
                  </td>
                  {champion && (
                    <td>
                      <Change one={one} other={other} gain={gainOf(name, one, other)} />
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {names.length > shown.length && (
        <p className="jm-small jm-muted">{trans.__('and %1 more', names.length - shown.length)}</p>
      )}
    </div>
  );
}

function Flow({ snapshot: { spec } }: { snapshot: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  const { signature } = spec;
  const pair = (field: IField): readonly [string, string] => [
    oneLine(field.name, 24),
    `${typeWord(field.type)} ${shapeWords(field)}`
  ];
  return (
    <div>
      <Title>{trans.__('Takes')}</Title>
      {signature === null ? (
        <p className="jm-small jm-muted">{trans.__('Its signature is not known.')}</p>
      ) : (
        <>
          <Pairs rows={signature.inputs.map(pair)} most={ROWS - signature.outputs.slice(0, 3).length - 1} />
          <div className="jm-Card-below">
            <Title>{trans.__('Returns')}</Title>
            <Pairs rows={signature.outputs.map(pair)} most={3} />
          </div>
        </>
      )}
    </div>
  );
}

function Origin({ snapshot: { lineage, spec } }: { snapshot: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  const chain = lineage.links.filter(({ here }) => !here);
  return (
    <div className="jm-Card-origin">
      <Title>{trans.__('Where it comes from')}</Title>
      {chain.length === 0 ? (
        <p className="jm-small jm-muted">{trans.__('The notebook registered it.')}</p>
      ) : (
        <Pairs
          rows={chain.map(
            ({ title, details }, at) =>
              [oneLine(title, 30), oneLine(details[0] ?? '', 30) || `${at + 1}`] as const
          )}
          most={ROWS - 1}
        />
      )}
      {spec.type && <p className="jm-small jm-muted jm-ellipsis">{oneLine(spec.type, 80)}</p>}
    </div>
  );
}
