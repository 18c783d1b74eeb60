/**
 * The form that makes a version of what a run or a sweep has kept.
 *
 * What is typed is looked at by the server as one types; what is wrong stands at its field.
 */

import type { CommandRegistry } from '@lumino/commands';
import { useEffect, useId, useRef, useState } from 'react';
import type { JSX } from 'react';

import { sentence } from '../../client';
import { CommandIDs } from '../../commands';
import { Sentence } from '../../runs/card/pieces';
import { useTranslation } from '../../translation';
import { Choice, Input, Labelled, Problem } from '../../ui/fields';
import { Button, CodeLine } from '../../ui/parts';
import type { IModelRow, IRegisteredVersion } from '../../wire';
import { idOf } from '../ids';
import { mayMoveAlias } from '../questions';
import type { IModelsModel } from '../tokens';
import { CHAMPION } from '../words';
import { aliasOf, draftOf, fieldOf, registerOf } from './draft';
import type { Field, IDraft, ISourceOf } from './draft';

import '../../../style/page.css';
import '../../../style/sweep.css';
import '../../../style/model.css';

/** After so many milliseconds without a key the server is asked. */
const REST = 250;

interface IFormProps {
  readonly models: IModelsModel;
  readonly commands: CommandRegistry;
  readonly source: ISourceOf;
  /** It is registered, or no longer wanted. */
  readonly onDone: () => void;
}

/** The form. */
export default function Form({ models, commands, source, onDone }: IFormProps): JSX.Element {
  const trans = useTranslation();
  const [draft, setDraft] = useState(() => draftOf(source));
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  const verdict = useVerdict(models, source, draft);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('input')?.focus(), []);
  const change = (changes: Partial<IDraft>): void => {
    setRefusal('');
    setDraft(old => ({ ...old, ...changes }));
  };
  const register = async (): Promise<void> => {
    setBusy(true);
    try {
      const alias = aliasOf(draft);
      const model = alias === '' ? null : await known(models, draft.name.trim() || source.name);
      if (model === null || (await mayMoveAlias(model, alias, model.latest + 1, trans))) {
        const { row } = await models.client.register(registerOf(source, draft));
        if (row !== null) {
          await commands.execute(CommandIDs.openModel, { id: idOf(row.model, row.version) });
        }
        onDone();
        return;
      }
    } catch (error) {
      setRefusal(sentence(error));
    }
    setBusy(false);
  };
  const at = (field: Field): string => (verdict?.field === field ? verdict.problem : '');
  const isReady = verdict?.draft === draft && verdict.plan !== null && !isBusy;
  return (
    <div className="jm-Root jm-RunPage-root">
      <div className="jm-RunPage-panel" tabIndex={0} role="region" aria-label={trans.__('Register')}>
        <form
          ref={form}
          className="jm-Tune"
          aria-label={trans.__('Register %1', source.name)}
          onSubmit={event => {
            event.preventDefault();
            if (isReady) {
              void register();
            }
          }}
        >
          <p className="jm-muted">
            {source.kind === 'run'
              ? trans.__(
                  'What %1 has kept becomes a version: it never changes, and knows where it comes from.',
                  source.name
                )
              : trans.__(
                  'What the best trial of %1 has kept becomes a version: it never changes, and knows where it comes from.',
                  source.name
                )}
          </p>
          <Fields draft={draft} verdict={verdict} at={at} onChange={change} />
          <section className="jm-Tune-end" aria-label={trans.__('What it comes to')}>
            <div role="status">
              {verdict?.plan?.sentences.map((each, index) => (
                <p key={index} className="jm-muted">
                  <Sentence text={each} longest={400} />
                </p>
              ))}
              {at('') && <Problem text={at('')} />}
              {refusal && <Problem text={refusal} />}
            </div>
            {verdict?.plan && <CodeLine code={verdict.plan.command} copyLabel={trans.__('Copy the line')} />}
            <div className="jm-row">
              <Button type="submit" kind="accept" disabled={!isReady}>
                {isBusy ? trans.__('Registering…') : trans.__('Register')}
              </Button>
              <Button onClick={onDone}>{trans.__('Cancel')}</Button>
            </div>
          </section>
        </form>
      </div>
    </div>
  );
}

