/**
 * The panel: filter line, banner, sections, and the voice that tells what changes.
 */

import { useCallback, useEffect, useRef } from 'react';
import type { JSX, ReactNode } from 'react';

import { sentence } from '../client';
import { formatTime } from '../format';
import { NoEndpoints } from '../endpoints/panel/Empty';
import { Icon } from '../icons';
import { NoModels } from '../models/panel/Empty';
import { NoRuns } from '../runs/panel/Empty';
import { SelectionBar } from '../runs/panel/SelectionBar';
import { toneOf, toneWord } from '../runs/words';
import { NoSweeps } from '../sweeps/panel/Empty';
import { useTranslation } from '../translation';
import { Divider } from './Divider';
import { enter } from './focus';
import { Head } from './Head';
import { useSignal } from './hooks';
import type { IPanelHost } from './host';
import type { PanelModel } from './model';
import type { Act, IAnchor, IListed, SectionName } from './nouns';
import { Section } from './Section';
import type { ISectionParts } from './Section';
import type { AnySection } from './sections';

import '../../style/panel.css';

const PARTS: Readonly<Record<SectionName, ISectionParts>> = {
  runs: { Empty: NoRuns, Bar: SelectionBar },
  sweeps: { Empty: NoSweeps },
  models: { Empty: NoModels },
  endpoints: { Empty: NoEndpoints }
};

/** Show the panel. */
export default function Panel({ model, host }: { model: PanelModel; host: IPanelHost }): JSX.Element {
  useSignal(model.changed);
  const trans = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const { current } = model;
  const { name } = current.noun;
  return (
    <div
      className="jm-Panel"
      ref={root}
      onKeyDown={event => {
        const isTyping = event.target instanceof HTMLInputElement;
        if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
          event.preventDefault();
          event.stopPropagation();
          input.current?.focus();
        }
      }}
    >
      <Head
        model={current}
        texts={current.noun.texts(trans)}
        input={input}
        onRefresh={() => void model.refresh()}
        onStates={at => host.statesMenu(name, at)}
        onMenu={at => host.menu(name, at)}
        onLeave={() => enter(root.current, name)}
      />
      <Banner model={current} onRetry={() => void model.refresh()} />
      <div className="jm-PanelSections">
        {model.all.map(section => (
          <HeldSection
            key={section.noun.name}
            model={model}
            section={section}
            host={host}
            onFilter={() => input.current?.focus()}
          />
        ))}
      </div>
      {model.all.map(section => (
        <Announcer key={section.noun.name} model={section} />
      ))}
    </div>
  );
}

interface IHeldSectionProps {
  readonly model: PanelModel;
  readonly section: AnySection;
  readonly host: IPanelHost;
  readonly onFilter: () => void;
}

function HeldSection({ model, section, host, onFilter }: IHeldSectionProps): JSX.Element {
  const { name } = section.noun;
  const above = model.isFolded(name) ? null : model.above(name);
  // One for all rows, or every row would be drawn anew with every change.
  const onAct = useCallback(
    (act: Act, row: IListed, at: IAnchor) => host.act(name, act, row, at),
    [host, name]
  );
  return (
    <>
      {above !== null && <Divider model={model} upper={above} lower={name} />}
      <Section
        model={section}
        parts={PARTS[name]}
        host={host}
        isFolded={model.isFolded(name)}
        isCurrent={model.current === section}
        share={model.weight(name)}
        onFold={isFolded => model.fold(name, isFolded)}
        onUse={() => model.use(name)}
        onAct={onAct}
        onFilter={onFilter}
      />
    </>
  );
}

/** Say that what is shown may be old. */
function Banner({ model, onRetry }: { model: AnySection; onRetry: () => void }): JSX.Element | null {
  const trans = useTranslation();
  const isOffline = model.connection === 'offline';
  if (model.body !== 'rows' || (!isOffline && model.problem === null)) {
    return null;
  }
  return (
    <div className="jm-Banner" data-s="warning" role="status">
      <Icon name="warning" />
      <span className="jm-grow">
        {isOffline
          ? trans.__('No answer from the server since %1. Runs go on.', formatTime(model.asOf).slice(0, 5))
          : sentence(model.problem)}
      </span>
      <button type="button" className="jm-link" onClick={onRetry}>
        {trans.__('Try now')}
      </button>
    </div>
  );
}

/** Tell who does not see it that something came to another state, or was selected; never anything else. */
function Announcer({ model }: { model: AnySection }): ReactNode {
  const trans = useTranslation();
  const node = useRef<HTMLDivElement>(null);
  const { size, isCut } = model.selection;
  const before = useRef(size);
  useEffect(() => {
    if (before.current !== size && node.current !== null) {
      node.current.textContent = isCut
        ? trans.__('%1 selected, which is the most', size)
        : trans.__('%1 selected', size);
    }
    before.current = size;
  }, [size, isCut, trans]);
  useEffect(() => {
    const tell = (_: unknown, row: IListed): void => {
      if (node.current !== null) {
        const tone = toneOf(row);
        const word = model.noun.toneWord?.(tone, trans) ?? toneWord(tone, trans);
        node.current.textContent = `${row.name} ${word.toLocaleLowerCase()}`;
      }
    };
    model.stateChanged.connect(tell);
    return () => {
      model.stateChanged.disconnect(tell);
    };
  }, [model, trans]);
  return <div className="jm-vh" role="status" aria-live="polite" ref={node} />;
}
