/**
 * The latest requests that are remembered, and what was answered.
 */

import { useState } from 'react';
import type { JSX } from 'react';

import { formatTime } from '../../format';
import { oneLine } from '../../runs/card/text';
import { useAnswer } from '../../runs/page/details';
import { useTranslation } from '../../translation';
import type { IEndpointSnapshot, ISample } from '../../wire';
import { Key } from '../Mark';
import { colourOf, formatMilliseconds, revisionName } from '../words';
import { usePage } from './context';

/** Show them in a fold, which reads them only when it is opened. */
export function Samples({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const [isOpen, setOpen] = useState(false);
  const { client } = page.endpoints;
  const { value, problem } = useAnswer(
    signal => client.endpointSamples(page.id, signal),
    'samples',
    snapshot,
    isOpen && page.isShown
  );
  const samples = value?.samples ?? [];
  return (
    <details className="jm-Ep-samples" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>{trans.__('Recent requests')}</summary>
      {problem !== null && <p className="jm-small jm-muted">{problem.message}</p>}
      {value !== null && samples.length === 0 && (
        <p className="jm-small jm-muted">
          {trans.__('None is remembered yet: a few requests of each revision are kept, at most.')}
        </p>
      )}
      {samples.length > 0 && (
        <div
          className="jm-Ep-scroll"
          data-tall
          tabIndex={0}
          role="region"
          aria-label={trans.__('Recent requests')}
        >
          <table className="jm-Table jm-num" aria-label={trans.__('Recent requests')}>
            <thead>
              <tr>
                <th scope="col">{trans.__('Time')}</th>
                <th scope="col">{trans.__('Revision')}</th>
                <th scope="col" className="r">
                  {trans.__('Status')}
                </th>
                <th scope="col" className="r">
                  {trans.__('Took')}
                </th>
                <th scope="col">{trans.__('Request')}</th>
                <th scope="col">{trans.__('Answer')}</th>
              </tr>
            </thead>
            <tbody>
              {samples.map((sample, at) => (
                <Sample key={`${sample.time}:${at}`} sample={sample} snapshot={snapshot} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

function Sample({ sample, snapshot }: { sample: ISample; snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { time, revision, status, milliseconds, request, answer } = sample;
  return (
    <tr>
      <td className="jm-muted">{formatTime(time)}</td>
      <td>
        <Key colour={colourOf(revision, snapshot.row)} /> {revisionName(revision)}
      </td>
      <td className="r" data-s={status >= 400 || status === 0 ? 'failed' : undefined}>
        <span className="jm-Ep-change">{status === 0 ? trans.__('none') : status}</span>
      </td>
      <td className="r">{formatMilliseconds(milliseconds)}</td>
      <td className="jm-Ep-body jm-code jm-ellipsis" title={oneLine(request, 2000)}>
        {oneLine(request, 200)}
      </td>
      <td className="jm-Ep-body jm-code jm-ellipsis" title={oneLine(answer, 2000)}>
        {oneLine(answer, 200)}
      </td>
    </tr>
  );
}
