/**
 * What stands in a section where no rows can.
 */

import type { JSX, ReactNode } from 'react';

import { sentence, ServerSays, Unreachable } from '../client';
import { Icon } from '../icons';
import { toneOf, toneWord } from '../runs/words';
import { useTranslation } from '../translation';
import type { ITranslation } from '../translation';
import { Button, CodeLine } from '../ui/parts';
import { useLate } from './hooks';
import type { ISectionTexts } from './nouns';
import { ROW_HEIGHT, SkeletonRow } from './Row';
import type { AnySection } from './sections';

interface IBodyProps {
  readonly model: AnySection;
  readonly texts: ISectionTexts;
  /** What teaches how there comes to be one. */
  readonly empty: ReactNode;
  readonly onClear: () => void;
}

/** Say why there are no rows, and what can be done. */
export function Body({ model, texts, empty, onClear }: IBodyProps): ReactNode {
  switch (model.body) {
    case 'loading':
      return <Loading texts={texts} />;
    case 'empty':
      return empty;
    case 'nothing':
      return <NoMatch model={model} texts={texts} onClear={onClear} />;
    case 'failed':
      return <Failed model={model} texts={texts} />;
    case 'rows':
      return null;
  }
}

function Loading({ texts }: { texts: ISectionTexts }): JSX.Element {
  const isLate = useLate(true);
  return (
    <>
      <div role="status">{isLate && <span className="jm-vh">{texts.loading}</span>}</div>
      <div className="jm-Runs-all">
        {Array.from({ length: 6 }, (_, at) => (
          <SkeletonRow key={at} place={at} top={at * ROW_HEIGHT} isShown={isLate} />
        ))}
      </div>
    </>
  );
}

function NoMatch({ model, texts, onClear }: Omit<IBodyProps, 'empty'>): JSX.Element {
  const trans = useTranslation();
  const { text, state, archived } = model.choice;
  const said = [
    state === null ? '' : toneWord(toneOf({ state, broken: '' }), trans),
    archived ? trans.__('Archived') : '',
    text.trim()
  ].filter(Boolean);
  return (
    <div className="jm-Empty" role="status">
      <h3>{archived && !text && state === null ? texts.nothingArchived : texts.noMatch}</h3>
      <p>
        {model.count > 0 && !archived ? texts.hidden(model.count) : trans.__('Nothing fits')}{' '}
        <span className="jm-code">{said.join(' · ')}</span>.
      </p>
      <div>
        <Button onClick={onClear}>
          {texts.showAll} <kbd className="jm-Kbd">{trans.__('Esc')}</kbd>
        </Button>
      </div>
    </div>
  );
}

function Failed({ model, texts }: Pick<IBodyProps, 'model' | 'texts'>): JSX.Element {
  const trans = useTranslation();
  const { title, way, code } = refusalOf(model.problem, texts, trans);
  return (
    <div className="jm-Empty" role="alert">
      <h3 className="jm-State" data-s={model.connection === 'offline' ? 'warning' : 'failed'}>
        <Icon name={model.connection === 'offline' ? 'warning' : 'failed'} />
        {title}
      </h3>
      <p>{sentence(model.problem)}</p>
      {way && <p className="jm-muted">{way}</p>}
      {code && <CodeLine code={code} copyLabel={trans.__('Copy the line')} />}
      <div>
        <Button onClick={() => void model.refresh()}>{trans.__('Try now')}</Button>
      </div>
    </div>
  );
}

/** Say which hop refused, and what can be done. */
function refusalOf(
  problem: Error | null,
  texts: ISectionTexts,
  trans: ITranslation
): { title: string; way: string; code: string } {
  if (problem instanceof Unreachable) {
    return {
      title: trans.__('The Jupyter server is out of reach'),
      way: trans.__('Runs go on without it. What they do is shown as soon as it answers.'),
      code: ''
    };
  }
  if (problem instanceof ServerSays && problem.code === 'not_installed') {
    return {
      title: trans.__('This server knows no runs'),
      way: trans.__('If it is installed, it may be switched off; this line, in a terminal, switches it on:'),
      code: 'jupyter server extension enable jupyter_mlops'
    };
  }
  if (problem instanceof ServerSays && (problem.status === 401 || problem.status === 403)) {
    return {
      title: texts.forbidden,
      way: trans.__('The Jupyter server refused, not the runs. Log in again, or ask who runs this server.'),
      code: ''
    };
  }
  return {
    title: texts.unreadable,
    way: trans.__(
      'The Jupyter server answered, but not with a list. In a notebook this line shows the home:'
    ),
    code: '%mlops'
  };
}
