/**
 * The form that deploys a version: which, under which name, and how it gets to requests.
 *
 * What is typed is looked at by the server as one types; what is wrong stands at its field.
 */

import type { CommandRegistry } from '@lumino/commands';
import { useEffect, useId, useRef, useState } from 'react';
import type { JSX } from 'react';

import { sentence } from '../../client';
import { CommandIDs } from '../../commands';
import { formatDuration } from '../../format';
import { Sentence } from '../../runs/card/pieces';
import { useAnswer } from '../../runs/page/details';
import { useNow } from '../../runs/page/now';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { Choice, Input, Labelled } from '../../ui/fields';
import { Button, CodeLine, ProgressBar } from '../../ui/parts';
import type { IDeployed, IVersionRow } from '../../wire';
import { useActing } from '../acting';
import { Refusal } from '../Refusal';
import type { IEndpointsModel } from '../tokens';
import { deployOf, draftOf, fieldOf } from './draft';
import type { Field, IBeginning, IDraft, Missing, Way } from './draft';

import '../../../style/page.css';
import '../../../style/sweep.css';
import '../../../style/endpoint.css';

/** After so many milliseconds without a key the server is asked. */
const REST = 250;

/** So many models are offered. */
const MODELS = 200;

/** What the server says of a draft. */
interface IVerdict {
  readonly draft: IDraft;
  readonly plan: IDeployed | null;
  readonly field: Field;
  readonly problem: string;
}

interface IFormProps {
  readonly endpoints: IEndpointsModel;
  readonly commands: CommandRegistry;
  readonly beginning: IBeginning;
  /** It is deployed: the form is no longer needed. */
  readonly onDone: () => void;
}

/** The form. */
export default function Form({ endpoints, commands, beginning, onDone }: IFormProps): JSX.Element {
  const trans = useTranslation();
  const { client } = endpoints;
  const [draft, setDraft] = useState(() => draftOf(beginning));
  const [begun, setBegun] = useState(0);
  const { busy, refusal, act, forget } = useActing<'deploy'>();
  const verdict = useVerdict(endpoints, draft, trans);
  const now = useNow(busy !== null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('input:not(:disabled), select')?.focus(), []);
  const change = (changes: Partial<IDraft>): void => {
    forget();
    setDraft(old => ({ ...old, ...changes }));
  };
  const start = (): void => {
    const asked = deployOf(draft);
    if (!('deploy' in asked)) {
      return;
    }
    setBegun(Date.now() / 1000);
    act('deploy', async () => {
      const { row } = await client.deploy(asked.deploy);
      if (row !== null) {
        await commands.execute(CommandIDs.openEndpoint, { id: row.id });
      }
      onDone();
    });
  };
  const at = (field: Field): string => (verdict?.field === field ? verdict.problem : '');
  const isReady = verdict?.draft === draft && verdict.plan !== null;
  return (
    <div className="jm-Root jm-RunPage-root">
      <div className="jm-RunPage-panel" tabIndex={0} role="region" aria-label={trans.__('Deploy')}>
        <form
          ref={form}
          className="jm-Tune"
          aria-label={trans.__('Deploy a version')}
          onSubmit={event => {
            event.preventDefault();
            if (isReady) {
              start();
            }
          }}
        >
          <p className="jm-muted">
            {trans.__(
              'A version is served under a name that stays: the new revision is started, and gets requests when it is ready. If it never becomes ready, nothing changes.'
            )}
          </p>
          <What endpoints={endpoints} draft={draft} at={at} onChange={change} />
          <How draft={draft} at={at} onChange={change} />
          <More draft={draft} at={at} onChange={change} />
          <section className="jm-Tune-end" aria-label={trans.__('What it comes to')}>
            <div role="status">
              {verdict?.plan?.sentences.map((each, index) => (
                <p key={index} className="jm-muted">
                  <Sentence text={each} longest={400} />
                </p>
              ))}
            </div>
            <Refusal text={refusal || at('')} />
            {verdict?.plan && <CodeLine code={verdict.plan.command} copyLabel={trans.__('Copy the line')} />}
            {busy !== null && (
              <div className="jm-Ep-starting">
                <ProgressBar share={null} tone="starting" label={trans.__('The revision is being started')} />
                <p className="jm-muted jm-num" aria-live="off">
                  {trans.__(
                    'The revision is being started, for %1; it gets requests when it is ready.',
                    formatDuration(Math.max(now - begun, 0))
                  )}
                </p>
              </div>
            )}
            <div className="jm-row">
              <Button type="submit" kind="accept" disabled={!isReady || busy !== null}>
                {busy ? trans.__('Deploying…') : trans.__('Deploy')}
              </Button>
              <Button onClick={onDone}>{busy ? trans.__('Close') : trans.__('Cancel')}</Button>
            </div>
          </section>
        </form>
      </div>
    </div>
  );
}

