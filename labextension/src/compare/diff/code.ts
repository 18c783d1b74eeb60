/**
 * Lines of code of two runs beside each other, as far as they are worth showing.
 */

import type { ICodeLine } from '../../wire';

/** Some characters of a line, and whether its counterpart has others. */
export interface IStretch {
  readonly text: string;
  readonly isChanged: boolean;
}

/** A line, or how many lines are left out. */
export type Shown =
  | { readonly kind: 'line'; readonly line: ICodeLine }
  | { readonly kind: 'gap'; readonly count: number; readonly at: number };

/** So many lines are shown around a change. */
const AROUND = 3;

/** Return the lines to show: all, or those around changes. */
export function shownLines(lines: readonly ICodeLine[], isWhole: boolean): Shown[] {
  if (isWhole) {
    return lines.map(line => ({ kind: 'line', line }));
  }
  const near = new Set<number>();
  lines.forEach((line, at) => {
    if (line.op !== 'same') {
      for (let place = at - AROUND; place <= at + AROUND; place++) {
        near.add(place);
      }
    }
  });
  const shown: Shown[] = [];
  let skipped = 0;
  lines.forEach((line, at) => {
    if (!near.has(at)) {
      skipped += 1;
      return;
    }
    if (skipped > 0) {
      shown.push({ kind: 'gap', count: skipped, at });
      skipped = 0;
    }
    shown.push({ kind: 'line', line });
  });
  if (skipped > 0) {
    shown.push({ kind: 'gap', count: skipped, at: lines.length });
  }
  return shown;
}

/** Return a line cut where its counterpart differs. Spans count characters as Python does. */
export function stretches({ text, spans }: Pick<ICodeLine, 'text' | 'spans'>): IStretch[] {
  const characters = Array.from(text);
  const found: IStretch[] = [];
  let at = 0;
  for (const [start, end] of spans) {
    found.push({ text: characters.slice(at, start).join(''), isChanged: false });
    found.push({ text: characters.slice(start, end).join(''), isChanged: true });
    at = end;
  }
  found.push({ text: characters.slice(at).join(''), isChanged: false });
  return found.filter(({ text: part }) => part !== '');
}
