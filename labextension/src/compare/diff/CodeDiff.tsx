/**
 * How the code of two runs differs, line by line.
 */

import { useState } from 'react';
import type { JSX } from 'react';

import { formatCount } from '../../format';
import { oneLine, plain } from '../../runs/card/text';
import { useTranslation } from '../../translation';
import type { ICodeChange, ICodeLine } from '../../wire';
import { shownLines, stretches } from './code';

interface ICodeDiffProps {
  readonly change: ICodeChange;
  readonly isOnlyDifferences: boolean;
  /** What stands at the end of its title. */
  readonly hashes: string;
}

/** Show the lines. */
export function CodeDiff({ change, isOnlyDifferences, hashes }: ICodeDiffProps): JSX.Element {
  const trans = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const shown = shownLines(change.lines, isWhole || !isOnlyDifferences);
  const title = change.name === 'cell' ? trans.__('Code of the cell') : oneLine(change.name, 80);
  return (
    <section className="jm-CodeDiff" aria-label={title}>
      <h2 className="jm-h2">
        {title}
        {hashes && <span className="jm-end jm-code">{hashes}</span>}
      </h2>
      <div
        className="jm-CodeDiff-lines"
        role="group"
        aria-label={trans.__('Lines of %1', title)}
        tabIndex={0}
      >
        {shown.map(each =>
          each.kind === 'gap' ? (
            <button
              key={`gap ${each.at}`}
              type="button"
              className="jm-CodeDiff-gap"
              onClick={() => setWhole(true)}
            >
              {trans._n(
                '%1 line that is the same',
                '%1 lines that are the same',
                each.count,
                formatCount(each.count)
              )}
            </button>
          ) : (
            <Line key={`${each.line.a} ${each.line.b}`} line={each.line} />
          )
        )}
      </div>
    </section>
  );
}

const SIGNS = { same: '', removed: '−', added: '+' } as const;

function Line({ line }: { line: ICodeLine }): JSX.Element {
  const trans = useTranslation();
  const word = { same: '', removed: trans.__('only in A: '), added: trans.__('only in B: ') }[line.op];
  return (
    <div className="jm-CodeDiff-line" data-op={line.op}>
      <span className="ln" aria-hidden="true">
        {line.a || ''}
      </span>
      <span className="ln" aria-hidden="true">
        {line.b || ''}
      </span>
      <span className="sign" aria-hidden="true">
        {SIGNS[line.op]}
      </span>
      <code>
        {word && <span className="jm-vh">{word}</span>}
        {stretches(line).map(({ text, isChanged }, at) =>
          isChanged ? <mark key={at}>{plain(text)}</mark> : <span key={at}>{plain(text)}</span>
        )}
        {line.text === '' && ' '}
      </code>
    </div>
  );
}