interface IPartProps {
  readonly draft: IDraft;
  /** Return what is wrong with a field; empty if nothing is. */
  readonly at: (field: Field) => string;
  readonly onChange: (changes: Partial<IDraft>) => void;
}

function What({ endpoints, draft, at, onChange }: IPartProps & { endpoints: IEndpointsModel }): JSX.Element {
  const trans = useTranslation();
  const { client } = endpoints;
  const models = useAnswer(signal => client.models({ limit: MODELS }, signal), 'models', '', true);
  const names = models.value?.models.map(({ name }) => name) ?? [];
  const known = names.includes(draft.model) || draft.model === '' ? names : [draft.model, ...names];
  const versions = useVersions(endpoints, draft.model);
  return (
    <section className="jm-Section">
      <h2>{trans.__('What')}</h2>
      <div className="jm-Tune-grid">
        <Choice
          label={trans.__('Model')}
          value={draft.model}
          options={[
            ...(draft.model === '' ? [['', trans.__('choose a model')] as const] : []),
            ...known.map(name => [name, name] as const)
          ]}
          problem={
            at('model') ||
            (models.value !== null && names.length === 0
              ? trans.__('No model is registered yet; `%register` makes the first version of one.')
              : '')
          }
          onChange={model => onChange({ model, version: '' })}
        />
        <Choice
          label={trans.__('Version')}
          value={draft.version}
          options={versionOptions(versions, draft.version, trans)}
          problem={at('version')}
          onChange={version => onChange({ version })}
        />
        <Labelled label={trans.__('Endpoint')}>
          {id => (
            <Input
              id={id}
              placeholder={draft.model || trans.__('as the model is called')}
              value={draft.endpoint}
              problem={at('endpoint')}
              spellCheck={false}
              onChange={event => onChange({ endpoint: event.target.value })}
            />
          )}
        </Labelled>
      </div>
    </section>
  );
}

function How({ draft, at, onChange }: IPartProps): JSX.Element {
  const trans = useTranslation();
  const name = useId();
  const ways: readonly [Way, string, string][] = [
    [
      'replace',
      trans.__('Replace the stable revision'),
      trans.__('It gets all requests; what was stable is kept for a roll back.')
    ],
    [
      'canary',
      trans.__('Canary'),
      trans.__('It gets a share of the requests; then it is promoted, or rolled back.')
    ],
    ['shadow', trans.__('Shadow'), trans.__('It gets copies of requests; nobody sees its answers.')]
  ];
  return (
    <section className="jm-Section">
      <h2>{trans.__('How')}</h2>
      <fieldset className="jm-Ep-ways">
        <legend className="jm-vh">{trans.__('How it gets to requests')}</legend>
        {ways.map(([way, label, about]) => (
          <div key={way} className="jm-Ep-way">
            <label className="jm-Ep-check">
              <input
                type="radio"
                name={name}
                checked={draft.way === way}
                aria-describedby={`${name}-${way}`}
                onChange={() => onChange({ way })}
              />
              <span>{label}</span>
            </label>
            {way === 'canary' && (
              <span className="jm-Ep-percent">
                <Input
                  aria-label={trans.__('Percent of the requests')}
                  inputMode="numeric"
                  value={draft.percent}
                  problem=""
                  disabled={draft.way !== 'canary'}
                  onChange={event => onChange({ percent: event.target.value })}
                />
                <span aria-hidden="true">%</span>
              </span>
            )}
            <span id={`${name}-${way}`} className="jm-small jm-muted">
              {about}
            </span>
          </div>
        ))}
      </fieldset>
      <Refusal text={at('percent') || at('way')} />
    </section>
  );
}

