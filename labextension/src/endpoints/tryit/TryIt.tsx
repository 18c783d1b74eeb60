/**
 * A form that asks the endpoint: filled in with a row of the training data, sent to whom one likes.
 */

import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { JSX, KeyboardEvent } from 'react';

import { sentence } from '../../client';
import { formatCount } from '../../format';
import { useTranslation } from '../../translation';
import type { ITranslation } from '../../translation';
import { Button, CodeLine } from '../../ui/parts';
import type { IEndpointSnapshot, ISignature } from '../../wire';
import { Key } from '../Mark';
import { Refusal } from '../Refusal';
import { usePage, useWish } from '../page/context';
import { colourOf, expressionOf, formatMilliseconds, isUp, revisionName } from '../words';
import { labelWords, scoreWords } from './answers';
import type { IAnswered } from './answers';
import { draftOf, isVector, jsonOf, pictureOf, pythonOf, rowOf, rowsOf } from './fields';
import type { Draft, Wrong } from './fields';
import { Inputs } from './Inputs';
import { Picture } from './Picture';

/** Whom a row is sent to: a revision's number, `traffic`, or `both`. */
type Aim = 'both' | 'traffic' | `${number}`;

/** What is sent; or what is wrong with it, and where. */
type Wanted = { readonly rows: unknown[] } | { readonly field: string; readonly why: Wrong | 'nothing' };

/** Show the form. */
export function TryIt({ snapshot }: { snapshot: IEndpointSnapshot }): JSX.Element {
  const trans = useTranslation();
  const { page } = usePage();
  const { row, revisions, example } = snapshot;
  const title = useId();
  const form = useRef<HTMLFormElement>(null);
  const stable = revisions.find(({ spec }) => spec.revision === row.stable) ?? revisions[0];
  const signature = stable?.spec.signature ?? null;
  const [place, setPlace] = useState(0);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [json, setJson] = useState<string | null>(null);
  const [isJson, setJsonMode] = useState(false);
  const [aim, setAim] = useState<Aim>('traffic');
  const [answers, setAnswers] = useState<readonly IAnswered[]>([]);
  const [isSending, setSending] = useState(false);
  const [hasSent, setSent] = useState(false);
  const filled = useMemo(
    () => (signature === null ? {} : draftOf(signature, example[place])),
    [signature, example, place]
  );
  const shown = draft ?? filled;
  const isRaw = isJson || signature === null;
  const rawText = json ?? (example.length > 0 ? jsonOf(example.slice(place, place + 1)) : '[\n  []\n]');
  const wanted = wantedOf(isRaw, rawText, signature, shown);
  const wrong = 'rows' in wanted ? null : wanted;
  const aims = aimsOf(snapshot, trans);
  const chosen = aims.some(([value]) => value === aim) ? aim : 'traffic';

  useWish('try', () => {
    form.current?.scrollIntoView({ block: 'nearest' });
    form.current?.querySelector<HTMLElement>('input, textarea, select')?.focus({ preventScroll: true });
  });

  const send = (): void => {
    setSent(true);
    if (!('rows' in wanted) || isSending || !isUp(row)) {
      return;
    }
    setSending(true);
    const asked = chosen === 'both' ? [row.stable, row.canary] : [chosen === 'traffic' ? 0 : Number(chosen)];
    void Promise.all(
      asked.map(async (revision): Promise<IAnswered> => {
        try {
          const tried = await page.endpoints.client.predict(page.id, { rows: wanted.rows, revision });
          return { asked: revision, tried, problem: '' };
        } catch (error) {
          return { asked: revision, tried: null, problem: sentence(error) };
        }
      })
    ).then(found => {
      setAnswers(found);
      setSending(false);
    });
  };
  const toJson = (): void => {
    if (!isJson && 'rows' in wanted) {
      // What was typed into the form goes on as text.
      setJson(jsonOf(wanted.rows));
    }
    setJsonMode(true);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      send();
    }
  };
  const rows = 'rows' in wanted ? wanted.rows : [];
  const picture = rows.length === 1 ? pictureOf(rows[0]) : null;
  return (
    <section className="jm-Section jm-Ep-try" aria-labelledby={title}>
      <h2>
        <span id={title}>{trans.__('Try it')}</span>
        {signature !== null && (
          <span className="jm-end">
            <span className="jm-Segment jm-mod-small" role="group" aria-label={trans.__('Input as')}>
              <button type="button" aria-pressed={!isJson} onClick={() => setJsonMode(false)}>
                {trans.__('Form')}
              </button>
              <button type="button" aria-pressed={isJson} onClick={toJson}>
                {trans.__('JSON')}
              </button>
            </span>
          </span>
        )}
      </h2>
      <form
        ref={form}
        aria-labelledby={title}
        onKeyDown={onKeyDown}
        onSubmit={event => {
          event.preventDefault();
          send();
        }}
      >
        <div className="jm-Ep-tryinput" data-picture={picture !== null || undefined}>
          {picture !== null && <Picture shades={picture} />}
          <div className="jm-Ep-tryfields">
            {isRaw ? (
              <Raw
                text={rawText}
                isWrong={hasSent && wrong !== null}
                onChange={text => {
                  setJson(text);
                  setSent(false);
                }}
              />
            ) : (
              <Inputs
                signature={signature}
                draft={shown}
                wrong={hasSent && wrong !== null ? wrong.field : null}
                onChange={(name, text) => {
                  setDraft({ ...shown, [name]: text });
                  setSent(false);
                }}
              />
            )}
            {example.length > 1 && (
              <button
                type="button"
                className="jm-link jm-Ep-another"
                onClick={() => {
                  setPlace((place + 1) % example.length);
                  setDraft(null);
                  setJson(null);
                }}
              >
                {trans.__('Another row of the example')}
              </button>
            )}
          </div>
        </div>
        <div className="jm-Ep-send">
          <label className="jm-row">
            <span className="jm-muted">{trans.__('Send to')}</span>
            <select
              className="jm-Select"
              value={chosen}
              onChange={event => setAim(event.target.value as Aim)}
            >
              {aims.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          <Button type="submit" icon="running" aria-disabled={isSending || !isUp(row)}>
            {isSending ? trans.__('Sending…') : trans.__('Send')}{' '}
            <span className="jm-Kbd">{trans.__('Ctrl Enter')}</span>
          </Button>
        </div>
        <Refusal text={hasSent && wrong !== null ? wrongWords(wrong, signature, trans) : ''} />
      </form>
      <Answers answers={answers} snapshot={snapshot} />
      {rows.length > 0 && (
        <CodeLine
          code={`${expressionOf(snapshot)}.predict(${pythonOf(rows)})`}
          copyLabel={trans.__('Copy the line')}
        />
      )}
    </section>
  );
}

