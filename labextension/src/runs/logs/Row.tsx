/**
 * One line of a log.
 */

import { memo, useLayoutEffect, useRef } from 'react';
import type { CSSProperties, JSX } from 'react';

import { formatCount, formatSize } from '../../format';
import { Icon } from '../../icons';
import { useTranslation } from '../../translation';
import type { LogRow } from './chunks';
import { isGap } from './document';
import { CUT, isEven } from './layout';
import { placesOf } from './search';
import { plainOf, spansOf } from './sgr';
import type { ISpan } from './sgr';

export interface IRowProps {
  readonly chunk: number;
  readonly row: number;
  readonly content: LogRow;
  readonly top: number;
  /** Whether all of a long line is shown. */
  readonly isWhole: boolean;
  readonly isWrapped: boolean;
  /** What is searched for. */
  readonly text: string;
  readonly isCased: boolean;
  /** Which match of the line is the one that is shown; -1 if none is. */
  readonly current: number;
  readonly onMeasure: (chunk: number, row: number, height: number) => void;
  readonly onWhole: (chunk: number, row: number) => void;
}

// Marks that turn text around can make it say what it does not.
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export const Row = memo(function Row(props: IRowProps): JSX.Element {
  const { chunk, row, content, top, isWrapped, isWhole, current, onMeasure } = props;
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if ((isWrapped || isWhole) && element.current !== null && !isEven(content)) {
      onMeasure(chunk, row, element.current.offsetHeight);
    }
  }, [chunk, row, content, isWrapped, isWhole, onMeasure]);
  const className = `jm-Log-row${isWrapped || isWhole ? ' jm-mod-wrapped' : ''}${current >= 0 ? ' jm-mod-current' : ''}`;
  return (
    <div ref={element} className={className} style={{ top }} data-chunk={chunk} data-row={row}>
      {isGap(content) ? <Gap missing={content.missing} /> : <Line {...props} content={content} />}
    </div>
  );
});

function Gap({ missing }: { missing: number }): JSX.Element {
  const trans = useTranslation();
  return (
    <span className="jm-Log-gap" data-s="warning">
      <Icon name="warning" size={12} />
      {trans.__('%1 are left out here: the log was too long to keep', formatSize(missing))}
    </span>
  );
}

function Line(props: IRowProps & { content: string }): JSX.Element {
  const { chunk, row, content, isWhole, text, isCased, current, onWhole } = props;
  const trans = useTranslation();
  const plain = plainOf(content);
  const isCut = !isWhole && plain.length > CUT;
  const spans = spansOf(content);
  const marks = placesOf(isCut ? plain.slice(0, CUT) : plain, text, isCased);
  return (
    <span className="jm-Log-text" dir="ltr">
      {pieces(isCut ? cut(spans, CUT) : spans, marks, text.length, current)}
      {isCut && (
        <button type="button" className="jm-Log-whole jm-link" onClick={() => onWhole(chunk, row)}>
          {trans.__('… show all %1 characters', formatCount(plain.length))}
        </button>
      )}
    </span>
  );
}

function cut(spans: readonly ISpan[], length: number): ISpan[] {
  const kept: ISpan[] = [];
  let left = length;
  for (const span of spans) {
    if (left <= 0) {
      break;
    }
    kept.push(span.text.length <= left ? span : { ...span, text: span.text.slice(0, left) });
    left -= span.text.length;
  }
  return kept;
}

/** Return elements for the pieces of a line, matches marked. */
function pieces(
  spans: readonly ISpan[],
  marks: readonly number[],
  length: number,
  current: number
): (JSX.Element | string)[] {
  const shown: (JSX.Element | string)[] = [];
  let at = 0;
  let mark = 0;
  for (const span of spans) {
    const end = at + span.text.length;
    const parts: (JSX.Element | string)[] = [];
    let from = at;
    while (mark < marks.length && (marks[mark] ?? 0) < end) {
      const begin = Math.max(marks[mark] ?? 0, from);
      const stop = Math.min((marks[mark] ?? 0) + length, end);
      parts.push(span.text.slice(from - at, begin - at));
      parts.push(
        <mark key={begin} className={mark === current ? 'jm-cur' : undefined}>
          {safe(span.text.slice(begin - at, stop - at))}
        </mark>
      );
      from = stop;
      if ((marks[mark] ?? 0) + length > end) {
        break;
      }
      mark += 1;
    }
    parts.push(safe(span.text.slice(from - at)));
    shown.push(dressed(span, at, parts));
    at = end;
  }
  return shown;
}

function dressed(span: ISpan, key: number, parts: (JSX.Element | string)[]): JSX.Element | string {
  if (span.link) {
    return (
      <a
        key={key}
        className={`jm-Log-link ${span.className}`}
        style={span.colours as CSSProperties | undefined}
        href={span.link}
        title={span.link}
        target="_blank"
        rel="noopener noreferrer"
      >
        {parts}
      </a>
    );
  }
  if (!span.className && parts.length === 1) {
    return parts[0] ?? '';
  }
  return (
    <span key={key} className={span.className || undefined} style={span.colours ?? undefined}>
      {parts}
    </span>
  );
}

function safe(text: string): string {
  return text.replace(TURNS, '\ufffd');
}
