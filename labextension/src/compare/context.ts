/**
 * What all parts of a comparison need.
 */

import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { createContext, useContext, useEffect, useMemo, useReducer } from 'react';

import type { Client } from '../client';
import type { IRunsModel } from '../runs/tokens';
import { Colours } from './colours';
import { CompareCurves } from './curves';
import { Marks } from './marks';
import { StepValues } from './steps';

/** What JupyterLab lends to a page. */
export interface IServices {
  readonly commands: CommandRegistry;
}

/** What views of one comparison share. */
export interface IShared {
  readonly client: Client;
  readonly services: IServices;
  readonly marks: Marks;
  readonly curves: CompareCurves;
  readonly steps: StepValues;
  readonly colours: Colours;
}

export const SharedContext = createContext<IShared | null>(null);

/** Return what views share. */
export function useShared(): IShared {
  const shared = useContext(SharedContext);
  if (shared === null) {
    throw new Error('A part of a comparison stands outside of one.');
  }
  return shared;
}

/** Make what views share, as long as the component is shown. */
export function useSharing(runs: IRunsModel, services: IServices): IShared {
  const shared = useMemo(
    () => ({
      client: runs.client,
      services,
      marks: new Marks(),
      curves: new CompareCurves(runs.client),
      steps: new StepValues(runs.client),
      colours: new Colours()
    }),
    [runs, services]
  );
  useEffect(
    () => () => {
      shared.curves.dispose();
      shared.steps.dispose();
    },
    [shared]
  );
  return shared;
}

/** Return how commands are executed. */
export function useCommand(): (id: string, args?: ReadonlyPartialJSONObject) => void {
  const { services } = useShared();
  return (id, args = {}) => {
    if (services.commands.hasCommand(id)) {
      void services.commands.execute(id, args);
    }
  };
}

/** Render again whenever a signal is heard; return how often it was. */
export function useSignal(signal: ISignal<unknown, void>): number {
  const [count, again] = useReducer((before: number) => before + 1, 0);
  useEffect(() => {
    const onChanged = (): void => again();
    signal.connect(onChanged);
    // What came before anybody listened.
    again();
    return () => {
      signal.disconnect(onChanged);
    };
  }, [signal]);
  return count;
}

/** Return the marks, and render again when they are others; what is pointed at is asked for apart. */
export function useMarks(): Marks {
  const { marks } = useShared();
  useSignal(marks.changed);
  return marks;
}

/** Return the id of the run that is pointed at. */
export function useHovered(): string | null {
  const { marks } = useShared();
  useSignal(marks.hoveredChanged);
  return marks.hovered;
}
