/**
 * Where something comes from, and what came of it: boxes in the order in which things came from each other.
 */

import type { CommandRegistry } from '@lumino/commands';
import { useState } from 'react';
import type { JSX } from 'react';

import { Icon } from '../icons';
import type { IconName } from '../icons';
import { oneLine } from '../runs/card/text';
import { useTranslation } from '../translation';
import type { ITranslation } from '../translation';
import type { ILineage, ILink } from '../wire';
import { openerOf } from './open';

/** So many of one kind stand below each other; more are shown when they are asked for. */
const MOST = 3;

interface IChainProps {
  readonly lineage: ILineage;
  readonly commands: CommandRegistry;
  /** What the chain is called, for who does not see it. */
  readonly label: string;
}

/** Show a chain; what can be opened is a link. */
export function Chain({ lineage, commands, label }: IChainProps): JSX.Element {
  return (
    <div className="jm-Lineage-frame">
      <ol className="jm-Lineage" aria-label={label}>
        {stepsOf(lineage.links).map(links => (
          <Step key={links[0]?.kind} links={links} lineage={lineage} commands={commands} />
        ))}
      </ol>
    </div>
  );
}

/** Return links of one kind that follow each other together. */
export function stepsOf(links: readonly ILink[]): ILink[][] {
  const steps = new Map<ILink['kind'], ILink[]>();
  for (const link of links) {
    steps.set(link.kind, [...(steps.get(link.kind) ?? []), link]);
  }
  return [...steps.values()];
}

interface IStepProps {
  readonly links: readonly ILink[];
  readonly lineage: ILineage;
  readonly commands: CommandRegistry;
}

function Step({ links, lineage, commands }: IStepProps): JSX.Element {
  const trans = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const isMuch = links.length > MOST && !isWhole;
  const shown = isMuch ? links.slice(0, MOST - 1) : links;
  const rest = links.length - shown.length;
  return (
    <li className="jm-Lineage-step">
      {shown.map((link, at) => (
        <Box key={`${link.id} ${at}`} link={link} open={openerOf(link, lineage, commands)} />
      ))}
      {isMuch && (
        <button type="button" className="jm-link jm-Lineage-more" onClick={() => setWhole(true)}>
          {trans._n('%1 more', '%1 more', rest)}
        </button>
      )}
    </li>
  );
}

function Box({ link, open }: { link: ILink; open: (() => void) | null }): JSX.Element {
  const trans = useTranslation();
  const title = oneLine(link.title || link.id, 120);
  const about = [title, link.id].filter(Boolean).join('\n');
  const details = [...link.details, ...(link.gone ? [trans.__('deleted since')] : [])];
  return (
    <div
      className="jm-Lineage-link"
      data-kind={link.kind}
      data-gone={link.gone || undefined}
      aria-current={link.here ? 'true' : undefined}
    >
      <span className="jm-Lineage-kind">
        <Icon name={ICONS[link.kind]} size={12} />
        {kindWord(link.kind, trans)}
      </span>
      {open === null ? (
        <span className="jm-Lineage-title jm-ellipsis" title={about}>
          <bdi>{title}</bdi>
        </span>
      ) : (
        <button type="button" className="jm-link jm-Lineage-title jm-ellipsis" title={about} onClick={open}>
          <bdi>{title}</bdi>
        </button>
      )}
      {details.map((detail, at) => (
        <small key={at} className="jm-ellipsis jm-num" title={oneLine(detail, 300)}>
          {oneLine(detail, 120)}
        </small>
      ))}
    </div>
  );
}

const ICONS: Readonly<Record<ILink['kind'], IconName>> = {
  data: 'data',
  code: 'notebook',
  run: 'run',
  sweep: 'sweep',
  version: 'model',
  revision: 'endpoint'
};

function kindWord(kind: ILink['kind'], trans: ITranslation): string {
  switch (kind) {
    case 'data':
      return trans.__('Data');
    case 'code':
      return trans.__('Code');
    case 'run':
      return trans.__('Run');
    case 'sweep':
      return trans.__('Sweep');
    case 'version':
      return trans.__('Version');
    case 'revision':
      return trans.__('Endpoint');
  }
}