function More({ draft, at, onChange }: IPartProps): JSX.Element {
  const trans = useTranslation();
  const fields = [
    ['replicas', trans.__('Replicas'), trans.__('as they are, or 2, or 1..4')],
    ['memory', trans.__('Memory of each'), trans.__('no limit, or 500MB')],
    ['cpus', trans.__('Threads of each'), trans.__('no limit, or 2')],
    ['promote', trans.__('Promote by itself if'), trans.__('never, or accuracy >= stable')],
    ['rollback', trans.__('Roll back by itself if'), trans.__('never, or errors > 1%')]
  ] as const;
  const isOpen = fields.some(([field]) => draft[field] !== '' || at(field) !== '');
  return (
    <details className="jm-Tune-more" open={isOpen || undefined}>
      <summary>{trans.__('Replicas, limits, gates')}</summary>
      <div className="jm-Tune-grid">
        {fields.map(([field, label, placeholder]) => (
          <Labelled key={field} label={label}>
            {id => (
              <Input
                id={id}
                placeholder={placeholder}
                value={draft[field]}
                problem={at(field)}
                spellCheck={false}
                onChange={event => onChange({ [field]: event.target.value })}
              />
            )}
          </Labelled>
        ))}
      </div>
    </details>
  );
}

/** Return the versions of a model, the latest first; none while they are not known. */
function useVersions({ client }: IEndpointsModel, model: string): readonly IVersionRow[] {
  const { value } = useAnswer(
    async signal => (model === '' ? null : client.model(model, signal)),
    `versions:${model}`,
    '',
    true
  );
  return value?.versions ?? [];
}

function versionOptions(
  versions: readonly IVersionRow[],
  chosen: string,
  trans: ITranslation
): (readonly [string, string])[] {
  const aliases = versions.flatMap(({ aliases: names, version }) =>
    names.map(name => [`@${name}`, trans.__('@%1, now v%2', name, version)] as const)
  );
  const numbers = versions.map(
    ({ version, aliases: names }) =>
      [`${version}`, [`v${version}`, ...names.map(name => `@${name}`)].join(' ')] as const
  );
  const all = [['', trans.__('champion, else the latest')] as const, ...aliases, ...numbers];
  return all.some(([value]) => value === chosen)
    ? all
    : [...all, [chosen, chosen.startsWith('@') ? chosen : `v${chosen}`] as const];
}

/** Ask the server whether it could be deployed, when nothing was typed for a moment. */
function useVerdict(endpoints: IEndpointsModel, draft: IDraft, trans: ITranslation): IVerdict | null {
  const [verdict, setVerdict] = useState<IVerdict | null>(null);
  const latest = useRef(0);
  useEffect(() => {
    const mine = ++latest.current;
    const say = (found: Omit<IVerdict, 'draft'>): void => {
      if (mine === latest.current) {
        setVerdict({ draft, ...found });
      }
    };
    const timer = window.setTimeout(() => {
      const asked = deployOf(draft);
      if (!('deploy' in asked)) {
        say({
          plan: null,
          field: asked.why === 'model' ? '' : asked.field,
          problem: asked.why === 'model' ? '' : missingWords(asked.why, trans)
        });
        return;
      }
      endpoints.client
        .deploy({ ...asked.deploy, check: true })
        .then(plan => say({ plan, field: '', problem: '' }))
        .catch((error: unknown) => {
          const problem = sentence(error);
          say({ plan: null, field: fieldOf(problem), problem });
        });
    }, REST);
    return () => window.clearTimeout(timer);
  }, [endpoints, draft, trans]);
  return verdict;
}

function missingWords(why: Missing, trans: ITranslation): string {
  switch (why) {
    case 'model':
      return trans.__('Say which model is to be served.');
    case 'percent':
      return trans.__('A canary gets a whole number of percent, from 1 to 99.');
    case 'cpus':
      return trans.__('Threads are a whole number.');
  }
}
