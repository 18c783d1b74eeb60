/**
 * One section: its head, which folds it, and its rows or what stands in their place.
 */

import type { ComponentType, JSX, ReactNode } from 'react';

import { formatCount, MISSING } from '../format';
import { Icon } from '../icons';
import { useTranslation } from '../translation';
import type { ITranslation } from '../translation';
import { Body } from './Body';
import { Grid } from './Grid';
import type { IPanelHost } from './host';
import type { ISectionNote } from './nouns';
import { ALL } from './query';
import type { OnAct } from './Row';
import type { AnySection } from './sections';

/** What of a section is its noun's own. */
export interface ISectionParts {
  /** What teaches how there comes to be one. */
  readonly Empty: ComponentType<{ host: IPanelHost }>;
  /** What lies over the list while something is selected. */
  readonly Bar?: ComponentType<{ model: AnySection; host: IPanelHost }>;
}

interface ISectionProps {
  readonly model: AnySection;
  readonly parts: ISectionParts;
  readonly host: IPanelHost;
  readonly isFolded: boolean;
  /** Its part of the height, where it is open. */
  readonly share: number;
  /** Whether the buttons above the sections already say how many go on. */
  readonly isCurrent: boolean;
  readonly onFold: (isFolded: boolean) => void;
  readonly onUse: () => void;
  readonly onAct: OnAct;
  readonly onFilter: () => void;
}

/** Show a section. */
export function Section(props: ISectionProps): JSX.Element {
  const { model, parts, host, isFolded, share, onUse, onAct, onFilter } = props;
  const trans = useTranslation();
  const texts = model.noun.texts(trans);
  const clear = (): void => model.choose(ALL);
  const { Bar, Empty } = parts;
  return (
    <section
      className="jm-PanelSection"
      data-section={model.noun.name}
      data-folded={isFolded || undefined}
      aria-label={texts.title}
      style={isFolded ? undefined : { flexGrow: share }}
      onFocus={onUse}
      onPointerDown={onUse}
    >
      <SectionHead {...props} title={texts.title} />
      {!isFolded && (
        <div className="jm-PanelSection-body" id={bodyId(model)}>
          {model.body === 'rows' ? (
            <Grid
              model={model}
              onAct={onAct}
              onFilter={onFilter}
              onClear={clear}
              onLeave={() => document.getElementById(headId(model))?.focus()}
            />
          ) : (
            <div className="jm-Panel-body">
              <Body model={model} texts={texts} empty={<Empty host={host} />} onClear={clear} />
            </div>
          )}
          {Bar && <Bar model={model} host={host} />}
        </div>
      )}
    </section>
  );
}

function SectionHead(props: ISectionProps & { readonly title: string }): JSX.Element {
  const { model, title, isFolded, isCurrent, onFold } = props;
  const onKeyDown = (event: React.KeyboardEvent<HTMLButtonElement>): void => {
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      onFold(event.key === 'ArrowLeft');
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      neighbour(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1)?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <h3 className="jm-PanelSection-head">
      <button
        type="button"
        id={headId(model)}
        aria-expanded={!isFolded}
        aria-controls={isFolded ? undefined : bodyId(model)}
        onClick={() => onFold(!isFolded)}
        onKeyDown={onKeyDown}
      >
        <Icon name={isFolded ? 'caret-right' : 'caret-down'} size={12} />
        <span className="jm-PanelSection-title jm-ellipsis">{title}</span>
        <Count model={model} />
        {(isFolded || !isCurrent || model.noun.noteOf) && <Note model={model} />}
      </button>
    </h3>
  );
}

/** How many there are: `13`, `3 of 13` while only some are shown, a dash where nobody knows. */
function Count({ model }: { model: AnySection }): ReactNode {
  const trans = useTranslation();
  if (model.body === 'failed') {
    return <span className="jm-PanelSection-count jm-num">{MISSING}</span>;
  }
  if (model.body === 'loading') {
    return null;
  }
  const isPart = model.isFiltered && model.count > 0 && !model.choice.archived;
  return (
    <span className="jm-PanelSection-count jm-num">
      {isPart
        ? trans.__('%1 of %2', formatCount(model.things), formatCount(model.count))
        : formatCount(model.things)}
    </span>
  );
}

function Note({ model }: { model: AnySection }): ReactNode {
  const trans = useTranslation();
  const note = model.noun.noteOf === undefined ? goingOf(model, trans) : model.noun.noteOf(model, trans);
  return (
    note && (
      <span className="jm-PanelSection-note" data-s={note.tone}>
        <Icon name={note.icon} size={11} />
        {note.text}
      </span>
    )
  );
}

function goingOf(model: AnySection, trans: ITranslation): ISectionNote | null {
  const going = (model.states?.running ?? 0) + (model.states?.starting ?? 0);
  const text = trans._n('%1 running', '%1 running', going, formatCount(going));
  return going > 0 ? { tone: 'running', icon: 'running', text } : null;
}

/** Return what the arrow keys go to from a head: the rows below it, else the next head; upwards, the head before. */
function neighbour(head: HTMLElement, by: 1 | -1): HTMLElement | null {
  const row = head.closest('.jm-PanelSection')?.querySelector<HTMLElement>('.jm-Run[tabindex="0"]');
  if (by === 1 && row) {
    return row;
  }
  const heads = [
    ...(head.closest('.jm-Panel')?.querySelectorAll<HTMLElement>('.jm-PanelSection-head button') ?? [])
  ];
  return heads[heads.indexOf(head) + by] ?? null;
}

function headId(model: AnySection): string {
  return `jm-section-${model.noun.name}`;
}

function bodyId(model: AnySection): string {
  return `jm-section-${model.noun.name}-body`;
}
