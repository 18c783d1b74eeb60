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
  /** Write tags on several runs; `{ids}`. */
  export const tagRuns = 'mlops:tag-runs';
  /** End several runs; `{ids, ask}`. */
  export const stopRuns = 'mlops:stop-runs';
  /** Put several runs away, or take them back; `{ids, archived}`. */
  export const archiveRuns = 'mlops:archive-runs';
  /** Delete several runs; `{ids, ask}`. */
  export const deleteRuns = 'mlops:delete-runs';
  /** Compare what is selected in the panel, or the runs that have a run's name; `{ids}` or `{id}`. */
  export const compareRuns = 'mlops:compare-runs';
  /** Open a comparison; `{runs}`, `{name}`, `{sweep}` or `{where}`. */
  export const openComparison = 'mlops:open-comparison';

  /** Show the panel's sweeps. */
  export const showSweeps = 'mlops:show-sweeps';
  /** Open a sweep's page; `{id}`. */
  export const openSweep = 'mlops:open-sweep';
  /** Open the form that makes a sweep of a run; `{id}`. */
  export const tuneRun = 'mlops:tune-run';
  /** End a sweep; `{id, ask}`. */
  export const stopSweep = 'mlops:stop-sweep';
  /** Go on with a sweep that was stopped before its last trial; `{id}`. */
  export const resumeSweep = 'mlops:resume-sweep';
  /** Let a sweep try more; `{id, trials}`, asks how many where `trials` is left out. */
  export const addTrials = 'mlops:add-trials';
  /** Delete a sweep with its trials; `{id, ask}`. */
  export const deleteSweep = 'mlops:delete-sweep';
  /** Put a sweep away, or take it back; `{id, archived}`. */
  export const archiveSweep = 'mlops:archive-sweep';
  /** Write a note on a sweep; `{id}`. */
  export const noteSweep = 'mlops:note-sweep';
  /** Write tags on a sweep; `{id}`. */
  export const tagSweep = 'mlops:tag-sweep';
  /** Copy the line of code that gives the sweep; `{id}`. */
  export const copySweepHandle = 'mlops:copy-sweep-handle';
  /** Show the cell that a sweep came from; `{id}`. */
  export const goToSweepCell = 'mlops:go-to-sweep-cell';
  /** Open the page of a sweep's best trial; `{id}`. */
  export const openBest = 'mlops:open-best';
  /** Open a comparison of a sweep's trials; `{id}`. */
  export const compareSweep = 'mlops:compare-sweep';

  /** Put a training cell that runs as it is into the notebook. */
  export const insertExample = 'mlops:insert-example';
  /** Make a notebook to begin with. */
  export const openStarter = 'mlops:open-starter';
}

/** The tabs of a run's page, in their order. */
export const TABS = ['overview', 'curves', 'logs', 'display', 'code', 'files', 'tune'] as const;
export type Tab = (typeof TABS)[number];
