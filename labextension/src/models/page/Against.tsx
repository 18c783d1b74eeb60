/**
 * A version beside the champion: each metric of both.
 */

import type { JSX } from 'react';

import { CommandIDs } from '../../commands';
import { formatMetric } from '../../format';
import { oneLine } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import type { IVersionRow } from '../../wire';
import { Change, gainOf } from '../Change';
import type { IShownVersion } from '../tokens';
import { CHAMPION, metricNames, numberOf } from '../words';
import { useCommand } from './context';
import { useMost } from './More';

/** So many metrics are shown at first. */
const MOST = 10;

/** Show the comparison, or the metrics alone where there is nothing to hold them against. */
export function Against({ version }: { version: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { row, champion } = version;
  const names = metricNames(champion === null ? [row] : [row, champion]);
  const [shown, more] = useMost(names, MOST);
  const isChampion = champion?.aliases.includes(CHAMPION) === true;
  const title =
    champion === null
      ? trans.__('Metrics')
      : isChampion
        ? trans.__('Against v%1, the champion', champion.version)
        : trans.__('Against v%1, the version before', champion.version);
  const runs = champion === null ? [] : [row.run, champion.run].filter(Boolean);
  return (
    <section className="jm-Section">
      <h3 className="jm-h2">
        {title}
        <span className="jm-end">
          {new Set(runs).size > 1 && (
            <button
              type="button"
              className="jm-link"
              onClick={() => execute(CommandIDs.openComparison, { runs })}
            >
              {trans.__('Compare runs')}
            </button>
          )}
        </span>
      </h3>
      {names.length === 0 ? (
        <p className="jm-muted">
          {trans.__('Nothing was measured: the run reported no metric, or the notebook registered it.')}
        </p>
      ) : (
        <div className="jm-Model-scroll jm-mod-wide" role="group" aria-label={title} tabIndex={0}>
          <table className="jm-Table jm-num">
            <caption className="jm-vh">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{trans.__('Metric')}</th>
                <th scope="col" className="r">
                  {trans.__('v%1', row.version)}
                </th>
                {champion && (
                  <>
                    <th scope="col" className="r">
                      {trans.__('v%1', champion.version)}
                    </th>
                    <th scope="col" className="r">
                      {trans.__('Change')}
                    </th>
                  </>
                )}
              </tr>
            </thead>
            <tbody>
              {shown.map(name => (
                <Line key={name} name={name} row={row} champion={champion} />
              ))}
              {more && (
                <tr>
                  <td colSpan={champion ? 4 : 2}>{more}</td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

interface ILineProps {
  readonly name: string;
  readonly row: IVersionRow;
  readonly champion: IVersionRow | null;
}

function Line({ name, row, champion }: ILineProps): JSX.Element {
  const one = numberOf(row.metrics[name]);
  const other = numberOf(champion?.metrics[name]);
  const gain = gainOf(name, one, other);
  return (
    <tr>
      <td className="jm-Model-name" title={oneLine(name, 300)}>
        {oneLine(name, 40)}
      </td>
      <td className={gain > 0 ? 'r jm-strong' : 'r'}>{formatMetric(row.metrics[name])}</td>
      {champion && (
        <>
          <td className={gain < 0 ? 'r jm-strong' : 'r'}>{formatMetric(champion.metrics[name])}</td>
          <td className="r">
            <Change one={one} other={other} gain={gain} />
          </td>
        </>
      )}
    </tr>
  );
}
