/**
 * The ids of all commands; what they do stands with their noun.
 */

export namespace CommandIDs {
  /** Show the panel. */
  export const showRuns = 'mlops:show-runs';
  /** Read what the panel shows again. */
  export const refreshRuns = 'mlops:refresh-runs';
  /** Open a run's page; `{id, tab}`. */
  export const openRun = 'mlops:open-run';
  /** Open a run's logs; `{id, rank}`. */
  export const openLogs = 'mlops:open-logs';
  /** End a run; `{id, ask}`. */
  export const stopRun = 'mlops:stop-run';
  /** Submit the same again; `{id}`. */
  export const retryRun = 'mlops:retry-run';
  /** Delete a run; `{id, ask}`. */
  export const deleteRun = 'mlops:delete-run';
  /** End by hand what nobody looks after; `{id}`. */
  export const closeRun = 'mlops:close-run';
  /** Put a run away, or take it back; `{id, archived}`. */
  export const archiveRun = 'mlops:archive-run';
  /** Write a note; `{id}`. */
  export const noteRun = 'mlops:note-run';
  /** Write tags; `{id}`. */
  export const tagRun = 'mlops:tag-run';
  /** Copy the line of code that gives the run; `{id}`. */
  export const copyHandle = 'mlops:copy-handle';
  /** Show the cell that a run came from; `{id}`. */
  export const goToCell = 'mlops:go-to-cell';
  /** Put the code of a run, as it ran, into a new cell; `{id}`. */
  export const restoreCode = 'mlops:restore-code';
  /** Let the cell that waits for a run go on; `{id}`. */
  export const detachRun = 'mlops:detach-run';
  /** Put a training cell that runs as it is into the notebook. */
  export const insertExample = 'mlops:insert-example';
  /** Make a notebook to begin with. */
  export const openStarter = 'mlops:open-starter';
}

/** The tabs of a run's page, in their order. */
export const TABS = ['overview', 'curves', 'logs', 'display', 'code', 'files'] as const;
export type Tab = (typeof TABS)[number];
