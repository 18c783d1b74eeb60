/**
 * The form that makes a search of a run: what each parameter may be, what counts, how it is searched.
 *
 * What is typed is looked at by the server as one types; what is wrong stands at its field.
 */

import { useEffect, useId, useRef, useState } from 'react';
import type { JSX } from 'react';

import { sentence } from '../../client';
import { CommandIDs } from '../../commands';
import { Sentence } from '../../runs/card/pieces';
import { inOrder } from '../../runs/metrics';
import type { ITabProps } from '../../runs/page/context';
import { useAnswer } from '../../runs/page/details';
import type { Page } from '../../runs/page/page';
import { Unread } from '../../runs/page/problems';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { Choice, Input, Labelled, Problem } from '../../ui/fields';
import { Button, CodeLine } from '../../ui/parts';
import type { ITuned } from '../../wire';
import { algorithmWords, formatValue } from '../words';
import type { Value } from '../words';
import { ALGORITHMS, draftOf, fieldOf, PRUNERS, suggestion, tuneOf } from './draft';
import type { Field, IDraft, Missing } from './draft';

import '../../../style/sweep.css';

/** After so many milliseconds without a key the server is asked. */
const REST = 250;

/** What was written before another tab was looked at. */
const drafts = new WeakMap<Page, IDraft>();

/** What the server says of a draft. */
interface IVerdict {
  readonly draft: IDraft;
  readonly plan: ITuned | null;
  readonly field: Field;
  readonly problem: string;
  /** Whether nothing is wrong, and something only missing. */
  readonly isHint?: boolean;
}

/** The tab. */
export default function Form({ page, snapshot, isShown, services }: ITabProps): JSX.Element {
  const trans = useTranslation();
  const { client } = page.runs;
  const { row } = snapshot;
  const answer = useAnswer(signal => client.parameters(page.id, signal), page.id, '', isShown && !row.broken);
  const [draft, setDraft] = useState(() => drafts.get(page) ?? draftOf(Object.keys(row.metrics)));
  const [isStarting, setStarting] = useState(false);
  const [refusal, setRefusal] = useState('');
  const verdict = useVerdict(page, draft, trans);
  const parameters = answer.value?.parameters;
  const change = (changes: Partial<IDraft>): void => {
    setRefusal('');
    setDraft(old => {
      const next = { ...old, ...changes };
      drafts.set(page, next);
      return next;
    });
  };
  const start = (): void => {
    const asked = tuneOf(page.id, draft);
    if (!('tune' in asked) || isStarting) {
      return;
    }
    setStarting(true);
    client
      .tune(asked.tune)
      .then(({ row: made }) => {
        drafts.delete(page);
        return made && services.commands.execute(CommandIDs.openSweep, { id: made.id });
      })
      .catch((error: unknown) => setRefusal(sentence(error)))
      .finally(() => setStarting(false));
  };
  if (parameters === undefined) {
    return <Unread problem={answer.problem} />;
  }
  const at = (field: Field): string => (verdict?.field === field ? verdict.problem : '');
  const isReady = verdict?.draft === draft && verdict.plan !== null;
  return (
    <form
      className="jm-Tune"
      aria-label={trans.__('Tune %1', row.name)}
      onSubmit={event => {
        event.preventDefault();
        start();
      }}
    >
      <p className="jm-muted">
        {trans.__(
          'A search runs the cell of %1, with its values as they were, again and again with other parameters.',
          row.name
        )}
      </p>
      <Space parameters={parameters} draft={draft} at={at} onChange={change} />
      <Goal metrics={inOrder(Object.keys(row.metrics))} draft={draft} at={at} onChange={change} />
      <Advanced name={row.name} draft={draft} at={at} onChange={change} />
      <section className="jm-Tune-end" aria-label={trans.__('What it comes to')}>
        <div role="status">
          {verdict?.plan?.sentences.map((each, index) => (
            <p key={index} className="jm-muted">
              <Sentence text={each} longest={400} />
            </p>
          ))}
          {verdict?.isHint && <p className="jm-muted">{verdict.problem}</p>}
          {at('') && !verdict?.isHint && <Problem text={at('')} />}
          {refusal && <Problem text={refusal} />}
        </div>
        {verdict?.plan && <CodeLine code={verdict.plan.command} copyLabel={trans.__('Copy the line')} />}
        <div className="jm-row">
          <Button type="submit" kind="accept" disabled={!isReady || isStarting}>
            {isStarting ? trans.__('Starting…') : trans.__('Start search')}
          </Button>
        </div>
      </section>
    </form>
  );
}

interface IPartProps {
  readonly draft: IDraft;
  /** Return what is wrong with a field; empty if nothing is. */
  readonly at: (field: Field) => string;
  readonly onChange: (changes: Partial<IDraft>) => void;
}

