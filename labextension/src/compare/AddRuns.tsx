/**
 * Runs to compare besides those that are compared already.
 */

import { useEffect, useState } from 'react';
import type { JSX } from 'react';

import { isAborted, sentence } from '../client';
import { formatAge, formatMetric } from '../format';
import { Icon } from '../icons';
import { oneLine } from '../runs/card/text';
import { inOrder } from '../runs/metrics';
import { toneOf } from '../runs/words';
import { useTranslation } from '../translation';
import { StateMark } from '../ui/StateMark';
import type { IRunRow } from '../wire';
import { useShared } from './context';
import { Popover } from './Popover';

interface IAddRunsProps {
  readonly known: ReadonlySet<string>;
  readonly onAdd: (id: string) => void;
}

const MOST = 50;
const PATIENCE = 200;

/** Show the button and the sheet of runs. */
export function AddRuns(props: IAddRunsProps): JSX.Element {
  const trans = useTranslation();
  return (
    <Popover label={trans.__('Add runs')} icon="add">
      <Sheet {...props} />
    </Popover>
  );
}

function Sheet({ known, onAdd }: IAddRunsProps): JSX.Element {
  const trans = useTranslation();
  const { client } = useShared();
  const [text, setText] = useState('');
  const [rows, setRows] = useState<readonly IRunRow[] | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const ending = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const word = text.trim();
        const where = /[=<>~]/.test(word) || word === '' ? word : `name ~ ${JSON.stringify(word)}`;
        const { runs } = await client.runs({ where, limit: MOST }, ending.signal);
        setRows(runs);
        setProblem('');
      } catch (error) {
        if (!isAborted(error)) {
          setProblem(sentence(error));
        }
      }
    };
    const timer = window.setTimeout(() => void ask(), text === '' ? 0 : PATIENCE);
    return () => {
      window.clearTimeout(timer);
      ending.abort();
    };
  }, [client, text]);
  const [now] = useState(() => Date.now() / 1000);
  const offered = (rows ?? []).filter(row => !known.has(row.id));
  return (
    <>
      <label className="jm-Input">
        <Icon name="search" />
        <span className="jm-vh">{trans.__('Find runs')}</span>
        <input
          type="search"
          placeholder={trans.__('A name, or lr > 0.01')}
          value={text}
          onChange={event => setText(event.target.value)}
        />
      </label>
      <ul className="jm-Popover-list" aria-label={trans.__('Runs')}>
        {offered.map(row => {
          const [metric] = inOrder(Object.keys(row.metrics));
          return (
            <li key={row.id}>
              <button type="button" className="jm-Compare-add" onClick={() => onAdd(row.id)}>
                <StateMark tone={toneOf(row)} hasWord={false} />
                <span className="jm-ellipsis jm-grow">{oneLine(row.name, 60)}</span>
                {metric !== undefined && (
                  <span className="jm-muted jm-small jm-num">
                    {oneLine(metric, 20)} {formatMetric(row.metrics[metric]?.last)}
                  </span>
                )}
                <span className="jm-muted jm-small">{formatAge(now - row.created)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <p className="jm-muted jm-small" role="status">
        {problem || (rows !== null && offered.length === 0 ? trans.__('No other run is like that.') : '')}
      </p>
    </>
  );
}
