/**
 * What a page asks for beside the snapshot, each once it is needed and again when the run has changed.
 */

import { useEffect, useRef, useState } from 'react';

import type { Tab } from '../../commands';
import { isAborted } from '../../client';
import { Pace } from '../../pace';
import type { IRunSnapshot } from '../../wire';
import type { Page } from './page';

/** An answer, or why there is none. */
export interface IAnswer<T> {
  readonly value: T | null;
  readonly problem: Error | null;
}

/** What is read beside the snapshot is read again at most that often, in milliseconds. */
const INTERVAL = 2000;

/**
 * Ask for something, and again whenever `stamp` is another, as long as the page can be seen.
 *
 * @param key - What is asked for: another key is another question, whose old answer is forgotten.
 */
export function useAnswer<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  key: string,
  stamp: unknown,
  isShown: boolean,
  interval: number = INTERVAL
): IAnswer<T> {
  const [answer, setAnswer] = useState<IAnswer<T> & { key: string }>({ key, value: null, problem: null });
  const question = useRef(ask);
  useEffect(() => {
    question.current = ask;
  });
  const pace = useRef<Pace | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    const made = new Pace(async () => {
      try {
        const value = await question.current(ending.signal);
        if (!ending.signal.aborted) {
          setAnswer({ key, value, problem: null });
        }
      } catch (error) {
        if (!isAborted(error) && !ending.signal.aborted) {
          const problem = error instanceof Error ? error : new Error(String(error));
          setAnswer(old => ({ key, value: old.key === key ? old.value : null, problem }));
        }
      }
    }, interval);
    pace.current = made;
    return () => {
      ending.abort();
      made.dispose();
    };
  }, [key, interval]);
  useEffect(() => {
    if (isShown) {
      pace.current?.ask();
    }
  }, [key, stamp, isShown]);
  return answer.key === key ? answer : { value: null, problem: null };
}

/** Return what changes when the run gets on in the large: its state, attempt and ranks. */
export function stageOf({ row, ranks }: IRunSnapshot): string {
  return [row.state, row.attempt, row.ended, ...ranks.map(rank => `${rank.started}:${rank.ended}`)].join();
}

/** Return how much there is behind each tab. */
export function useDetails(
  page: Page,
  snapshot: IRunSnapshot
): { readonly counts: Readonly<Partial<Record<Tab, number>>> } {
  const { client } = page.runs;
  const stage = stageOf(snapshot);
  // Of a folder that cannot be read nothing can be told.
  const isAsked = page.isShown && !snapshot.row.broken;
  const files = useAnswer(signal => client.files(page.id, signal), 'files', stage, isAsked);
  const display = useAnswer(signal => client.display(page.id, {}, signal), 'display', stage, isAsked);
  const metrics = Object.keys(snapshot.row.metrics).length;
  return {
    counts: {
      ...(metrics > 0 && { curves: metrics }),
      ...(files.value?.files.length && { files: files.value.files.length }),
      ...(display.value?.items.length && { display: display.value.items.length })
    }
  };
}
