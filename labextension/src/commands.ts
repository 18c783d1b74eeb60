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

  /** Show the panel's models. */
  export const showModels = 'mlops:show-models';
  /** Open a model's page; `{id}`, which is a model's name or `NAME:version`. */
  export const openModel = 'mlops:open-model';
  /** Open the form that makes a version of a run's kept model; `{id}`. */
  export const registerRun = 'mlops:register-run';
  /** Open the form that makes a version of a sweep's best model; `{id}`. */
  export const registerSweep = 'mlops:register-sweep';
  /** Open the form that deploys a version; `{id}`, which is `NAME:version`, or a name for its champion. */
  export const deployModel = 'mlops:deploy-model';
  /** Let the champion be a version; `{id}`, `{ask}`. */
  export const setChampion = 'mlops:set-champion';
  /** Let an alias point at a version; `{id, alias, ask}`, asks which where `alias` is left out. */
  export const pointAlias = 'mlops:point-alias';
  /** Remove an alias of a version; `{id, alias, ask}`, asks which where `alias` is left out. */
  export const removeAlias = 'mlops:remove-alias';
  /** Put the line that loads a version into a cell; `{id}`. */
  export const loadModel = 'mlops:load-model';
  /** Put the line that exports a version into a cell; `{id, server}`. */
  export const exportModel = 'mlops:export-model';
  /** Compare the runs that a model's versions came from; `{id}`. */
  export const compareVersions = 'mlops:compare-versions';
  /** Hold every byte of a version against its checksums; `{id}`. */
  export const verifyVersion = 'mlops:verify-version';
  /** Write a note on a model or a version; `{id}`. */
  export const noteModel = 'mlops:note-model';
  /** Write tags on a model or a version; `{id}`. */
  export const tagModel = 'mlops:tag-model';
  /** Put a model away, or take it back; `{id, archived}`. */
  export const archiveModel = 'mlops:archive-model';
  /** Delete a model with all its versions, or one version; `{id, ask}`. */
  export const deleteModel = 'mlops:delete-model';
  /** Copy the line of code that gives the model or the version; `{id}`. */
  export const copyModelHandle = 'mlops:copy-model-handle';
  /** Show the cell that a version came from; `{id}`. */
  export const goToModelCell = 'mlops:go-to-model-cell';

  /** Show the panel's endpoints. */
  export const showEndpoints = 'mlops:show-endpoints';
  /** Open an endpoint's page; `{id}`. */
  export const openEndpoint = 'mlops:open-endpoint';
  /** Open the form that deploys a version; `{model, version, endpoint}`. */
  export const deploy = 'jupyter-mlops:deploy';
  /** Give the canary all traffic; `{id, ask}`. */
  export const promoteCanary = 'mlops:promote-canary';
  /** Go back: to a kept revision, or without the canary, or to the stable revision before; `{id, to, ask}`. */
  export const rollBackEndpoint = 'mlops:roll-back-endpoint';
  /** Give the canary a share of the traffic; `{id, percent}`, asks where `percent` is left out. */
  export const moveCanary = 'mlops:move-canary';
  /** Say how many replicas there are; `{id, replicas, revision}`, asks where `replicas` is left out. */
  export const scaleEndpoint = 'mlops:scale-endpoint';
  /** Say what an endpoint does by itself; `{id}`. */
  export const setGates = 'mlops:set-gates';
  /** Let it listen on a port besides, or no longer; `{id, port}`. */
  export const openPort = 'mlops:open-endpoint-port';
  /** Replay the held-out rows on stable and canary; `{id}`. */
  export const replayEndpoint = 'mlops:replay-endpoint';
  /** Show what router, keeper and replicas wrote; `{id, source}`. */
  export const openEndpointLogs = 'mlops:open-endpoint-logs';
  /** Send it a row; `{id}`. */
  export const tryEndpoint = 'mlops:try-endpoint';
  /** Take an endpoint down; `{id, ask}`. */
  export const stopEndpoint = 'mlops:stop-endpoint';
  /** Bring it up again; `{id}`. */
  export const startEndpoint = 'mlops:start-endpoint';
  /** Delete an endpoint; `{id, ask}`. */
  export const deleteEndpoint = 'mlops:delete-endpoint';
  /** Put an endpoint away, or take it back; `{id, archived}`. */
  export const archiveEndpoint = 'mlops:archive-endpoint';
  /** Write a note on an endpoint; `{id}`. */
  export const noteEndpoint = 'mlops:note-endpoint';
  /** Write tags on an endpoint; `{id}`. */
  export const tagEndpoint = 'mlops:tag-endpoint';
  /** Copy the line of code that gives the endpoint; `{id}`. */
  export const copyEndpointHandle = 'mlops:copy-endpoint-handle';
  /** Copy where an endpoint is reached; `{id}`. */
  export const copyEndpointAddress = 'mlops:copy-endpoint-address';
  /** Show the cell that an endpoint came from; `{id}`. */
  export const goToEndpointCell = 'mlops:go-to-endpoint-cell';

  /** Put a training cell that runs as it is into the notebook. */
  export const insertExample = 'mlops:insert-example';
  /** Make a notebook to begin with. */
  export const openStarter = 'mlops:open-starter';
}

/** The tabs of a run's page, in their order. */
export const TABS = ['overview', 'curves', 'logs', 'display', 'code', 'files', 'tune'] as const;
export type Tab = (typeof TABS)[number];