function Space({
  parameters,
  draft,
  at,
  onChange
}: IPartProps & { parameters: Readonly<Record<string, Value>> }): JSX.Element {
  const trans = useTranslation();
  const id = useId();
  const names = Object.keys(parameters);
  const set = (name: string, text: string): void => onChange({ space: { ...draft.space, [name]: text } });
  return (
    <section className="jm-Section">
      <h2>{trans.__('Parameters')}</h2>
      {names.length === 0 && (
        <p className="jm-muted">
          {trans.__('The cell has no parameters; a line such as lr = 0.01 at its head makes one.')}
        </p>
      )}
      {names.length > 0 && (
        <table className="jm-Table jm-Tune-space">
          <thead>
            <tr>
              <th scope="col">{trans.__('Parameter')}</th>
              <th scope="col">{trans.__('Value')}</th>
              <th scope="col">{trans.__('Search')}</th>
            </tr>
          </thead>
          <tbody>
            {names.map(name => {
              const value = parameters[name] ?? null;
              const offered = suggestion(name, value);
              const text = draft.space[name] ?? '';
              const problem = at(`space:${name}`);
              return (
                <tr key={name}>
                  <th scope="row" id={`${id}-${name}`}>
                    {name}
                  </th>
                  <td className="jm-num">{formatValue(value)}</td>
                  <td>
                    <span className="jm-Tune-field">
                      <Input
                        aria-label={trans.__('What %1 may be', name)}
                        placeholder={typeof value === 'string' ? `${value}|…` : trans.__('as it is')}
                        value={text}
                        problem={problem}
                        spellCheck={false}
                        onChange={event => set(name, event.target.value)}
                      />
                      {text === '' && offered && (
                        <button
                          type="button"
                          className="jm-link"
                          aria-label={trans.__('Search %1 in %2', name, offered)}
                          onClick={event => {
                            set(name, offered);
                            focusField(event.currentTarget);
                          }}
                        >
                          {offered}
                        </button>
                      )}
                      {text !== '' && (
                        <button
                          type="button"
                          className="jm-link"
                          aria-label={trans.__('Leave %1 as it is', name)}
                          onClick={event => {
                            set(name, '');
                            focusField(event.currentTarget);
                          }}
                        >
                          {trans.__('leave')}
                        </button>
                      )}
                    </span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <p className="jm-small jm-muted">
        {trans.__(
          'A range is 1..8, with a step 16..256:16, over powers of ten 1e-4..0.1:log; options are relu|tanh.'
        )}
      </p>
    </section>
  );
}

/** The button goes away: who pressed it goes on in the field beside it. */
function focusField(button: HTMLElement): void {
  button.closest('td')?.querySelector('input')?.focus();
}

function Goal({ metrics, draft, at, onChange }: IPartProps & { metrics: readonly string[] }): JSX.Element {
  const trans = useTranslation();
  const list = useId();
  return (
    <section className="jm-Section">
      <h2>{trans.__('Search')}</h2>
      <div className="jm-Tune-grid">
        <Labelled label={trans.__('Objective')}>
          {id => (
            <Input
              id={id}
              value={draft.objective}
              list={list}
              problem={at('objective')}
              spellCheck={false}
              onChange={event => onChange({ objective: event.target.value })}
            />
          )}
        </Labelled>
        <datalist id={list}>
          {metrics.map(name => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Choice
          label={trans.__('Better is')}
          value={draft.direction}
          options={[
            ['', trans.__('told by its name')],
            ['maximize', trans.__('more')],
            ['minimize', trans.__('less')]
          ]}
          problem={at('direction')}
          onChange={direction => onChange({ direction: direction as IDraft['direction'] })}
        />
        <Choice
          label={trans.__('Algorithm')}
          value={draft.algorithm}
          options={ALGORITHMS.map(name => [name, name])}
          hint={algorithmWords(draft.algorithm, trans)}
          problem={at('algorithm')}
          onChange={algorithm => onChange({ algorithm })}
        />
        <Choice
          label={trans.__('Prune')}
          value={draft.prune}
          options={PRUNERS.map(name => [name, name])}
          problem={at('prune')}
          onChange={prune => onChange({ prune })}
        />
        <Labelled label={trans.__('Trials')}>
          {id => (
            <Input
              id={id}
              inputMode="numeric"
              value={draft.trials}
              problem={at('trials')}
              onChange={event => onChange({ trials: event.target.value })}
            />
          )}
        </Labelled>
        <Labelled label={trans.__('At a time')}>
          {id => (
            <Input
              id={id}
              inputMode="numeric"
              placeholder={trans.__('as many as fit')}
              value={draft.parallel}
              problem={at('parallel')}
              onChange={event => onChange({ parallel: event.target.value })}
            />
          )}
        </Labelled>
      </div>
    </section>
  );
}

function Advanced({ name, draft, at, onChange }: IPartProps & { name: string }): JSX.Element {
  const trans = useTranslation();
  const fields = [
    ['name', trans.__('Name'), name],
    ['seed', trans.__('Seed'), trans.__('none')],
    ['stopAt', trans.__('Stop at the value'), trans.__('never')],
    ['timeout', trans.__('Stop after'), trans.__('no limit, or 2h')]
  ] as const;
  const isOpen = fields.some(([field]) => draft[field] !== '' || at(field) !== '');
  return (
    <details className="jm-Tune-more" open={isOpen || undefined}>
      <summary>{trans.__('More')}</summary>
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

/** Ask the server whether a search could be started, when nothing was typed for a moment. */
function useVerdict(page: Page, draft: IDraft, trans: ITranslation): IVerdict | null {
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
      const asked = tuneOf(page.id, draft);
      if (!('tune' in asked)) {
        say({
          plan: null,
          field: asked.field,
          problem: missingWords(asked.why, trans),
          isHint: asked.why === 'space'
        });
        return;
      }
      page.runs.client
        .tune({ ...asked.tune, check: true })
        .then(plan => say({ plan, field: '', problem: '' }))
        .catch((error: unknown) => {
          const problem = sentence(error);
          say({ plan: null, field: fieldOf(problem, draft), problem });
        });
    }, REST);
    return () => window.clearTimeout(timer);
  }, [page, draft, trans]);
  return verdict;
}

function missingWords(why: Missing, trans: ITranslation): string {
  switch (why) {
    case 'space':
      return trans.__('Say what at least one parameter may be.');
    case 'objective':
      return trans.__('Name the metric that is to become better.');
    case 'number':
      return trans.__('This is no number.');
    case 'whole':
      return trans.__('This is no whole number.');
  }
}
