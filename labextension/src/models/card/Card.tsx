/**
 * The card of one version.
 */

import type { JSX } from 'react';

import { formatMetric, formatSize, formatTime } from '../../format';
import { Icon } from '../../icons';
import type { IconName } from '../../icons';
import { useActing } from '../../endpoints/acting';
import type { IActing } from '../../endpoints/acting';
import { Guard, Missing, remarksOf, useHost, useOpen } from '../../runs/card/frame';
import { useKeyboard } from '../../runs/card/keyboard';
import { Code, Notes, Sentence } from '../../runs/card/pieces';
import { oneLine, said } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import { Button, Chip, IconButton } from '../../ui/parts';
import { Change, gainOf } from '../Change';
import type { IShownVersion } from '../tokens';
import { mainMetric, numberOf, roleWords, servedBy, versionTitle } from '../words';
import { Body } from './Body';
import type { IModelCardHost, ModelVerb } from './host';
import { expressionOf } from './words';

/** Shows a version as its host knows it, at most four times a second. */
export function ModelCard({ host }: { host: IModelCardHost }): JSX.Element {
  useHost(host);
  const trans = useTranslation();
  const message = trans.__(
    'What this notebook says of the model %1 cannot be understood.',
    oneLine(host.id, 80)
  );
  return (
    <Guard fallback={<Missing message={message} id={host.id} />}>
      <Known host={host} />
    </Guard>
  );
}

function Known({ host }: { host: IModelCardHost }): JSX.Element {
  const trans = useTranslation();
  const { snapshot } = host;
  const { row, spec } = snapshot;
  const hasBody = !row.broken;
  const [isOpen, toggle] = useOpen('succeeded', host);
  const acting = useActing<ModelVerb>();
  const keyboard = useKeyboard(() => host.leave());
  const remarks = [acting.refusal, ...remarksOf(host), ...spec.notes].filter(Boolean);
  const title = versionTitle(row);
  return (
    <article
      className="jm-Card jm-mod-version"
      data-s={row.broken ? 'warning' : 'succeeded'}
      aria-label={trans.__('model %1', oneLine(title, 60))}
      {...keyboard}
    >
      <div className="jm-Card-head">
        <span className="jm-State jm-Model-mark">
          <Icon name={row.broken ? 'warning' : 'model'} />
        </span>
        <span className="jm-name jm-ellipsis" title={row.id}>
          <bdi>{oneLine(title, 60)}</bdi>
        </span>
        {row.aliases.slice(0, 3).map(alias => (
          <span key={alias} className="jm-Alias">
            <bdi>@{oneLine(alias, 24)}</bdi>
          </span>
        ))}
        {row.flavor && <Chip>{oneLine(row.flavor, 24)}</Chip>}
        {!row.broken && <KeyResult snapshot={snapshot} />}
        <Facts host={host} />
        <Actions host={host} acting={acting} isOpen={hasBody ? isOpen : null} onToggle={toggle} />
      </div>
      <div className="jm-Progress jm-mod-done" />
      {row.broken ? (
        <div className="jm-Card-strip">
          <span className="jm-Card-said">
            {trans.__('This version cannot be used:')} <Sentence text={said(row.broken)} />
          </span>
        </div>
      ) : (
        <>
          {isOpen && <Body snapshot={snapshot} />}
          <Foot snapshot={snapshot} />
        </>
      )}
      <Notes sentences={remarks} />
    </article>
  );
}

/** The metric that tells most, and how it stands against the champion. */
function KeyResult({ snapshot: { row, champion } }: { snapshot: IShownVersion }): JSX.Element | null {
  const trans = useTranslation();
  const metric = mainMetric([row]);
  if (metric === '') {
    return null;
  }
  const one = numberOf(row.metrics[metric]);
  const other = numberOf(champion?.metrics[metric]);
  return (
    <span className="jm-Card-keys jm-num">
      <span>
        <span className="jm-muted">
          <bdi>{oneLine(metric, 24)}</bdi>
        </span>{' '}
        <b>{formatMetric(row.metrics[metric])}</b>
      </span>
      {champion !== null && one !== null && other !== null && (
        <span title={trans.__('against v%1', champion.version)}>
          <Change one={one} other={other} gain={gainOf(metric, one, other)} />
          <span className="jm-muted jm-Card-against"> {trans.__('against v%1', champion.version)}</span>
        </span>
      )}
    </span>
  );
}