function Raw({
  text,
  isWrong,
  onChange
}: {
  text: string;
  isWrong: boolean;
  onChange: (text: string) => void;
}): JSX.Element {
  const trans = useTranslation();
  return (
    <textarea
      className="jm-Ep-raw jm-code"
      rows={7}
      spellCheck={false}
      aria-label={trans.__('Rows as JSON')}
      aria-invalid={isWrong}
      value={text}
      onChange={event => onChange(event.target.value)}
    />
  );
}

function Answers({
  answers,
  snapshot
}: {
  answers: readonly IAnswered[];
  snapshot: IEndpointSnapshot;
}): JSX.Element {
  const trans = useTranslation();
  const hasScore = answers.some(({ tried }) => tried !== null && scoreWords(tried) !== '');
  // The region stands before there is an answer, else it would not be read out.
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (answers.length > 0) {
      region.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [answers]);
  const told = answers.filter(({ tried }) => tried !== null);
  return (
    <div ref={region} className="jm-Ep-answers" aria-live="polite">
      {told.length > 0 && (
        <table className="jm-Table jm-num" aria-label={trans.__('Answers')}>
          <thead>
            <tr>
              <th scope="col">{trans.__('Answer')}</th>
              <th scope="col" className="r">
                {trans.__('label')}
              </th>
              {hasScore && (
                <th scope="col" className="r">
                  {trans.__('score')}
                </th>
              )}
              <th scope="col" className="r">
                {trans.__('Time')}
              </th>
            </tr>
          </thead>
          <tbody>
            {told.map(
              ({ asked, tried }) =>
                tried !== null && (
                  <tr key={asked}>
                    <th scope="row">
                      <Key colour={colourOf(tried.revision, snapshot.row)} /> {revisionName(tried.revision)}
                    </th>
                    <td className="r jm-strong jm-Ep-label" title={labelWords(tried)}>
                      <bdi>{labelWords(tried)}</bdi>
                    </td>
                    {hasScore && <td className="r">{scoreWords(tried)}</td>}
                    <td className="r">{formatMilliseconds(tried.milliseconds)}</td>
                  </tr>
                )
            )}
          </tbody>
        </table>
      )}
      {answers.map(
        ({ asked, problem }) =>
          problem !== '' && (
            <Refusal
              key={asked}
              text={asked > 0 && answers.length > 1 ? `${revisionName(asked)}: ${problem}` : problem}
            />
          )
      )}
    </div>
  );
}

function wantedOf(isRaw: boolean, text: string, signature: ISignature | null, draft: Draft): Wanted {
  if (isRaw || signature === null) {
    const rows = rowsOf(text);
    return rows === null ? { field: '', why: 'json' } : { rows };
  }
  const typed = rowOf(signature, draft);
  return 'row' in typed ? { rows: [typed.row] } : typed;
}

function aimsOf({ row, revisions }: IEndpointSnapshot, trans: ITranslation): [Aim, string][] {
  const answering = revisions.filter(({ state, role }) => state === 'ready' && role !== 'kept');
  return [
    ['traffic', trans.__('as traffic goes')],
    ...answering.map(({ spec }): [Aim, string] => [
      `${spec.revision}`,
      trans.__('revision %1', revisionName(spec.revision))
    ]),
    ...(row.canary > 0 && answering.length > 1
      ? [['both', trans.__('both revisions')] satisfies [Aim, string]]
      : [])
  ];
}

function wrongWords(
  { field, why }: { readonly field: string; readonly why: Wrong | 'nothing' },
  signature: ISignature | null,
  trans: ITranslation
): string {
  if (signature !== null && isVector(signature) && field === '' && why === 'missing') {
    return trans.__('There must be %1 numbers, with commas between.', formatCount(signature.inputs.length));
  }
  const name = field || trans.__('What is typed');
  switch (why) {
    case 'json':
      return trans.__('%1 is no JSON; quotes are double, and nothing stands after the last value.', name);
    case 'missing':
      return trans.__('%1 is missing.', name);
    case 'number':
      return trans.__('%1 is no number.', name);
    case 'whole':
      return trans.__('%1 is no whole number.', name);
    case 'nothing':
      return trans.__('There is nothing to send.');
  }
}
