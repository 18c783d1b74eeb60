/**
 * The revisions that are kept, and the processes of each.
 */

import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Fragment, useState } from 'react';
import type { JSX, MouseEvent } from 'react';

import { CommandIDs } from '../../commands';
import { formatSize, MISSING } from '../../format';
import { Sentence } from '../../runs/card/pieces';
import { said } from '../../runs/card/text';
import { useNow } from '../../runs/page/now';
import { useTranslation } from '../../translation';
import { IconButton } from '../../ui/parts';
import type { IEndpointRow, IEndpointSnapshot, IReplicaFact, IRevisionFact } from '../../wire';
import { Key, Mark } from '../Mark';
import {
  ageWords,
  colourOf,
  isUp,
  replicaMark,
  revisionMark,
  revisionName,
  roleWord,
  versionName,
  wholePercent
} from '../words';
import { useCommand, usePage } from './context';

/** So many revisions without traffic are shown at once. */
const KEPT = 3;

/** Show the table. */
export function Revisions({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element | null {
  const trans = useTranslation();
  const { page } = usePage();
  const now = useNow(page.isShown);
  const [isAll, setAll] = useState(false);
  const { row, revisions } = snapshot;
  const kept = revisions.filter(isIdle);
  const hidden = isAll ? new Set<IRevisionFact>() : new Set(kept.slice(KEPT));
  if (revisions.length === 0) {
    return null;
  }
  return (
    <div className="jm-Ep-scroll">
      <table className="jm-Table jm-num jm-Ep-revisions" aria-label={trans.__('Revisions')}>
        <thead>
          <tr>
            <th scope="col">{trans.__('Revision')}</th>
            <th scope="col">{trans.__('State')}</th>
            <th scope="col">{trans.__('Model')}</th>
            <th scope="col" className="r">
              {trans.__('Traffic')}
            </th>
            <th scope="col" className="r">
              {trans.__('Replicas')}
            </th>
            <th scope="col">{trans.__('Since')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {revisions
            .filter(fact => !hidden.has(fact))
            .map(fact => (
              <Revision key={fact.spec.revision} fact={fact} row={row} now={now} />
            ))}
        </tbody>
      </table>
      {kept.length > KEPT && (
        <button type="button" className="jm-link jm-Ep-more" onClick={() => setAll(!isAll)}>
          {isAll
            ? trans.__('Show fewer')
            : trans._n('Show %1 more revision', 'Show %1 more revisions', kept.length - KEPT)}
        </button>
      )}
    </div>
  );
}

interface IRevisionProps {
  readonly fact: IRevisionFact;
  readonly row: IEndpointRow;
  readonly now: number;
}

function Revision({ fact, row, now }: IRevisionProps): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { page, services } = usePage();
  const [isOpen, setOpen] = useState(false);
  const { spec, role, replicas } = fact;
  // What is down keeps its share for when it is started, and gets nothing until then.
  const percent = isUp(row) ? fact.percent : 0;
  const name = revisionName(spec.revision);
  const ready = replicas.filter(({ state }) => state === 'ready').length;
  const version = `${spec.model}:${spec.version}`;
  const openMenu = (event: MouseEvent<HTMLElement>): void => {
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    menuOf(services.commands, page.id, fact, row).open(left, bottom);
  };
  return (
    <Fragment>
      <tr data-role={role}>
        <th scope="row">
          <span className="jm-Ep-name">
            {replicas.length > 0 ? (
              <IconButton
                icon={isOpen ? 'caret-down' : 'caret-right'}
                label={isOpen ? trans.__('Hide replicas of %1', name) : trans.__('Show replicas of %1', name)}
                aria-expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
              />
            ) : (
              <span className="jm-Ep-nocaret" />
            )}
            <Key colour={colourOf(spec.revision, row)} />
            {role === 'kept' ? name : <b>{name}</b>} {roleWord(role, trans)}
          </span>
        </th>
        <td>
          <Mark mark={revisionMark(fact, isUp(row) || row.state === 'starting', trans)} />
        </td>
        <td className="jm-Ep-model">
          <button
            type="button"
            className="jm-link jm-ellipsis"
            title={versionName(spec)}
            onClick={() => execute(CommandIDs.openModel, { id: version })}
          >
            {versionName(spec)}
          </button>
        </td>
        <td className={`r${percent > 0 ? ' jm-strong' : ''}`}>
          {role === 'shadow' ? trans.__('copies') : wholePercent(percent)}
        </td>
        <td className="r" title={boundsWords(fact)}>
          {ready === fact.wanted || replicas.length === 0 ? ready : trans.__('%1 of %2', ready, fact.wanted)}
        </td>
        <td className="jm-muted">{ageWords(fact.since || spec.created, now)}</td>
        <td className="r">
          <IconButton
            icon="ellipsis"
            label={trans.__('More for %1', name)}
            aria-haspopup="menu"
            onClick={openMenu}
          />
        </td>
      </tr>
      {fact.why !== '' && fact.state !== 'ready' && (
        <tr className="jm-Ep-why" data-s={fact.state === 'failed' ? 'failed' : 'starting'}>
          <td colSpan={7}>
            <Sentence text={said(fact.why)} longest={400} />
          </td>
        </tr>
      )}
      {isOpen && replicas.map(replica => <Replica key={replica.replica} replica={replica} now={now} />)}
    </Fragment>
  );
}

function Replica({ replica, now }: { replica: IReplicaFact; now: number }): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const name = `${revisionName(replica.revision)}/${replica.replica}`;
  return (
    <tr className="jm-Ep-replica">
      <th scope="row">{name}</th>
      <td>
        <Mark mark={replicaMark(replica, trans)} />
      </td>
      <td className="jm-muted" title={replica.why}>
        {replica.pid > 0 ? trans.__('pid %1', replica.pid) : MISSING}
        {replica.why && `, ${replica.why}`}
      </td>
      <td className="r">{replica.memory > 0 ? formatSize(replica.memory) : MISSING}</td>
      <td className="r">
        {replica.restarts > 0
          ? trans._n('%1 restart', '%1 restarts', replica.restarts)
          : trans.__('no restart')}
      </td>
      <td className="jm-muted">{ageWords(replica.since, now)}</td>
      <td className="r">
        <IconButton
          icon="terminal"
          label={trans.__('Log of %1', name)}
          onClick={() => execute(CommandIDs.openEndpointLogs, { source: name })}
        />
      </td>
    </tr>
  );
}

/** Return between which numbers it scales; empty if it does not. */
function boundsWords({ least, most }: IRevisionFact): string | undefined {
  return most > least ? `${least}..${most}` : undefined;
}

function isIdle({ role, state }: IRevisionFact): boolean {
  return role === 'kept' && state !== 'starting';
}

function menuOf(commands: CommandRegistry, id: string, fact: IRevisionFact, row: IEndpointRow): MenuSvg {
  const menu = new MenuSvg({ commands });
  const { revision, model, version } = fact.spec;
  const items: [string, Record<string, string | number>][] = [];
  switch (fact.role) {
    case 'kept':
      items.push([CommandIDs.rollBackEndpoint, { to: revision }]);
      break;
    case 'canary':
      items.push([CommandIDs.promoteCanary, {}], [CommandIDs.moveCanary, {}]);
      items.push([CommandIDs.rollBackEndpoint, {}]);
      break;
    default:
      break;
  }
  if (fact.role !== 'kept') {
    items.push([CommandIDs.scaleEndpoint, { revision }]);
    const first = fact.replicas[0]?.replica ?? 0;
    items.push([CommandIDs.openEndpointLogs, { source: `${revisionName(revision)}/${first}` }]);
  }
  items.push([CommandIDs.openModel, { id: `${model}:${version}` }]);
  if (revision !== row.stable) {
    items.push([CommandIDs.deploy, { model, version, endpoint: id }]);
  }
  for (const [command, args] of items) {
    if (commands.hasCommand(command)) {
      menu.addItem({ command, args: { id, ...args } });
    }
  }
  menu.aboutToClose.connect(() => window.setTimeout(() => menu.dispose()));
  return menu;
}