interface IFieldsProps {
  readonly draft: IDraft;
  readonly verdict: IVerdict | null;
  /** Return what is wrong with a field; empty if nothing is. */
  readonly at: (field: Field) => string;
  readonly onChange: (changes: Partial<IDraft>) => void;
}

function Fields({ draft, verdict, at, onChange }: IFieldsProps): JSX.Element {
  const trans = useTranslation();
  const list = useId();
  const { values, tables } = useOffered(verdict);
  const [likeliest = ''] = values;
  return (
    <section className="jm-Section">
      <h2>{trans.__('Version')}</h2>
      <div className="jm-Tune-grid">
        <Labelled label={trans.__('Model')}>
          {id => (
            <Input
              id={id}
              value={draft.name}
              problem={at('name')}
              spellCheck={false}
              onChange={event => onChange({ name: event.target.value })}
            />
          )}
        </Labelled>
        <Labelled label={trans.__('Alias')}>
          {id => (
            <Input
              id={id}
              value={draft.alias}
              list={list}
              placeholder={trans.__('none')}
              problem={at('alias')}
              spellCheck={false}
              onChange={event => onChange({ alias: event.target.value })}
            />
          )}
        </Labelled>
        <datalist id={list}>
          <option value={CHAMPION} />
          <option value="challenger" />
        </datalist>
        <Choice
          label={trans.__('Kept value')}
          value={draft.value || likeliest}
          options={values.map(name => [name, name])}
          problem={at('value')}
          onChange={value => onChange({ value })}
        />
        <Choice
          label={trans.__('Training input')}
          value={draft.data}
          options={[['', trans.__('the table that fits')], ...tables.map(name => [name, name] as const)]}
          hint={trans.__('Signature and profile are learnt from it.')}
          problem={at('data')}
          onChange={data => onChange({ data })}
        />
      </div>
    </section>
  );
}

/** Return what the server offered last: while it is asked again, the fields keep their options. */
function useOffered(verdict: IVerdict | null): Pick<IRegisteredVersion, 'values' | 'tables'> {
  const [offered, setOffered] = useState<Pick<IRegisteredVersion, 'values' | 'tables'>>(NOTHING);
  const plan = verdict?.plan ?? null;
  if (plan !== null && plan !== offered) {
    setOffered(plan);
  }
  return offered;
}

const NOTHING: Pick<IRegisteredVersion, 'values' | 'tables'> = { values: [], tables: [] };

/** What the server says of a draft. */
interface IVerdict {
  readonly draft: IDraft;
  readonly plan: IRegisteredVersion | null;
  readonly field: Field;
  readonly problem: string;
}

/** Ask the server whether it could be registered, when nothing was typed for a moment. */
function useVerdict({ client }: IModelsModel, source: ISourceOf, draft: IDraft): IVerdict | null {
  const [verdict, setVerdict] = useState<IVerdict | null>(null);
  const latest = useRef(0);
  useEffect(() => {
    const mine = ++latest.current;
    const say = (found: Omit<IVerdict, 'draft'>): void => {
      if (mine === latest.current) {
        setVerdict({ draft, ...found });
      }
    };
    const timer = window.setTimeout(
      () =>
        void client
          .register({ ...registerOf(source, draft), check: true })
          .then(plan => say({ plan, field: '', problem: '' }))
          .catch((error: unknown) => {
            const problem = sentence(error);
            say({ plan: null, field: fieldOf(problem, draft), problem });
          }),
      mine === 1 ? 0 : REST
    );
    return () => window.clearTimeout(timer);
  }, [client, source, draft]);
  return verdict;
}

/** Return a model that is there; null if there is none of the name yet. */
async function known({ client }: IModelsModel, name: string): Promise<IModelRow | null> {
  // A list is asked: that the first version of a model has none before it is nothing that a browser should log.
  const { models } = await client.models({ where: `name = ${name}`, archived: 'both', limit: 1 });
  return models[0] ?? null;
}