/** How large it is; and when that was true, if it may not be any more. */
function Facts({ host }: { host: IModelCardHost }): JSX.Element {
  const trans = useTranslation();
  const { row } = host.snapshot;
  const isOffline = host.problem?.kind === 'offline';
  const all = [
    ...(row.size > 0 ? [formatSize(row.size)] : []),
    ...(host.problem !== null && host.asOf > 0 ? [trans.__('as of %1', formatTime(host.asOf))] : [])
  ];
  return (
    <span className="jm-facts jm-num jm-ellipsis" title={all.join(' · ')}>
      {isOffline && (
        <span className="jm-Card-offline" title={host.problem.message}>
          {trans.__('offline')}
        </span>
      )}
      {all.map((fact, at) => (
        <span key={fact}>
          {(at > 0 || isOffline) && <i> · </i>}
          {fact}
        </span>
      ))}
    </span>
  );
}

/** The last row: where it serves, where it comes from, and the line that loads it. */
function Foot({ snapshot }: { snapshot: IShownVersion }): JSX.Element {
  const trans = useTranslation();
  const { row, spec } = snapshot;
  const serving = servedBy(row.uses).map(use => roleWords(use, trans));
  const from = row.run_name || spec.value;
  return (
    <div className="jm-Card-foot">
      <span className="jm-ellipsis">
        {serving.length > 0 ? (
          <>
            {trans.__('serves')} <b>{oneLine(serving.join('; '), 120)}</b>
          </>
        ) : (
          trans.__('serves nothing yet')
        )}
      </span>
      {from && (
        <span className="jm-ellipsis">
          {row.run ? trans.__('from run') : trans.__('from variable')} <b>{oneLine(from, 60)}</b>
        </span>
      )}
      {spec.data && (
        <span className="jm-ellipsis jm-Card-profile">
          {trans.__('profile')} <b>{oneLine(spec.data, 90)}</b>
        </span>
      )}
      <span className="jm-grow" />
      <span className="jm-ellipsis">
        <Code text={`${expressionOf(snapshot)}.load()`} />
      </span>
    </div>
  );
}

interface IActionsProps {
  readonly host: IModelCardHost;
  readonly acting: IActing<ModelVerb>;
  /** Whether the body is shown; null where there is none. */
  readonly isOpen: boolean | null;
  readonly onToggle: () => void;
}

function Actions({ host, acting, isOpen, onToggle }: IActionsProps): JSX.Element {
  const trans = useTranslation();
  const { busy, act } = acting;
  const button = (verb: ModelVerb, icon: IconName, label: string): JSX.Element | null =>
    host.can(verb) ? (
      <Button
        key={verb}
        className="jm-Button jm-mod-small"
        icon={icon}
        title={label}
        aria-disabled={busy !== null}
        onClick={() => act(verb, () => host.act(verb))}
      >
        <span className="w">{label}</span>
      </Button>
    ) : null;
  return (
    <div className="jm-Card-acts" role="toolbar" aria-label={trans.__('Actions')}>
      {button('deploy', 'deploy', trans.__('Deploy…'))}
      {button('champion', 'star', trans.__('Set @champion'))}
      {host.can('open') && (
        <IconButton
          icon="open"
          label={trans.__('Open the model')}
          onClick={() => act('open', () => host.act('open'))}
        />
      )}
      {host.openMenu && (
        <IconButton
          icon="ellipsis"
          label={trans.__('More actions')}
          aria-haspopup="menu"
          onClick={event => host.openMenu?.(event.currentTarget)}
        />
      )}
      {isOpen !== null && (
        <IconButton
          icon={isOpen ? 'caret-up' : 'caret-down'}
          label={isOpen ? trans.__('Show one line') : trans.__('Show more')}
          aria-expanded={isOpen}
          onClick={onToggle}
        />
      )}
    </div>
  );
}
