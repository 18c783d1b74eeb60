/**
 * What the ranks displayed, rendered as in a notebook that is not trusted.
 */

import { MimeModel } from '@jupyterlab/rendermime';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { useLayoutEffect, useRef, useState } from 'react';
import type { JSX } from 'react';

import { formatTime } from '../../format';
import { useTranslation } from '../../translation';
import { CodeLine } from '../../ui/parts';
import type { IRankStatus, IShown } from '../../wire';
import { expressionOf } from '../card/telling';
import { oneLine } from '../card/text';
import { rankName, ranksOf } from '../ranks';
import type { ITabProps } from './context';
import { stageOf, useAnswer } from './details';
import { Unread } from './problems';

/** More ranks than that are chosen from a list. */
const BUTTONS = 8;

/** The tab. */
export default function Display({ page, snapshot, services, isShown }: ITabProps): JSX.Element {
  const trans = useTranslation();
  const ranks = ranksOf(snapshot);
  const [rank, setRank] = useState(page.target.rank ?? 0);
  const { value, problem } = useAnswer(
    signal => page.runs.client.display(page.id, { rank }, signal),
    `${page.id} ${rank}`,
    `${stageOf(snapshot)} ${snapshot.row.progress?.done}`,
    isShown
  );
  return (
    <>
      {ranks.length > 1 && <RankBar ranks={ranks} rank={rank} onRank={setRank} />}
      {value === null ? (
        <Unread problem={problem} />
      ) : value.items.length === 0 ? (
        <div className="jm-Empty">
          <h2>{trans.__('Nothing displayed')}</h2>
          <p>{trans.__('Figures, tables and other rich output of the cell stand here:')}</p>
          <CodeLine code={EXAMPLE} copyLabel={trans.__('Copy the line')} />
        </div>
      ) : (
        <ol className="jm-Display">
          {value.items.map((item, at) => (
            <li key={`${item.id ?? item.place} ${at}`}>
              <div className="jm-small jm-muted jm-num">{item.time > 0 && formatTime(item.time)}</div>
              <Rendered
                item={item}
                line={`${expressionOf(snapshot)}.display`}
                rendermime={services.rendermime}
              />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

interface IRankBarProps {
  readonly ranks: readonly IRankStatus[];
  readonly rank: number;
  readonly onRank: (rank: number) => void;
}

function RankBar({ ranks, rank, onRank }: IRankBarProps): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jm-Bar">
      {ranks.length <= BUTTONS ? (
        <>
          <span className="jm-muted">{trans.__('Rank')}</span>
          <span className="jm-Segment" role="group" aria-label={trans.__('Rank')}>
            {ranks.map(each => (
              <button
                key={each.rank}
                type="button"
                title={rankName(each, trans)}
                aria-pressed={each.rank === rank}
                onClick={() => onRank(each.rank)}
              >
                {each.rank}
              </button>
            ))}
          </span>
        </>
      ) : (
        <label className="jm-row">
          <span className="jm-muted">{trans.__('Rank')}</span>
          <select value={rank} onChange={event => onRank(Number(event.target.value))}>
            {ranks.map(each => (
              <option key={each.rank} value={each.rank}>
                {rankName(each, trans)}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

interface IRenderedProps {
  readonly item: IShown;
  /** What shows it in a notebook. */
  readonly line: string;
  readonly rendermime: IRenderMimeRegistry;
}

/** One output, sanitized: a run is no notebook that somebody has said to trust. */
function Rendered({ item, line, rendermime }: IRenderedProps): JSX.Element {
  const trans = useTranslation();
  const host = useRef<HTMLDivElement>(null);
  const data = item.data as ReadonlyPartialJSONObject;
  const mimeType = rendermime.preferredMimeType(data, 'ensure');
  const text = item.data['text/plain'];
  const words = typeof text === 'string' && text ? oneLine(text, 200) : trans.__('Output of the run');
  // Not an effect that comes later: a widget is detached while its node is still in the page.
  useLayoutEffect(() => {
    if (host.current === null || mimeType === undefined) {
      return;
    }
    const renderer = rendermime.createRenderer(mimeType);
    const model = new MimeModel({
      data,
      metadata: item.metadata as ReadonlyPartialJSONObject,
      trusted: false
    });
    Widget.attach(renderer, host.current);
    MessageLoop.sendMessage(renderer, Widget.Msg.AfterShow);
    renderer.renderModel(model).then(
      () => describe(renderer.node, words),
      (error: unknown) => {
        renderer.node.textContent = String(error);
      }
    );
    return () => {
      if (renderer.isAttached) {
        Widget.detach(renderer);
      }
      renderer.dispose();
    };
  }, [data, item.metadata, mimeType, rendermime, words]);
  return mimeType === undefined ? (
    <p className="jm-muted">
      {trans.__(
        '%1 is not shown here, where it might run code; %2 shows it in a notebook.',
        oneLine(Object.keys(item.data).join(', '), 200),
        line
      )}
    </p>
  ) : (
    <div ref={host} className="jm-Display-item jp-OutputArea-output" />
  );
}

/** Give pictures without a description the words that stand for them. */
function describe(node: HTMLElement, words: string): void {
  node.querySelectorAll('img:not([alt])').forEach(image => image.setAttribute('alt', words));
}

/** Runs as it is in a training cell. */
const EXAMPLE = 'from IPython.display import display, Markdown; display(Markdown("**well done**"))';
