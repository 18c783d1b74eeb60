/**
 * The cell as it ran.
 */

import { jupyterHighlightStyle } from '@jupyterlab/codemirror';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { JSX } from 'react';

import { CommandIDs } from '../../commands';
import { formatCount } from '../../format';
import { useTranslation } from '../../translation';
import { Button } from '../../ui/parts';
import type { ICode } from '../../wire';
import { oneLine } from '../card/text';
import { useCommand } from './context';
import type { ITabProps } from './context';
import { useAnswer } from './details';
import { cellOf } from './head';
import { Unread } from './problems';

/** The tab. */
export default function Code({ page, snapshot, services, isShown }: ITabProps): JSX.Element {
  const trans = useTranslation();
  const execute = useCommand();
  const { value, problem } = useAnswer(
    signal => page.runs.client.code(page.id, signal),
    page.id,
    snapshot.row.state,
    isShown
  );
  if (value === null) {
    return <Unread problem={problem} />;
  }
  const asked = page.target.line ?? 0;
  const lines = value.code.replace(/\n$/, '').split('\n').length;
  return (
    <>
      <div className="jm-Bar">
        <span>
          {snapshot.row.notebook && <b>{cellOf(snapshot, trans)}</b>}{' '}
          <span className="jm-muted">{trans._n('%1 line', '%1 lines', lines, formatCount(lines))}</span>
        </span>
        <span className="jm-muted" title={value.hash}>
          {trans.__('code')} <span className="jm-code">{value.hash.slice(0, 6)}</span>
        </span>
        {value.line > 0 && <span className="jm-Code-failed">{trans.__('line %1 failed', value.line)}</span>}
        <span className="jm-grow" />
        <Copy text={value.code} />
        <Button icon="notebook" onClick={() => execute(CommandIDs.restoreCode)}>
          {trans.__('Restore in a cell')}
        </Button>
      </div>
      <Listing
        code={value}
        asked={asked}
        languages={services.languages}
        error={snapshot.error?.message ?? ''}
      />
    </>
  );
}

interface IListingProps {
  readonly code: ICode;
  /** The line that is meant where none failed; 0 for none. */
  readonly asked: number;
  readonly languages: IEditorLanguageRegistry | null;
  /** What the marked line raised. */
  readonly error: string;
}

/** The lines with their numbers, highlighted as the notebook does, the one that failed marked. */
function Listing({ code, asked, languages, error }: IListingProps): JSX.Element {
  const trans = useTranslation();
  const plain = useMemo(() => code.code.replace(/\n$/, '').split('\n'), [code.code]);
  const painted = usePainted(code.code, languages);
  const marked = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // What a browser returns here would be taken for what cleans up.
    marked.current?.scrollIntoView({ block: 'center' });
  }, [code.line, asked]);
  return (
    <div className="jm-Code" role="group" aria-label={trans.__('The cell as it ran')} tabIndex={0}>
      {/* Where no editor was open yet, nobody has brought the colours. */}
      <style>{jupyterHighlightStyle.module?.getRules()}</style>
      {plain.map((text, at) => {
        const isMarked = at + 1 === code.line;
        const isAsked = at + 1 === (asked || code.line);
        const className = isMarked ? 'jm-mark' : isAsked ? 'jm-here' : undefined;
        return (
          <div key={at} ref={isAsked ? marked : undefined} className={className}>
            <span className="ln" aria-hidden="true">
              {at + 1}
            </span>
            <code>
              {painted?.[at]?.map(({ text: part, className }, of) => (
                <span key={of} className={className || undefined}>
                  {part}
                </span>
              )) ?? text}
              {isMarked && error && <span className="jm-Code-error">{oneLine(error, 200)}</span>}
            </code>
          </div>
        );
      })}
    </div>
  );
}

function Copy({ text }: { text: string }): JSX.Element {
  const trans = useTranslation();
  const [isDone, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    window.setTimeout(() => setDone(false), 2000);
  };
  return (
    <Button icon={isDone ? 'check' : 'copy'} onClick={() => void copy()}>
      {isDone ? trans.__('Copied') : trans.__('Copy')}
    </Button>
  );
}

interface IPainted {
  readonly text: string;
  readonly className: string;
}

/** Return each line's pieces with their classes; null until they are known. */
function usePainted(code: string, languages: IEditorLanguageRegistry | null): IPainted[][] | null {
  const [painted, setPainted] = useState<IPainted[][] | null>(null);
  useEffect(() => {
    if (languages === null) {
      return;
    }
    let isWanted = true;
    const paint = async (): Promise<void> => {
      const host = document.createElement('div');
      await languages.highlight(code, languages.findByMIME('text/x-ipython'), host);
      if (isWanted) {
        setPainted(linesOf(host));
      }
    };
    // Without colours the code is still there.
    paint().catch(() => setPainted(null));
    return () => {
      isWanted = false;
    };
  }, [code, languages]);
  return painted;
}

/** Return what was painted, line by line: a piece may go over several lines. */
export function linesOf(host: HTMLElement): IPainted[][] {
  const lines: IPainted[][] = [[]];
  for (const node of host.childNodes) {
    const className = node instanceof HTMLElement ? node.className : '';
    (node.textContent ?? '').split('\n').forEach((text, at) => {
      if (at > 0) {
        lines.push([]);
      }
      if (text) {
        lines[lines.length - 1]?.push({ text, className });
      }
    });
  }
  return lines;
}
