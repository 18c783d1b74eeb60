/**
 * Which model it is, what serves it, and what can be done with it.
 */

import type { JSX, MouseEvent } from 'react';

import { CommandIDs } from '../../commands';
import { formatSize } from '../../format';
import { oneLine } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { Button, Chip, IconButton } from '../../ui/parts';
import type { IField, IModelSnapshot, ISignature, IVersionRow } from '../../wire';
import { className, countWords, servedBy } from '../words';
import { useCommand, usePage } from './context';
import { menuBelow } from './menu';

/** The head of the page. */
export function Head({ snapshot }: { snapshot: IModelSnapshot }): JSX.Element {
  const { row } = snapshot;
  const trans = useTranslation();
  return (
    <div className="jm-PageHead jm-Model-head">
      <div className="jm-top">
        <h1 className="jm-ellipsis" title={row.name}>
          {row.name}
        </h1>
        {!row.broken && <Chip>{countWords(row, trans)}</Chip>}
        <span className="jm-grow" />
        <Actions snapshot={snapshot} />
      </div>
      {!row.broken && <FactsLine snapshot={snapshot} />}
    </div>
  );
}

function Actions({ snapshot }: { snapshot: IModelSnapshot }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { page, services } = usePage();
  if (page.model.problem?.kind === 'unknown') {
    // Of what was deleted nothing can be asked.
    return <span className="jm-RunPage-acts" />;
  }
  const selected = snapshot.versions.find(({ version }) => version === page.selected);
  const openMenu = (event: MouseEvent<HTMLElement>): void =>
    menuBelow(services.commands, page.name, event.currentTarget);
  return (
    <span className="jm-RunPage-acts">
      {snapshot.versions.length > 1 && (
        <Button icon="compare" onClick={() => execute(CommandIDs.compareVersions, { id: page.name })}>
          {trans.__('Compare versions')}
        </Button>
      )}
      {selected && !selected.broken && services.commands.hasCommand(CommandIDs.deploy) && (
        <Button kind="accept" icon="deploy" onClick={() => execute(CommandIDs.deployModel)}>
          {trans.__('Deploy v%1…', selected.version)}
        </Button>
      )}
      <IconButton icon="ellipsis" label={trans.__('More actions')} aria-haspopup="menu" onClick={openMenu} />
    </span>
  );
}

function FactsLine({ snapshot }: { snapshot: IModelSnapshot }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { page } = usePage();
  const { row, versions } = snapshot;
  const type = versions.find(({ version }) => version === page.selected)?.type ?? '';
  const spec = page.version?.snapshot?.spec;
  return (
    <div className="jm-facts jm-num">
      {type && (
        <span title={type}>
          <b>{oneLine(className(type), 60)}</b>
        </span>
      )}
      {spec?.signature && (
        <span>
          <b>{flowWords(spec.signature, spec.classes, trans)}</b>
        </span>
      )}
      {row.flavor && (
        <span>
          {trans.__('format')} <b>{row.flavor}</b>
        </span>
      )}
      {row.champion > 0 && (
        <span>
          {trans.__('champion')} <b>{trans.__('v%1', row.champion)}</b>
        </span>
      )}
      <span>
        {trans.__('all versions')} <b>{formatSize(row.size)}</b>
      </span>
      <span>
        {endpointsOf(versions).length === 0 ? (
          trans.__('serves nothing')
        ) : (
          <>
            {trans.__('serves')}{' '}
            {endpointsOf(versions).map((name, at) => (
              <span key={name}>
                {at > 0 && ', '}
                <button
                  type="button"
                  className="jm-link"
                  onClick={() => execute(CommandIDs.openEndpoint, { id: name })}
                >
                  {name}
                </button>
              </span>
            ))}{' '}
            {trans.__('on')} <b>{row.platform}</b>
          </>
        )}
      </span>
    </div>
  );
}

/** Return how much goes in and comes out: `64 → 10 classes`. */
function flowWords(signature: ISignature, classes: readonly string[], trans: ITranslation): string {
  const { kind, inputs, outputs } = signature;
  const into = kind === 'table' ? String(inputs.length) : inputs.map(widthOf).join(' + ');
  const out =
    classes.length > 0
      ? trans._n('%1 class', '%1 classes', classes.length)
      : outputs.map(widthOf).slice(0, 3).join(' + ');
  return `${into} → ${out}`;
}

function widthOf({ shape }: IField): string {
  return shape.length === 0 ? '1' : shape.map(size => (size < 0 ? '?' : String(size))).join('×');
}

/** Return the names of the endpoints that serve any of some versions. */
export function endpointsOf(versions: readonly IVersionRow[]): string[] {
  return [...new Set(versions.flatMap(({ uses }) => servedBy(uses)).map(({ endpoint }) => endpoint))];
}
