// Made by tools/wire_ts.py from the server's structs. Do not edit: change those, and run it again.

/** A number that may not be finite, which JSON does not know. `Number(value)` of either is the number. */
export type WireNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** The id of the events that say what has changed. */
export const CHANGES = 'https://events.jupyter-mlops.org/changes/v1';

/** Where an alias is to point. */
export interface IAliasChange {
  version: number;
}

/** An alias points somewhere else. */
export interface IAliasMoved {
  type: 'alias';
  time: number;
  alias: string;
  /** Where it points now; 0 if it is gone. */
  version: number;
  /** Where it pointed; 0 if it is new. */
  before: number;
  who: string;
}

/** Values of one metric at one step, by run; runs without one are left out. */
export interface IAtStep {
  values: Record<string, WireNumber>;
}

/** Which metric of which runs, and where. */
export interface IAtStepQuery {
  run: string[];
  metric: string;
  step: number;
}

/** Which attempt and rank. */
export interface IAttemptQuery {
  rank?: number;
  attempt?: number | null;
}

/** What all ranks say of one metric, column by column. */
export interface IBand {
  /** What the steps count. */
  axis: string;
  /** In order; where there are many, one stands for several that follow each other. */
  steps: number[];
  /** The least value there. */
  low: WireNumber[];
  /** The mean of the numbers there. */
  mean: WireNumber[];
  /** The greatest value there. */
  high: WireNumber[];
  /** How many ranks have the metric. */
  ranks: number;
  /** Whether a step stands for several. */
  thinned: boolean;
}

/** What all ranks say of several metrics; those that nobody has reported are left out. */
export interface IBands {
  attempt: number;
  bands: Record<string, IBand>;
}

/** Which bands. */
export interface IBandsQuery {
  name: string[];
  attempt?: number | null;
  most?: number;
}

/** What the canary is to get, in percent: 0 to 100; 100 is not yet a promotion. */
export interface ICanaryChange {
  percent: number;
}

/** The exception that ended a rank, seen from the notebook. */
export interface ICellError {
  /** Name of the exception's class. */
  type: string;
  /** Its text, at most 2,000 characters. */
  message: string;
  /** One-based line of the cell where it passed; 0 if it never was in the cell. */
  line: number;
  /** The rendered traceback with IPython's colours, frames of ours removed. */
  traceback: string;
}

/** One event, as a client reads it. */
export interface IChange {
  kind: string;
  generation: string;
  since: number;
  seq: number;
  runs: string[];
  sweeps: string[];
  models: string[];
  endpoints: string[];
}

/** The cell as it ran. */
export interface ICode {
  code: string;
  /** SHA-256. */
  hash: string;
  /** The line where it failed; 0 if it did not. */
  line: number;
}

/** How the code of two runs differs. */
export interface ICodeChange {
  /** `cell`, or the file of a local module, or `function NAME` of the notebook. */
  name: string;
  /** All lines of both. */
  lines: ICodeLine[];
}

/** One line of a comparison of code. */
export interface ICodeLine {
  /** Whether both have it, only the first (`removed`), or only the second (`added`). */
  op: 'added' | 'removed' | 'same';
  text: string;
  /** Its number in the first; 0 if it is not there. */
  a: number;
  /** Its number in the second; 0 if it is not there. */
  b: number;
  /** Where it differs from its counterpart: pairs of start and end, in characters (code points); empty where it has no counterpart. */
  spans: [number, number][];
}

/** One column. */
export interface IColumnProfile {
  name: string;
  /** `number` is counted in bins, `category` by value. */
  kind: 'category' | 'number';
  /** How many rows each bin, or each value, has. */
  counts: number[];
  /** Of a number: between the bins, so one fewer than `counts`; values below the first edge are in the first bin, those from the last edge on in the last. They are quantiles, so that bins hold about as many values. */
  edges: number[];
  /** Of a category: the most frequent; the last of `counts` is all others. */
  values: string[];
  /** How many rows have none. */
  missing: number;
  low: WireNumber | null;
  high: WireNumber | null;
  mean: WireNumber | null;
}

/** Which runs are compared: those that are named, and those that fit what is asked. */
export interface ICompareQuery {
  run?: string[];
  name?: string;
  sweep?: string;
  where?: string;
  limit?: number;
}

/** One run of a comparison: its row, and what lists do not have. */
export interface ICompared {
  row: IRunRow;
  /** SHA-256 of the cell without the values of its parameters: runs of the same code have the same. */
  code: string;
  /** Fingerprint of each captured table or array, by variable, shortened. */
  data: Record<string, string>;
  /** Commit of the notebook's folder, shortened, `+` behind it if files were changed; empty if unknown. */
  commit: string;
}

/** One column of a comparison. */
export interface IComparedColumn {
  /** `parameter:lr`, `metric:loss`, `fact:duration`; unique. Facts are `state created duration workers kind code commit note tags` and, for each table or array, `data NAME`. */
  key: string;
  /** What stands above it; what follows the colon in `key`. */
  name: string;
  part: 'fact' | 'metric' | 'parameter';
  /** Whether not all runs have the same there. */
  varies: boolean;
  /** How many runs have something there. */
  filled: number;
  /** 1 if more is better, -1 if less is, 0 if nobody knows. */
  better: number;
  /** Ids of the runs that have the best there; empty where nobody knows what is better, or all have the same. */
  best: string[];
}

/** Runs beside each other. */
export interface IComparison {
  /** What was asked for: `digits`, `5 runs`. */
  title: string;
  runs: ICompared[];
  columns: IComparedColumn[];
  /** How many more runs were meant than are compared at once. */
  left_out: number;
  /** The metric that tells most about these runs, or a sweep's objective; empty if they share none. */
  metric: string;
  /** 1 if more of that metric is better, -1 if less is, 0 if nobody knows. */
  better: number;
  generation: string;
  seq: number;
}

/** `datasets.json` of a run: the fingerprints of what travelled with its cell. */
export interface IDatasets {
  datasets: IFingerprint[];
  /** One sentence for each table that has none, with the reason. */
  notes: string[];
  format: number;
}

/** How a run is deleted. */
export interface IDeleteQuery {
  stop?: boolean;
}

/** What a deletion gave back. */
export interface IDeleted {
  /** Bytes. */
  freed: number;
}

/** A version that is to be served. What is left out is as in the stable revision. */
export interface IDeploy {
  /** `NAME`, `NAME@alias`, `NAME:version`. */
  model: string;
  /** The model's name if it is empty. */
  endpoint: string;
  /** As people type it: `2`, `1..4`. */
  replicas: string;
  /** Percent of the traffic, 1 to 99; None replaces the stable revision. */
  canary: number | null;
  /** Whether it gets copies of requests only. */
  shadow: boolean;
  cpus: number | null;
  /** As people type it: `500MB`. */
  memory: string;
  gpus: number | null;
  port: number | null;
  /** `accuracy >= stable`. */
  promote_if: string;
  /** `errors > 1%`. */
  rollback_if: string;
  /** Whether it is only looked at: nothing is started, and the answer is what it would be. */
  check: boolean;
}

/** An endpoint after a revision has got its traffic; or how it would be. */
export interface IDeployed {
  /** None if it was only looked at. */
  row: IEndpointRow | null;
  /** What is worth knowing. */
  sentences: string[];
  /** The line that does the same in a notebook. */
  command: string;
}

/** One thing that is not the same in both runs. */
export interface IDifference {
  name: string;
  /** What the first has; None if it does not have it. */
  a: boolean | number | string | null;
  /** What the second has. */
  b: boolean | number | string | null;
  /** `b - a` where both are numbers. */
  delta: WireNumber | null;
}

/** What differs between two runs, which are `a` and `b`. */
export interface IDifferences {
  a: IRunRow;
  b: IRunRow;
  parameters: IDifference[];
  /** How they were asked for: workers, resources, kind, ... */
  options: IDifference[];
  /** The last value of each metric that both, or one of them, have; the same ones too. */
  metrics: IDifference[];
  /** What is not the same of cell, notebook functions and local modules. */
  code: ICodeChange[];
  /** Captured values that are not the same, by what they are and how large; a digest where there is one. */
  values: IDifference[];
  /** Interpreter, packages, host. */
  environment: IDifference[];
  /** Commit, branch, whether files were changed. */
  git: IDifference[];
  /** Captured tables and arrays: rows, columns that came and went, or whose content changed. */
  data: IDifference[];
  same: ISame;
  /** One sentence for each thing that could not be compared. */
  notes: string[];
  /** What made the difference, as far as it can be told, in one sentence. */
  sentence: string;
}

/** Which two runs, by id. */
export interface IDifferencesQuery {
  a: string;
  b: string;
}

/** A held-out row that stable and canary answer differently. The answers are JSON. */
export interface IDifferingRow {
  row: number;
  true: unknown;
  stable: unknown;
  canary: unknown;
}

/** What one parameter may be: a range, or one of some options. */
export interface IDimension {
  /** The parameter. */
  name: string;
  /** The smallest value of a range. */
  low: number | null;
  /** The largest value of a range, which may be reached. */
  high: number | null;
  /** Whether a factor counts, not a difference. */
  log: boolean;
  /** The distance between two values, counted from `low`; None where every value is allowed. */
  step: number | null;
  /** Whether all values are whole numbers. */
  whole: boolean;
  /** What may be chosen where it is no range, in the order given. */
  options: (boolean | number | string | null)[];
}

/** Rich output of one rank, in the order in which it was made. */
export interface IDisplayed {
  attempt: number;
  rank: number;
  items: IShown[];
}

/** Whether the input of an endpoint looks like the training data. */
export interface IDrift {
  /** Whose profile it is held against. */
  revision: number;
  /** What the profile was made from. */
  source: string;
  /** How many rows of requests were looked at. */
  rows: number;
  /** The time of the first of them. */
  since: number;
  /** Those that moved most first. */
  columns: IDriftColumn[];
  /** `"`petal_width` has moved: …"`; or why nothing can be said. */
  sentence: string;
}

/** One input column: then and now. */
export interface IDriftColumn {
  name: string;
  /** Population stability index over the bins of the training data's profile; None with too few rows. */
  psi: number | null;
  /** `steady` (under 0.1), `moving` (under 0.2), `moved`, or `few` rows to tell. */
  verdict: 'few' | 'moved' | 'moving' | 'steady';
  /** Share of each bin in the training data, missing values last. */
  then: number[];
  /** Share of each bin in the requests. */
  now: number[];
}

/** The end of a log. */
export interface IEndpointLog {
  source: string;
  text: string;
  /** What other logs there are. */
  sources: string[];
}

/** Which log, and how much of its end. */
export interface IEndpointLogQuery {
  source?: string;
  most?: number;
}

/** A page of endpoints. */
export interface IEndpointPage {
  endpoints: IEndpointRow[];
  /** How many there are on all pages. */
  total: number;
  /** How many there would be of each state if no `state` were asked for. */
  states: Record<string, number>;
  /** With `seq`, how new the page is at least; events go on from there. */
  generation: string;
  seq: number;
}

/** An endpoint as lists show it: one row of the index, derived from its folder alone. */
export interface IEndpointRow {
  /** Its name: there is one endpoint of a name. */
  id: string;
  name: string;
  state: State;
  why: string;
  platform: string;
  /** Of the stable revision. */
  model: string;
  /** Of the stable revision. */
  version: number;
  stable: number;
  canary: number;
  percent: number;
  shadow: number;
  /** How many replicas answer. */
  ready: number;
  /** How many should. */
  wanted: number;
  up: boolean;
  /** Requests a second over the last minute. */
  rate: number;
  /** Milliseconds over the last minutes with requests; None if there were none. */
  p95: number | null;
  /** Share of requests that failed over the last minutes, 0 to 1; None if there were none. */
  errors: number | null;
  /** Names of input columns that have moved. */
  drifting: string[];
  /** Requests a second over the last 40 looks: enough for a sparkline. */
  recent: number[];
  /** Those that have a role, or are being started. */
  revisions: IRevisionRow[];
  port: number;
  leg: number;
  created: number;
  started: number | null;
  ended: number | null;
  host: string;
  notebook: string;
  note: string;
  tags: string[];
  archived: boolean;
  broken: string;
}

/** An endpoint as its card and its page show it. */
export interface IEndpointSnapshot {
  row: IEndpointRow;
  /** All that are kept, the latest first. */
  revisions: IRevisionFact[];
  /** One for each revision that has answered, or has a role. */
  stats: IRevisionStats[];
  drift: IDrift | null;
  scoreboard: IScoreboard | null;
  /** The held-out data that is stored with it, in words; empty if there is none. */
  judged: string;
  gates: IGates;
  /** The latest first, at most 200. */
  rollouts: IRollout[];
  /** The first rows of the stable version's input example, as in `VersionSnapshot`. */
  example: unknown[];
  lineage: ILineage;
  /** How it is reached from this machine: a Unix socket's path. */
  address: string;
  /** With its port, if it has one; empty if not. */
  url: string;
  notes: string[];
  /** The notebook variable that carries it; empty if it is the one that the name gives. */
  variable: string;
  /** Whether the cell that asked no longer waits. */
  detached: boolean;
  /** A sentence if nobody here can say how it stands; `notes` has it too. */
  elsewhere: string;
  home: string;
  prompt: number;
}

/** Which endpoints, in which order, and which page. */
export interface IEndpointsQuery {
  where?: string;
  state?: State[];
  sort?: string;
  descending?: boolean;
  limit?: number;
  offset?: number;
  archived?: 'both' | 'no' | 'only';
}

/** What the ranks ran in; empty until they have started. */
export interface IEnvironment {
  environment: Record<string, unknown>;
}

/** What every answer but a good one says. */
export interface IFailure {
  /** A stable word, such as `not_found`. */
  code: string;
  /** One sentence for people. */
  message: string;
}

/** One column of a table, or one tensor. */
export interface IField {
  /** As the training data calls it. */
  name: string;
  /** Of the Open Inference Protocol; `BYTES` is text. */
  type: 'BOOL' | 'BYTES' | 'FP16' | 'FP32' | 'FP64' | 'INT16' | 'INT32' | 'INT64' | 'INT8' | 'UINT16' | 'UINT32' | 'UINT64' | 'UINT8';
  /** Of one row: empty for a number, `[64]` for a vector; -1 is any length. */
  shape: number[];
  /** Whether a value may be missing: it was in the training data. */
  optional: boolean;
}

/** A file below `out_dir`. */
export interface IFileEntry {
  /** Below the folder, with `/`. */
  path: string;
  /** Bytes. */
  size: number;
  /** Seconds since the epoch. */
  modified: number;
}

/** The files that the cell put into `out_dir`. */
export interface IFiles {
  files: IFileEntry[];
  /** How many entries cannot be had: links, sockets, names that are no text, or too many. */
  left_out: number;
}

/** A table or an array of one run: two with the same `digest` hold the same. */
export interface IFingerprint {
  /** The variable. */
  name: string;
  /** What it is, in words: `DataFrame`, `array`. */
  what: string;
  /** How many there are. */
  rows: number;
  /** Hexadecimal; of names and types alone. */
  schema: string;
  /** Hexadecimal; of schema and content. */
  digest: string;
  /** Of an array; empty for a table. */
  shape: number[];
  /** Of a table; empty for an array. */
  columns: ITableColumn[];
  /** How many rows the digest was made from; 0 if from all. */
  sampled: number;
  /** Bytes in memory. */
  size: number;
  /** Path from the variable to what is meant where the variable only holds it, such as `[0]` or `.data`. */
  part: string;
}

/** What an endpoint does by itself, as people typed it; empty is nothing. */
export interface IGates {
  /** `accuracy >= stable`; conditions are joined by `and`. */
  promote: string;
  /** `errors > 1%`. */
  rollback: string;
}

/** What the endpoint is to do by itself; empty is nothing. */
export interface IGatesChange {
  promote_if: string;
  rollback_if: string;
}

/** A home as `%mlops` shows it. */
export interface IHomeSummary {
  /** Where it is. */
  path: string;
  id: string;
  parts: IPart[];
  /** Bytes that are free on its disk; None if unknown. */
  free: number | null;
  /** How many runs stand where. */
  states: Record<string, number>;
  /** How many folders cannot be read. */
  broken: number;
  /** How many runs may go at once; None if unknown. */
  slots: number | null;
  /** How many of the slots are taken. */
  taken: number;
  settings: ISetting[];
  platforms: string[];
  /** Sentences that are worth showing, such as why changes are noticed late. */
  notes: string[];
}

/** All ranks have been silent and idle for so long that somebody should look; empty `stacks`: they go on again. */
export interface IHung {
  type: 'hung';
  time: number;
  attempt: number;
  /** For how long. */
  seconds: number;
  /** Where each rank is. */
  stacks: IRankStack[];
}

/** What a search has learnt about which parameters matter for one objective. */
export interface IImportance {
  metric: string;
  /** Who says so: `fANOVA`, `PED-ANOVA`. */
  evaluator: string;
  /** From how many trials. */
  trials: number;
  /** Share of each parameter in the variance explained, the largest first; they sum to 1. */
  shares: Record<string, number>;
}

/** One name that the cell uses. */
export interface IItem {
  /** The variable. */
  name: string;
  /** What it is, in words: `list of 3`. */
  what: string;
  /** As a `value`, by `name` (a module that the rank imports), or as `source`. */
  travels: 'name' | 'source' | 'value';
  /** Bytes that it adds to the bundle. */
  size: number;
  /** The function that needs it; empty if the cell itself does. */
  user: string;
  /** Whether it is, or holds, a table or an array: these get a fingerprint while the run goes. */
  table: boolean;
}

/** A name that the cell may read but that cannot travel; the cell makes it itself on the usual path. */
export interface ILeftBehind {
  name: string;
  why: string;
}

/** Where a run is cut short. */
export interface ILimits {
  /** Seconds from the first start to the end; None is no limit. */
  timeout: number | null;
  /** How often what failed is started again: the attempt, or, with `restart`, the pod alone. */
  retries: number;
  /** Which pods are started again alone, as the operators' `restartPolicy` has it: `never`; `on-failure`; `exit-code`: only those that ended with a code from 128 on. */
  restart: 'exit-code' | 'never' | 'on-failure';
  /** Bytes of all logs of a run. */
  log: number;
  /** What happens at `log`: `cut` drops the middle, `stop` ends the run. */
  full: string;
  /** Seconds after which a run whose ranks are all silent and idle is said to hang; 0 is never. */
  hang: number;
}

/** A chain in the order in which things came from each other: data, code, sweep, run, version, revision. */
export interface ILineage {
  links: ILink[];
}

/** How many of the last lines of all ranks. */
export interface ILinesQuery {
  attempt?: number | null;
  most?: number;
}

/** One thing of a chain. */
export interface ILink {
  /** `data`, `code` (a cell), `run`, `sweep`, `version`, `revision`. */
  kind: 'code' | 'data' | 'revision' | 'run' | 'sweep' | 'version';
  /** What opens it: the id of a run or a sweep, `NAME:3` of a version, `ENDPOINT/r3` of a revision, the digest of data, the hash of a cell. */
  id: string;
  /** What people call it: `digits`, `digits v4`, `digits.ipynb, cell 4`. */
  title: string;
  /** Short lines below it: `1,437 rows, 64 columns`, `lr=0.1`. */
  details: string[];
  /** Whether it is what was asked about. */
  here: boolean;
  /** Whether it was deleted since. */
  gone: boolean;
}

/** One line of a rank's log, as a terminal would show it. */
export interface ILogLine {
  rank: number;
  /** When it was printed, in seconds since the epoch: to about a second where the rank reports nothing. */
  time: number;
  /** Colour sequences kept, records left out. */
  text: string;
}

/** The last lines of all ranks, in the order of time. */
export interface ILogLines {
  attempt: number;
  lines: ILogLine[];
  /** Whether there are lines before. */
  cut: boolean;
  /** Whether nothing will follow. */
  ended: boolean;
  /** The run's last attempt, which may be another one by now. */
  latest: number;
}

/** Some bytes of one rank's log. */
export interface ILogPart {
  rank: number;
  attempt: number;
  /** The offset of the first byte; it is never inside a character, a colour sequence or a record. */
  start: number;
  /** The offset after the last byte, to ask for next; parts that are asked for so make up the whole log. */
  end: number;
  /** Bytes that the log has now. */
  size: number;
  /** What was printed, control sequences kept, records left out. */
  text: string;
  /** Colour sequences in force at `start`. */
  style: string;
  /** Bytes that were cut out right before `start`. */
  missing: number;
  /** Whether nothing will follow at `end`. */
  ended: boolean;
  /** The run's last attempt, which may be another one by now. */
  latest: number;
}

/** Which part of which log. */
export interface ILogQuery {
  rank?: number;
  attempt?: number | null;
  offset?: number;
  limit?: number;
  wait?: number;
}

/** A name that the cell left behind: what `--keep` could bring back, or did. */
export interface IMade {
  /** The variable. */
  name: string;
  /** Name of its class. */
  type: string;
  /** Bytes of the stored value; None where it was not kept. */
  size: number | null;
  /** Why it could not be kept; empty if it could or was not asked for. */
  why: string;
}

/** Where a log holds what was searched for. */
export interface IMatch {
  /** Where the match begins. */
  offset: number;
  /** Where its line begins; a log part from there shows it. */
  line: number;
  /** The line, cut to what is near the match, without control sequences. */
  text: string;
}

/** What a search has found. */
export interface IMatches {
  matches: IMatch[];
  /** Up to where was searched; go on from there. */
  end: number;
  /** Bytes that the log had. */
  size: number;
  /** Whether all of the log was searched. */
  done: boolean;
}

/** One row of a scoreboard. */
export interface IMeasure {
  /** `accuracy`, `p50`, `p95`, `errors`, `answers that differ`. */
  name: string;
  stable: WireNumber | null;
  canary: WireNumber | null;
  /** `ms`, `share`, or empty. */
  unit: string;
  /** Which way is better; empty where that makes no sense. */
  better: '' | 'high' | 'low';
  /** What it is held against, in words: `at least r3`; empty if nothing. */
  gate: string;
  /** Whether it is; None where nothing is asked. */
  passed: boolean | null;
}

/** What is kept per metric of rank 0 in the last attempt. */
export interface IMetricSummary {
  last: WireNumber;
  /** Where `last` was reported. */
  step: number;
  /** The smallest value that is a number; NaN where none is. */
  min: WireNumber;
  min_step: number;
  max: WireNumber;
  max_step: number;
  /** How many points there are. */
  count: number;
  /** What the steps count: `step`, `epoch`, ... */
  axis: string;
  /** A few finite values, first to last, evenly chosen: enough for a sparkline. */
  recent: number[];
}

/** What one rank reported, in sum. */
export interface IMetrics {
  attempt: number;
  metrics: Record<string, IMetricSummary>;
  /** Which ranks reported each metric. */
  ranks: Record<string, number[]>;
}

/** A page of models. */
export interface IModelPage {
  models: IModelRow[];
  /** How many there are on all pages. */
  total: number;
  /** With `seq`, how new the page is at least; events go on from there. */
  generation: string;
  seq: number;
}

/** A model as lists show it: one row of the index, derived from its folder alone. */
export interface IModelRow {
  /** Its name: there is one model of a name. */
  id: string;
  name: string;
  /** How many there are. */
  versions: number;
  /** The highest version; 0 if all are gone. */
  latest: number;
  /** Where the alias points; 0 if there is none. */
  champion: number;
  flavor: string;
  aliases: Record<string, number>;
  /** Of the champion, else of the latest version. */
  metrics: Record<string, WireNumber>;
  /** Versions as the panel shows them below the model, the latest first, at most 20. */
  recent: IVersionRow[];
  size: number;
  created: number;
  updated: number;
  platform: string;
  /** Always `succeeded`: nothing goes on in a model. */
  state: State;
  note: string;
  tags: string[];
  archived: boolean;
  broken: string;
}

/** A model as its page shows it. */
export interface IModelSnapshot {
  row: IModelRow;
  /** All, the latest first. */
  versions: IVersionRow[];
  /** Where aliases pointed, the latest first. */
  history: IAliasMoved[];
  /** Id of the home that holds it. */
  home: string;
}

/** Which models, in which order, and which page. */
export interface IModelsQuery {
  where?: string;
  sort?: string;
  descending?: boolean;
  limit?: number;
  offset?: number;
  archived?: 'both' | 'no' | 'only';
}

/** How a sweep goes on. */
export interface IMoreTrials {
  /** How many more; 0 finishes those that are still wanted. */
  trials: number;
}

/** A metric, and which way is better. */
export interface IObjective {
  metric: string;
  direction: 'maximize' | 'minimize';
  /** Whether the direction was told by the metric's name. */
  guessed: boolean;
}

/** Who asked for a run, and from where. */
export interface IOrigin {
  /** Login name. */
  user: string;
  /** Name of the machine. */
  host: string;
  /** The machine's id, which survives a restart. */
  machine: string;
  /** The boot's id, which does not. */
  boot: string;
  /** The process that submitted. */
  pid: number;
  /** Path of the notebook, if it is known. */
  notebook: string;
  /** Id of the notebook's cell, if it is known. */
  cell: string;
  /** The number in the cell's `[n]`; 0 if there is none. */
  prompt: number;
  /** Whether the machine is a pod of a hub, with which everything on it ends. */
  pod: boolean;
}

/** One metric of several runs, by run; runs without it are left out. */
export interface IOverlay {
  series: Record<string, ISeries>;
  /** When each run reached the first line of its cell, in seconds since the epoch. */
  starts: Record<string, number>;
}

/** Which metric of which runs. */
export interface IOverlayQuery {
  run: string[];
  metric: string;
  most?: number;
}

/** The parameters of a run's cell with the values that it ran with: what a search may change. */
export interface IParameters {
  parameters: Record<string, boolean | number | string | null>;
}

/** One kind of thing in a home and the disk it takes. */
export interface IPart {
  /** What it is, as people say it: `runs`, `captured data`, `index`. */
  name: string;
  /** Bytes. */
  size: number;
  /** How many there are; None where nobody counts. */
  count: number | null;
}

/** Points of several metrics; those that nobody has reported are left out. */
export interface IPoints {
  attempt: number;
  rank: number;
  series: Record<string, ISeries>;
}

/** Which slices of time. */
export interface IPointsOfQuery {
  seconds?: number;
  most?: number;
}

/** Which points. */
export interface IPointsQuery {
  name: string[];
  rank?: number;
  attempt?: number | null;
  since?: number;
  most?: number;
  low?: number;
  high?: number;
}

/** Where it listens besides: a loopback port; 0 closes it. */
export interface IPortChange {
  port: number;
}

/** Which processes were asked for, beside the kind and the workers of the row. See `RunSpec`. */
export interface IProcesses {
  slots: number;
  ps: number;
  evaluator: boolean;
  servers: number;
  chief: boolean;
}

/** `profile.json`: the training input of a version. */
export interface IProfile {
  rows: number;
  columns: IColumnProfile[];
  /** What it was made from, in words: `X_train, 1,437 rows`. */
  source: string;
}

/** How far rank 0 says it is. */
export interface IProgress {
  /** How many of `total` are done. */
  done: number;
  /** None where no end is known. */
  total: number | null;
  /** `epoch`, `step` or what the bar counts; may be empty. */
  unit: string;
  /** What the bar says, without control codes. */
  text: string;
}

/** Where a rank is. */
export interface IRankStack {
  rank: number;
  /** The stacks of all its threads, the most recent call first, without frames of ours. */
  text: string;
  /** One-based line of the cell that it is at; 0 if no thread is in the cell. */
  line: number;
}

/** One rank of the last attempt. */
export interface IRankStatus {
  rank: number;
  role: string;
  /** Number of its pod in its role, from 0. */
  index: number;
  /** How often its pod was started again in this attempt. */
  restarts: number;
  pid: number;
  started: number | null;
  ended: number | null;
  code: number | null;
  signal: number | null;
  why: string;
  peak: number;
}

/** What one rank and all that it started used when it was last sampled. */
export interface IRankUsage {
  rank: number;
  /** Percent of one core; None where it was not sampled. */
  cpu: number | null;
  /** Bytes; None where it was not sampled. */
  memory: number | null;
  /** Steps a second, over the last minute; None where it reports none. */
  rate: number | null;
}

/** What a run was given by its notebook: `bundle/receipt.json`. */
export interface IReceipt {
  items: IItem[];
  /** Bytes of all values. */
  size: number;
  /** What stays in the notebook. */
  left: ILeftBehind[];
  /** Sentences about functions, classes and modules that are not what the notebook now says. */
  stale: string[];
  /** Names whose name or value looks like a secret; never the value. */
  secrets: string[];
  /** Files of local modules, relative to `bundle/sources`. */
  sources: string[];
  /** Sentences about lines that were skipped and the like. */
  notes: string[];
  format: number;
}

/** What is to become a version: the kept model of a run, or of a sweep's best trial. */
export interface IRegister {
  /** Id of a run; empty if a sweep is meant. */
  run: string;
  /** Id of a sweep. */
  sweep: string;
  /** The model's; that of the run or sweep if it is empty. */
  name: string;
  /** Name of the kept value; may be empty where there is but one that can be registered. */
  value: string;
  /** Alias that is to point at it; empty is none. */
  alias: string;
  /** Name of the captured table that the profile is made from; told by the signature if it is empty. */
  data: string;
  /** Whether it is only looked at: what could be registered under which name. */
  check: boolean;
}

/** A version that was registered, or that could be. */
export interface IRegisteredVersion {
  /** The version; None if it was only looked at. */
  row: IVersionRow | null;
  /** Names of the kept values that may be registered, the likeliest first. */
  values: string[];
  /** Names of captured tables. */
  tables: string[];
  /** What is worth knowing. */
  sentences: string[];
  /** The line that does the same in a notebook. */
  command: string;
}

/** The latest requests that are remembered, the latest first. */
export interface IRemembered {
  samples: ISample[];
}

/** One replica as its keeper knows it. */
export interface IReplicaFact {
  revision: number;
  replica: number;
  pid: number;
  ticks: number;
  state: 'ended' | 'ending' | 'ready' | 'starting';
  since: number;
  /** How often it was started anew because it had ended by itself. */
  restarts: number;
  /** Bytes, as they were sampled last; 0 if they were not yet. */
  memory: number;
  why: string;
}

/** What each rank may use. */
export interface IResources {
  /** Cores, whole or a fraction; None is no limit. */
  cpus: number | null;
  /** Bytes; None is no limit. */
  memory: number | null;
  /** Devices. */
  gpus: number;
}

/** One revision: what was asked for, and how it stands. */
export interface IRevisionFact {
  spec: IRevisionSpec;
  state: 'failed' | 'idle' | 'ready' | 'starting';
  why: string;
  /** `stable`, `canary`, `shadow`; `kept` if it has no traffic. */
  role: 'canary' | 'kept' | 'shadow' | 'stable';
  /** Of the traffic. */
  percent: number;
  least: number;
  most: number;
  wanted: number;
  /** When it got the role that it has. */
  since: number;
  /** Seconds from its start until it was ready. */
  took: number | null;
  replicas: IReplicaFact[];
}

/** A revision as lists show it, without what only its page needs. */
export interface IRevisionRow {
  revision: number;
  model: string;
  version: number;
  state: 'failed' | 'idle' | 'ready' | 'starting';
  why: string;
  role: 'canary' | 'kept' | 'shadow' | 'stable';
  percent: number;
  ready: number;
  wanted: number;
  since: number;
}

/** What is served: `revisions/<n>/spec.json`, written once before the keeper is asked to start it. */
export interface IRevisionSpec {
  endpoint: string;
  /** Its number, from 1; numbers are never given twice. */
  revision: number;
  created: number;
  model: string;
  version: number;
  flavor: string;
  /** Where the version's files are. */
  folder: string;
  /** The version's, which is checked before a replica starts. */
  digest: string;
  /** Interpreter of its replicas. */
  python: string;
  /** What that interpreter finds modules by, besides its own; empty is nothing. */
  path: string[];
  /** How many replicas there are at least. */
  least: number;
  /** How many there may be; equal to `least` if nothing is scaled. */
  most: number;
  /** Threads that libraries may use in each replica; 0 is not limited. */
  cpus: number;
  /** Bytes of a replica at most; 0 is not limited. */
  memory: number;
  /** How many devices each replica has. */
  gpus: number;
  /** Whether a request without an answer's first byte may be sent to another replica. */
  resend: boolean;
  signature: ISignature | null;
  methods?: string[];
  environment: Record<string, string>;
  origin: IOrigin;
  /** The line that asked for it. */
  command: string;
  format: number;
}

/** What a revision's requests were like. */
export interface IRevisionStats {
  revision: number;
  /** Since its first one; with `errors`, never falls. */
  requests: number;
  /** Those that were answered with 5xx, or not at all. What the caller did wrong (4xx) is in `refused`. */
  errors: number;
  refused: number;
  /** A second, over the last minute. */
  rate: number;
  /** Milliseconds, over the last five minutes with requests, measured by the router; None if there were none. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
  /** Of the histogram: how many requests took at most `BUCKETS` milliseconds, not cumulated; one more for those over the last. */
  buckets: number[];
  in_flight: number;
  /** Bytes of all its replicas. */
  memory: number;
}

/** Where to go back to. */
export interface IRollback {
  /** A kept revision; 0 drops the canary, or goes back to the stable revision before. */
  to: number;
}

/** One line of what happened to an endpoint's traffic. */
export interface IRollout {
  time: number;
  /** One sentence: `canary r4 to 10 %`, `r4 ready after 1.3 s, digits v4`. */
  text: string;
  who: string;
  /** How it is shown. */
  tone: '' | 'bad' | 'good';
}

/** What people write about a run; what is left out stays as it is. */
export interface IRunChange {
  note?: string;
  tags?: string[];
  archived?: boolean;
}

/** All that is known of a run but what it made. */
export interface IRunDetail {
  row: IRunRow;
  status: IRunStatus;
  /** What was asked for, without the values of its environment's variables. */
  spec: IRunSpec;
  /** Where it stands in line, in one sentence; empty if it does not wait. */
  place: string;
  /** A sentence if nobody here can say how it stands. */
  elsewhere: string;
  /** Those that have logs. */
  attempts: number[];
  /** Id of the home that holds it. */
  home: string;
}

/** A page of runs. */
export interface IRunPage {
  runs: IRunRow[];
  /** How many there are on all pages. */
  total: number;
  /** How many there would be of each state if no `state` were asked for; a state without runs is left out. */
  states: Record<string, number>;
  /** With `seq`, how new the page is at least; events go on from there. */
  generation: string;
  seq: number;
}

/** A run as lists show it: one row of the index, derived from the folder alone. */
export interface IRunRow {
  id: string;
  name: string;
  state: State;
  why: string;
  kind: string;
  platform: string;
  workers: number;
  /** Those that were set, then what the cell logged of itself under other names. */
  params: Record<string, boolean | number | string | null>;
  created: number;
  started: number | null;
  ended: number | null;
  attempt: number;
  metrics: Record<string, IMetricSummary>;
  progress: IProgress | null;
  failed_rank: number | null;
  host: string;
  notebook: string;
  sweep: string;
  trial: number | null;
  retry_of: string;
  note: string;
  tags: string[];
  archived: boolean;
  /** Why the folder cannot be read; empty if it can. */
  broken: string;
}

/** A run as its card shows it: the row, and what only the card needs. */
export interface IRunSnapshot {
  row: IRunRow;
  /** Those of the last attempt; before the first, those that are to come. */
  ranks: IRankStatus[];
  error: ICellError | null;
  made: IMade[];
  notes: string[];
  keep: string[];
  /** The last lines of the log, folded as a terminal would, colour sequences kept: (rank, text). */
  log: [number, string][];
  curves: Record<string, [number, number][]>;
  /** Step, least and greatest value over all ranks, of those curves that a card draws. */
  bands: Record<string, [number, number, number][]>;
  /** One line of the receipt, such as `Net, loader (12 kB)`. */
  captured: string;
  /** The cell as it ran. */
  code: string;
  prompt: number;
  /** Id of the home that holds the run. */
  home: string;
  /** Whether the cell that submitted no longer waits. */
  detached: boolean;
  /** SHA-256 of the cell as it ran. */
  code_hash: string;
  /** The notebook variable that carries the run; empty if it is the one that the name gives. */
  variable: string;
  /** Place in the queue of a run that waits, from 1; 0 if unknown. */
  place: number;
  /** What ranks use now, where it was sampled. */
  usage: IRankUsage[];
  resources: IResources;
  limits: ILimits;
  /** A sentence if nobody here can say how it stands; `notes` has it too. */
  elsewhere: string;
  /** One-based line of the cell at which a signal killed the rank that failed first; 0 if unknown. */
  line: number;
  /** Whether the ranks came from a template; None while it is not known. */
  warm: boolean | null;
  /** Why they did not, in one sentence. */
  cold: string;
  /** Where the ranks are, if all of them are silent and idle. */
  hung: IHung | null;
  /** The rank that is slower than the others. */
  straggler: IStraggling | null;
  /** Which processes were asked for. */
  processes: IProcesses;
  /** The command that installs what it failed for the lack of, into its interpreter; empty if nothing. */
  install: string;
}

/** What was asked for: `spec.json`, written once by the submitter. */
export interface IRunSpec {
  /** Readable and sortable. */
  id: string;
  /** A label; runs may share one. */
  name: string;
  /** SHA-256 of the cell as it runs. */
  code_hash: string;
  /** Seconds since the epoch. */
  created: number;
  /** Interpreter of the ranks. */
  python: string;
  /** Working directory of the ranks. */
  cwd: string;
  /** What its processes are: one of `domain.kinds.KINDS`. */
  kind: string;
  platform: string;
  /** Pods that train. */
  workers: number;
  /** Processes in each of them. */
  slots: number;
  /** Parameter servers. */
  ps: number;
  /** Whether there is an evaluator. */
  evaluator: boolean;
  /** Servers of an mxnet run. */
  servers: number;
  /** Whether the first worker of a tensorflow run is a Chief. */
  chief: boolean;
  /** Whether its ranks are to be started without a template. */
  cold: boolean;
  /** Modules of packages that its cell imports, which a template may have imported. */
  imports: string[];
  /** Every parameter of the cell that was set on the magic's line. */
  params: Record<string, boolean | number | string | null>;
  /** Environment of the ranks, less suspicious values. */
  env: Record<string, string>;
  /** Names of the variables whose values are not written down. */
  withheld: string[];
  resources: IResources;
  limits: ILimits;
  /** Names whose values come back. */
  keep: string[];
  origin: IOrigin;
  /** Id of the run that this one repeats; empty if none. */
  retry_of: string;
  /** Id of the sweep whose trial this is; empty if none. */
  sweep: string;
  /** Number of the trial within its sweep. */
  trial: number | null;
  /** Parameters of the cell that may say how far it means to go, such as `epochs`. */
  plan: Record<string, boolean | number | string | null>;
  format: number;
}

/** What the events of a run come to. */
export interface IRunStatus {
  state: State;
  why: string;
  attempt: number;
  /** When the first rank reached the first line of the cell, in the last attempt. */
  started: number | null;
  ended: number | null;
  /** How many keepers have taken the run. */
  launches: number;
  /** The rank that failed first; None if none did. */
  failed_rank: number | null;
  ranks: IRankStatus[];
  /** What left the cell in the rank that failed first; while that is not known, in whichever rank. */
  error: ICellError | null;
  /** What left the cell, by rank, as long as the run is not finished. */
  errors: Record<string, ICellError>;
  made: IMade[];
  /** Parameters that the cell itself named in the last attempt, as with MLflow's `log_params`. */
  logged: Record<string, boolean | number | string | null>;
  /** What the cell said of itself there, as with MLflow's `set_tag`. */
  tags: Record<string, boolean | number | string | null>;
  notes: string[];
  /** Whether the ranks came from a template; None while it is not known. */
  warm: boolean | null;
  /** Why they did not, in one sentence; empty if they did, or if nobody would expect it. */
  cold: string;
  /** What was found when all ranks were silent and idle; None if they go on. */
  hung: IHung | null;
  /** The rank that is slower than the others; None if none is. */
  straggler: IStraggling | null;
}

/** Which runs, in which order, and which page. */
export interface IRunsQuery {
  where?: string;
  state?: State[];
  sort?: string;
  descending?: boolean;
  limit?: number;
  offset?: number;
  archived?: 'both' | 'no' | 'only';
  sweep?: string;
  trials?: boolean;
}

/** How much is the same. */
export interface ISame {
  parameters: number;
  values: number;
  packages: number;
  datasets: number;
}

/** One of the requests that are remembered. */
export interface ISample {
  time: number;
  revision: number;
  milliseconds: number;
  /** Of the answer; 0 if there was none. */
  status: number;
  /** The first kilobytes of its text; a note where it is binary. */
  request: string;
  answer: string;
}

/** What the ranks used. */
export interface ISamples {
  attempt: number;
  ranks: IUsage[];
}

/** Which samples. */
export interface ISamplesQuery {
  rank?: number | null;
  attempt?: number | null;
  since?: number;
  most?: number;
}

/** How many replicas. */
export interface IScale {
  /** As people type it: `2`, `1..4`. */
  replicas: string;
  /** 0 is the stable one. */
  revision: number;
}

/** `scoreboard.json`: stable and canary over the same held-out rows, and over live requests. */
export interface IScoreboard {
  time: number;
  stable: number;
  /** 0 if there was none, and only the stable revision was measured. */
  canary: number;
  metric: string;
  /** How many held-out rows were replayed. */
  rows: number;
  data: string;
  measures: IMeasure[];
  /** How many rows the two answer differently. */
  differing: number;
  /** At most 100 of those rows: their number, what is true, and both answers. */
  differences: IDifferingRow[];
  verdict: '' | 'bad' | 'good';
  /** What follows: `All 4 gates pass: r4 is better by 0.009 and as fast. It is safe to promote.` */
  sentence: string;
}

/** What is searched for in which log. */
export interface ISearchQuery {
  text: string;
  rank?: number;
  attempt?: number | null;
  offset?: number;
  limit?: number;
  case?: boolean;
}

/** Points of one metric, column by column. */
export interface ISeries {
  /** What the steps count. */
  axis: string;
  /** One for each value. */
  steps: number[];
  /** Numbers; `"NaN"`, `"Infinity"` and `"-Infinity"` where they are not finite. */
  values: WireNumber[];
  /** Seconds since the epoch. */
  times: number[];
  /** The number of points that there are; `since` of the next question. */
  next: number;
  /** Whether points were left out; no peak and no trough was. */
  thinned: boolean;
}

/** One setting as it counts now. */
export interface ISetting {
  name: string;
  value: boolean | number | string | null;
  /** The value as people say it: `1 GB`; empty if it is the value itself. */
  shown: string;
  /** Whether nobody has set it. */
  is_default: boolean;
  /** What it does, in a few words. */
  about: string;
}

/** One rich output of a rank. */
export interface IShown {
  /** Content by MIME type. */
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  /** The display id by which the cell updates it; None if it has none. */
  id: string | null;
  time: number;
  /** Where it stands among the rank's outputs. */
  place: string;
}

/** Inputs and outputs of a model. */
export interface ISignature {
  /** A `table` has named columns, each a field; else each field is a `tensor` whose first dimension, the rows, is left out. */
  kind: 'table' | 'tensor';
  inputs: IField[];
  outputs: IField[];
}

/** What a revision's requests were like over one slice of time. */
export interface IStatPoint {
  /** Its end, in seconds since the epoch. */
  time: number;
  revision: number;
  /** Its length. */
  seconds: number;
  requests: number;
  errors: number;
  refused: number;
  p50: number | null;
  p95: number | null;
  in_flight: number;
  memory: number;
}

/** Slices of time, oldest first, of all revisions. */
export interface IStatPoints {
  points: IStatPoint[];
}

/** Where a run stands. Equal to the plain word: `run.state == "failed"`. */
export type State = 'failed' | 'queued' | 'running' | 'starting' | 'stopped' | 'succeeded';

/** How an endpoint is deleted. */
export interface IStopQuery {
  stop?: boolean;
}

/** One rank is slower than the others; `ratio` 0: none is any more. */
export interface IStraggling {
  type: 'straggler';
  time: number;
  attempt: number;
  rank: number;
  /** How many times longer its steps take than those of the median rank. */
  ratio: number;
}

/** A page of sweeps. */
export interface ISweepPage {
  sweeps: ISweepRow[];
  /** How many there are on all pages. */
  total: number;
  /** How many there would be of each state if no `state` were asked for; a state without any is left out. */
  states: Record<string, number>;
  /** With `seq`, how new the page is at least; events go on from there. */
  generation: string;
  seq: number;
}

/** How much of a sweep. */
export interface ISweepQuery {
  trials?: boolean;
}

/** A sweep as lists show it: one row of the index, derived from the folder alone. */
export interface ISweepRow {
  id: string;
  name: string;
  state: State;
  why: string;
  algorithm: string;
  platform: string;
  kind: string;
  workers: number;
  objectives: IObjective[];
  parallel: number;
  /** How many trials are wanted in all. */
  wanted: number;
  /** How many are not finished. */
  going: number;
  complete: number;
  pruned: number;
  failed: number;
  stopped: number;
  /** Number of the best trial; None with several objectives, or while none is complete. */
  best: number | null;
  best_run: string;
  /** What the best trial reached. */
  best_values: WireNumber[];
  best_params: Record<string, boolean | number | string | null>;
  /** Numbers of the trials that no other one surpasses, with several objectives. */
  front: number[];
  /** What the first complete trial reached, of the first objective. */
  first: WireNumber | null;
  /** Best so far of the first objective, over all trials: enough for a sparkline. */
  recent: number[];
  leg: number;
  created: number;
  started: number | null;
  ended: number | null;
  host: string;
  notebook: string;
  note: string;
  tags: string[];
  archived: boolean;
  /** Why the folder cannot be read; empty if it can. */
  broken: string;
}

/** A sweep as its card and its page show it: the row, and what only they need. */
export interface ISweepSnapshot {
  row: ISweepRow;
  space: IDimension[];
  function: string;
  prune: string;
  seed: number | null;
  stop_at: number | null;
  timeout: number | null;
  base: string;
  base_params: Record<string, boolean | number | string | null>;
  command: string;
  /** All trials, in the order of their numbers; a saved card has the last ones only. */
  trials: ITrialFact[];
  /** One for each objective, where it is known. */
  importance: IImportance[];
  notes: string[];
  /** The cell, before parameters are put in. */
  code: string;
  /** One line of the receipt. */
  captured: string;
  /** The notebook variable that carries the sweep; empty if it is the one that the name gives. */
  variable: string;
  /** Whether the cell that asked for it no longer waits. */
  detached: boolean;
  /** A sentence if nobody here can say how it stands; `notes` has it too. */
  elsewhere: string;
  /** Id of the home that holds it. */
  home: string;
  /** The number in the cell's `[n]`; 0 if there is none. */
  prompt: number;
}

/** Which sweeps, in which order, and which page. */
export interface ISweepsQuery {
  where?: string;
  state?: State[];
  sort?: string;
  descending?: boolean;
  limit?: number;
  offset?: number;
  archived?: 'both' | 'no' | 'only';
}

/** One column of a table. */
export interface ITableColumn {
  name: string;
  /** As its library calls it, such as `int64`. */
  type: string;
  /** Hexadecimal; of the column's values with the rows in any order. */
  digest: string;
}

/** One trial as the search knows it; its run has the rest. */
export interface ITrialFact {
  trial: number;
  /** Id of its run. */
  run: string;
  params: Record<string, boolean | number | string | null>;
  result: '' | 'complete' | 'failed' | 'pruned' | 'stopped';
  values: WireNumber[];
  why: string;
  /** When it was asked for, in seconds since the epoch. */
  asked: number;
  /** When its result was told. */
  told: number | null;
}

/** Trials of a sweep as the search knows them. */
export interface ITrials {
  trials: ITrialFact[];
  /** What to ask with the next time. */
  next: number;
}

/** Which trials of a sweep. */
export interface ITrialsQuery {
  since?: number;
}

/** What was answered. */
export interface ITried {
  revision: number;
  /** By method: one value or list a row. */
  answers: Record<string, unknown>;
  /** As the Jupyter server measured it. */
  milliseconds: number;
}

/** Rows that the endpoint is to answer. */
export interface ITry {
  /** A dict a row for a table, a nested list a row for a tensor. */
  rows: unknown[];
  /** 0 is as traffic goes; else that revision, which must have replicas. */
  revision: number;
  /** `predict`, `predict_proba`; those of the model if it is empty. */
  methods: string[];
}

/** A search that starts from a run: its cell and values as they were. */
export interface ITune {
  /** Its id. */
  run: string;
  /** What each parameter may be, as people type it: `1e-4..1e-1:log`, `2..8`, `relu|tanh`, `5`. */
  space: Record<string, string>;
  /** As people type it: `accuracy`, `loss:minimize`, `accuracy,latency:minimize`. */
  objective: string;
  /** `maximize` or `minimize`; told by the metric's name if it is empty. */
  direction: '' | 'maximize' | 'minimize';
  /** The run's own if it is empty. */
  name: string;
  algorithm: string;
  prune: string;
  trials: number | null;
  parallel: number | null;
  seed: number | null;
  stop_at: number | null;
  /** As people type it: `2h`; empty is no limit. */
  timeout: string;
  /** Whether it is only looked at: nothing is started, and the answer is what it would be. */
  check: boolean;
}

/** A search that was started, or that could be. */
export interface ITuned {
  /** The sweep; None if it was only looked at. */
  row: ISweepRow | null;
  /** What is worth knowing before it starts: the direction that was guessed, how many trials, ... */
  sentences: string[];
  /** The line that does the same in a notebook. */
  command: string;
}

/** What one rank used over time, column by column. */
export interface IUsage {
  rank: number;
  /** Seconds since the epoch. */
  times: number[];
  /** Cores. */
  cpu: number[];
  /** Bytes. */
  memory: number[];
}

/** Where a version is served. */
export interface IUse {
  endpoint: string;
  revision: number;
  /** `stable`, `canary`, `shadow`, or `kept` where it only waits for a roll back. */
  role: string;
  /** Of the traffic. */
  percent: number;
}

/** Whether a version is what it was. */
export interface IVerified {
  sound: boolean;
  /** What was found, in either case. */
  sentence: string;
}

/** What this server is. */
export interface IVersion {
  version: string;
  /** Id of its home. */
  home: string;
  /** Where its home is. */
  path: string;
  /** What does not fit, and how to mend it; empty if all does. */
  sentence: string;
}

/** One file of a version, in `checksums.json`. */
export interface IVersionFile {
  /** Below the version's folder. */
  path: string;
  /** Bytes. */
  size: number;
  /** SHA-256 in hexadecimal. */
  digest: string;
}

/** Who asks. */
export interface IVersionQuery {
  kernel?: string;
  home?: string;
}

/** A version as lists show it. */
export interface IVersionRow {
  model: string;
  version: number;
  created: number;
  flavor: string;
  type: string;
  aliases: string[];
  metrics: Record<string, WireNumber>;
  size: number;
  digest: string;
  run: string;
  run_name: string;
  sweep: string;
  trial: number;
  uses: IUse[];
  note: string;
  tags: string[];
  /** Why it cannot be used; empty if it can. */
  broken: string;
}

/** A version as its card and the model's page show it. */
export interface IVersionSnapshot {
  spec: IVersionSpec;
  /** With its aliases and where it serves. */
  row: IVersionRow;
  /** The version that it is held against: the champion, unless it is that itself; then the one before it. */
  champion: IVersionRow | null;
  profile: IProfile | null;
  files: IVersionFile[];
  /** The first rows of the input example, as the browser fills a form with them: one dict a row for a table, one nested list a row for a tensor. */
  example: unknown[];
  lineage: ILineage;
  model: IModelRow | null;
  /** The notebook variable that carries the model; empty if it is the one that the name gives. */
  variable: string;
  home: string;
  prompt: number;
}

/** `version.json`: what a version is. Written once; the files beside it are listed with their checksums. */
export interface IVersionSpec {
  /** The model's name. */
  model: string;
  /** Its number, from 1; numbers are never given twice. */
  version: number;
  created: number;
  /** How it is stored and loaded: `sklearn`, `xgboost`, `lightgbm`, `pytorch`, `tensorflow`, `onnx`, `python`. */
  flavor: string;
  /** The object's class: `sklearn.pipeline.Pipeline`. */
  type: string;
  /** The interpreter that made it, which replicas use where nothing else is asked. */
  python: string;
  /** Of that interpreter: `3.11.7`. */
  python_version: string;
  /** Of the environment, as pip takes them: `scikit-learn==1.9.1`. */
  requirements: string[];
  signature: ISignature | null;
  /** What a server wants, below the version's folder, by the server: `mlflow`, `sklearn`, `xgboost`, `lightgbm`, `tensorflow`, `onnx`. */
  folders: Record<string, string>;
  /** What can be asked of it, the usual one first: `predict`, `predict_proba`. */
  methods?: string[];
  /** What a classifier tells apart, in the order of its scores. */
  classes: string[];
  /** In words, what the profile was made from, or why there is none. */
  data: string;
  /** Id of the run that made it; empty if the notebook did. */
  run: string;
  /** The run's name, which stays when the run is deleted. */
  run_name: string;
  /** Id of the sweep that the run is a trial of. */
  sweep: string;
  /** Number of the trial. */
  trial: number;
  /** Name of the kept value, or of the notebook's variable. */
  value: string;
  /** Of the run's cell. */
  code_hash: string;
  /** The run's, as they were last. */
  metrics: Record<string, WireNumber>;
  /** The run's. */
  params: Record<string, boolean | number | string | null>;
  /** Fingerprints of what the run had captured. */
  datasets: IFingerprint[];
  /** Bytes of all files. */
  size: number;
  /** Hexadecimal; of all checksums. */
  digest: string;
  /** Sentences that were worth saying when it was registered. */
  notes: string[];
  origin: IOrigin;
  command: string;
  format: number;
}

/** The structs that the server sends, by name. */
export interface Wire {
  AliasChange: IAliasChange;
  AliasMoved: IAliasMoved;
  AtStep: IAtStep;
  Band: IBand;
  Bands: IBands;
  CanaryChange: ICanaryChange;
  CellError: ICellError;
  Change: IChange;
  Code: ICode;
  CodeChange: ICodeChange;
  CodeLine: ICodeLine;
  ColumnProfile: IColumnProfile;
  Compared: ICompared;
  ComparedColumn: IComparedColumn;
  Comparison: IComparison;
  Datasets: IDatasets;
  Deleted: IDeleted;
  Deploy: IDeploy;
  Deployed: IDeployed;
  Difference: IDifference;
  Differences: IDifferences;
  DifferingRow: IDifferingRow;
  Dimension: IDimension;
  Displayed: IDisplayed;
  Drift: IDrift;
  DriftColumn: IDriftColumn;
  EndpointLog: IEndpointLog;
  EndpointPage: IEndpointPage;
  EndpointRow: IEndpointRow;
  EndpointSnapshot: IEndpointSnapshot;
  Environment: IEnvironment;
  Failure: IFailure;
  Field: IField;
  FileEntry: IFileEntry;
  Files: IFiles;
  Fingerprint: IFingerprint;
  Gates: IGates;
  GatesChange: IGatesChange;
  HomeSummary: IHomeSummary;
  Hung: IHung;
  Importance: IImportance;
  Item: IItem;
  LeftBehind: ILeftBehind;
  Limits: ILimits;
  Lineage: ILineage;
  Link: ILink;
  LogLine: ILogLine;
  LogLines: ILogLines;
  LogPart: ILogPart;
  Made: IMade;
  Match: IMatch;
  Matches: IMatches;
  Measure: IMeasure;
  MetricSummary: IMetricSummary;
  Metrics: IMetrics;
  ModelPage: IModelPage;
  ModelRow: IModelRow;
  ModelSnapshot: IModelSnapshot;
  MoreTrials: IMoreTrials;
  Objective: IObjective;
  Origin: IOrigin;
  Overlay: IOverlay;
  Parameters: IParameters;
  Part: IPart;
  Points: IPoints;
  PortChange: IPortChange;
  Processes: IProcesses;
  Profile: IProfile;
  Progress: IProgress;
  RankStack: IRankStack;
  RankStatus: IRankStatus;
  RankUsage: IRankUsage;
  Receipt: IReceipt;
  Register: IRegister;
  RegisteredVersion: IRegisteredVersion;
  Remembered: IRemembered;
  ReplicaFact: IReplicaFact;
  Resources: IResources;
  RevisionFact: IRevisionFact;
  RevisionRow: IRevisionRow;
  RevisionSpec: IRevisionSpec;
  RevisionStats: IRevisionStats;
  Rollback: IRollback;
  Rollout: IRollout;
  RunChange: IRunChange;
  RunDetail: IRunDetail;
  RunPage: IRunPage;
  RunRow: IRunRow;
  RunSnapshot: IRunSnapshot;
  RunSpec: IRunSpec;
  RunStatus: IRunStatus;
  Same: ISame;
  Sample: ISample;
  Samples: ISamples;
  Scale: IScale;
  Scoreboard: IScoreboard;
  Series: ISeries;
  Setting: ISetting;
  Shown: IShown;
  Signature: ISignature;
  StatPoint: IStatPoint;
  StatPoints: IStatPoints;
  Straggling: IStraggling;
  SweepPage: ISweepPage;
  SweepRow: ISweepRow;
  SweepSnapshot: ISweepSnapshot;
  TableColumn: ITableColumn;
  TrialFact: ITrialFact;
  Trials: ITrials;
  Tried: ITried;
  Try: ITry;
  Tune: ITune;
  Tuned: ITuned;
  Usage: IUsage;
  Use: IUse;
  Verified: IVerified;
  Version: IVersion;
  VersionFile: IVersionFile;
  VersionRow: IVersionRow;
  VersionSnapshot: IVersionSnapshot;
  VersionSpec: IVersionSpec;
}

/**
 * What the server leaves out because it is the default, by struct, and which fields hold structs.
 */
const SHAPES: Readonly<Record<string, IShape>> = {
  AliasMoved: {
    defaults: {
      before: 0,
      who: ''
    },
    nested: {}
  },
  Band: {
    defaults: {
      thinned: false
    },
    nested: {}
  },
  Bands: {
    defaults: {},
    nested: {
      bands: ['map', 'Band']
    }
  },
  CellError: {
    defaults: {
      line: 0,
      traceback: ''
    },
    nested: {}
  },
  CodeChange: {
    defaults: {
      lines: []
    },
    nested: {
      lines: ['list', 'CodeLine']
    }
  },
  CodeLine: {
    defaults: {
      a: 0,
      b: 0,
      spans: []
    },
    nested: {}
  },
  ColumnProfile: {
    defaults: {
      edges: [],
      values: [],
      missing: 0,
      low: null,
      high: null,
      mean: null
    },
    nested: {}
  },
  Compared: {
    defaults: {
      code: '',
      data: {},
      commit: ''
    },
    nested: {
      row: ['one', 'RunRow']
    }
  },
  ComparedColumn: {
    defaults: {
      varies: true,
      filled: 0,
      better: 0,
      best: []
    },
    nested: {}
  },
  Comparison: {
    defaults: {
      title: '',
      runs: [],
      columns: [],
      left_out: 0,
      metric: '',
      better: 0,
      generation: '',
      seq: 0
    },
    nested: {
      runs: ['list', 'Compared'],
      columns: ['list', 'ComparedColumn']
    }
  },
  Datasets: {
    defaults: {
      datasets: [],
      notes: [],
      format: 1
    },
    nested: {
      datasets: ['list', 'Fingerprint']
    }
  },
  Deploy: {
    defaults: {
      endpoint: '',
      replicas: '',
      canary: null,
      shadow: false,
      cpus: null,
      memory: '',
      gpus: null,
      port: null,
      promote_if: '',
      rollback_if: '',
      check: false
    },
    nested: {}
  },
  Deployed: {
    defaults: {},
    nested: {
      row: ['one', 'EndpointRow']
    }
  },
  Difference: {
    defaults: {
      a: null,
      b: null,
      delta: null
    },
    nested: {}
  },
  Differences: {
    defaults: {
      parameters: [],
      options: [],
      metrics: [],
      code: [],
      values: [],
      environment: [],
      git: [],
      data: [],
      same: {},
      notes: [],
      sentence: ''
    },
    nested: {
      a: ['one', 'RunRow'],
      b: ['one', 'RunRow'],
      parameters: ['list', 'Difference'],
      options: ['list', 'Difference'],
      metrics: ['list', 'Difference'],
      code: ['list', 'CodeChange'],
      values: ['list', 'Difference'],
      environment: ['list', 'Difference'],
      git: ['list', 'Difference'],
      data: ['list', 'Difference'],
      same: ['one', 'Same']
    }
  },
  Dimension: {
    defaults: {
      low: null,
      high: null,
      log: false,
      step: null,
      whole: false,
      options: []
    },
    nested: {}
  },
  Displayed: {
    defaults: {},
    nested: {
      items: ['list', 'Shown']
    }
  },
  Drift: {
    defaults: {
      source: '',
      rows: 0,
      since: 0,
      columns: [],
      sentence: ''
    },
    nested: {
      columns: ['list', 'DriftColumn']
    }
  },
  DriftColumn: {
    defaults: {
      then: [],
      now: []
    },
    nested: {}
  },
  EndpointPage: {
    defaults: {},
    nested: {
      endpoints: ['list', 'EndpointRow']
    }
  },
  EndpointRow: {
    defaults: {
      state: 'queued',
      why: '',
      platform: 'local',
      model: '',
      version: 0,
      stable: 0,
      canary: 0,
      percent: 0,
      shadow: 0,
      ready: 0,
      wanted: 0,
      up: true,
      rate: 0,
      p95: null,
      errors: null,
      drifting: [],
      recent: [],
      revisions: [],
      port: 0,
      leg: 1,
      created: 0,
      started: null,
      ended: null,
      host: '',
      notebook: '',
      note: '',
      tags: [],
      archived: false,
      broken: ''
    },
    nested: {
      revisions: ['list', 'RevisionRow']
    }
  },
  EndpointSnapshot: {
    defaults: {
      revisions: [],
      stats: [],
      drift: null,
      scoreboard: null,
      judged: '',
      gates: {},
      rollouts: [],
      example: [],
      lineage: {},
      address: '',
      url: '',
      notes: [],
      variable: '',
      detached: false,
      elsewhere: '',
      home: '',
      prompt: 0
    },
    nested: {
      row: ['one', 'EndpointRow'],
      revisions: ['list', 'RevisionFact'],
      stats: ['list', 'RevisionStats'],
      drift: ['one', 'Drift'],
      scoreboard: ['one', 'Scoreboard'],
      gates: ['one', 'Gates'],
      rollouts: ['list', 'Rollout'],
      lineage: ['one', 'Lineage']
    }
  },
  Field: {
    defaults: {
      shape: [],
      optional: false
    },
    nested: {}
  },
  Files: {
    defaults: {},
    nested: {
      files: ['list', 'FileEntry']
    }
  },
  Fingerprint: {
    defaults: {
      shape: [],
      columns: [],
      sampled: 0,
      size: 0,
      part: ''
    },
    nested: {
      columns: ['list', 'TableColumn']
    }
  },
  Gates: {
    defaults: {
      promote: '',
      rollback: ''
    },
    nested: {}
  },
  GatesChange: {
    defaults: {
      promote_if: '',
      rollback_if: ''
    },
    nested: {}
  },
  HomeSummary: {
    defaults: {
      id: '',
      parts: [],
      free: null,
      states: {},
      broken: 0,
      slots: null,
      taken: 0,
      settings: [],
      platforms: [],
      notes: []
    },
    nested: {
      parts: ['list', 'Part'],
      settings: ['list', 'Setting']
    }
  },
  Hung: {
    defaults: {
      seconds: 0,
      stacks: []
    },
    nested: {
      stacks: ['list', 'RankStack']
    }
  },
  Item: {
    defaults: {
      travels: 'value',
      size: 0,
      user: '',
      table: false
    },
    nested: {}
  },
  Limits: {
    defaults: {
      timeout: null,
      retries: 0,
      restart: 'never',
      log: 1073741824,
      full: 'cut',
      hang: 300
    },
    nested: {}
  },
  Lineage: {
    defaults: {
      links: []
    },
    nested: {
      links: ['list', 'Link']
    }
  },
  Link: {
    defaults: {
      details: [],
      here: false,
      gone: false
    },
    nested: {}
  },
  LogLines: {
    defaults: {
      lines: [],
      cut: false,
      ended: false,
      latest: 1
    },
    nested: {
      lines: ['list', 'LogLine']
    }
  },
  LogPart: {
    defaults: {
      text: '',
      style: '',
      missing: 0,
      ended: false,
      latest: 1
    },
    nested: {}
  },
  Made: {
    defaults: {
      size: null,
      why: ''
    },
    nested: {}
  },
  Matches: {
    defaults: {},
    nested: {
      matches: ['list', 'Match']
    }
  },
  Measure: {
    defaults: {
      stable: null,
      canary: null,
      unit: '',
      better: '',
      gate: '',
      passed: null
    },
    nested: {}
  },
  MetricSummary: {
    defaults: {
      axis: 'step',
      recent: []
    },
    nested: {}
  },
  Metrics: {
    defaults: {},
    nested: {
      metrics: ['map', 'MetricSummary']
    }
  },
  ModelPage: {
    defaults: {},
    nested: {
      models: ['list', 'ModelRow']
    }
  },
  ModelRow: {
    defaults: {
      versions: 0,
      latest: 0,
      champion: 0,
      flavor: '',
      aliases: {},
      metrics: {},
      recent: [],
      size: 0,
      created: 0,
      updated: 0,
      platform: 'local',
      state: 'succeeded',
      note: '',
      tags: [],
      archived: false,
      broken: ''
    },
    nested: {
      recent: ['list', 'VersionRow']
    }
  },
  ModelSnapshot: {
    defaults: {
      versions: [],
      history: [],
      home: ''
    },
    nested: {
      row: ['one', 'ModelRow'],
      versions: ['list', 'VersionRow'],
      history: ['list', 'AliasMoved']
    }
  },
  MoreTrials: {
    defaults: {
      trials: 0
    },
    nested: {}
  },
  Objective: {
    defaults: {
      direction: 'maximize',
      guessed: false
    },
    nested: {}
  },
  Origin: {
    defaults: {
      user: '',
      host: '',
      machine: '',
      boot: '',
      pid: 0,
      notebook: '',
      cell: '',
      prompt: 0,
      pod: false
    },
    nested: {}
  },
  Overlay: {
    defaults: {},
    nested: {
      series: ['map', 'Series']
    }
  },
  Part: {
    defaults: {
      count: null
    },
    nested: {}
  },
  Points: {
    defaults: {},
    nested: {
      series: ['map', 'Series']
    }
  },
  Processes: {
    defaults: {
      slots: 1,
      ps: 0,
      evaluator: false,
      servers: 1,
      chief: false
    },
    nested: {}
  },
  Profile: {
    defaults: {
      source: ''
    },
    nested: {
      columns: ['list', 'ColumnProfile']
    }
  },
  Progress: {
    defaults: {
      total: null,
      unit: '',
      text: ''
    },
    nested: {}
  },
  RankStack: {
    defaults: {
      line: 0
    },
    nested: {}
  },
  RankStatus: {
    defaults: {
      role: 'worker',
      index: 0,
      restarts: 0,
      pid: 0,
      started: null,
      ended: null,
      code: null,
      signal: null,
      why: '',
      peak: 0
    },
    nested: {}
  },
  RankUsage: {
    defaults: {
      cpu: null,
      memory: null,
      rate: null
    },
    nested: {}
  },
  Receipt: {
    defaults: {
      items: [],
      size: 0,
      left: [],
      stale: [],
      secrets: [],
      sources: [],
      notes: [],
      format: 1
    },
    nested: {
      items: ['list', 'Item'],
      left: ['list', 'LeftBehind']
    }
  },
  Register: {
    defaults: {
      run: '',
      sweep: '',
      name: '',
      value: '',
      alias: '',
      data: '',
      check: false
    },
    nested: {}
  },
  RegisteredVersion: {
    defaults: {},
    nested: {
      row: ['one', 'VersionRow']
    }
  },
  Remembered: {
    defaults: {},
    nested: {
      samples: ['list', 'Sample']
    }
  },
  ReplicaFact: {
    defaults: {
      pid: 0,
      ticks: 0,
      state: 'starting',
      since: 0,
      restarts: 0,
      memory: 0,
      why: ''
    },
    nested: {}
  },
  Resources: {
    defaults: {
      cpus: null,
      memory: null,
      gpus: 0
    },
    nested: {}
  },
  RevisionFact: {
    defaults: {
      state: 'starting',
      why: '',
      role: 'kept',
      percent: 0,
      least: 1,
      most: 1,
      wanted: 0,
      since: 0,
      took: null,
      replicas: []
    },
    nested: {
      spec: ['one', 'RevisionSpec'],
      replicas: ['list', 'ReplicaFact']
    }
  },
  RevisionRow: {
    defaults: {
      state: 'starting',
      why: '',
      role: 'kept',
      percent: 0,
      ready: 0,
      wanted: 0,
      since: 0
    },
    nested: {}
  },
  RevisionSpec: {
    defaults: {
      digest: '',
      python: '',
      path: [],
      least: 1,
      most: 1,
      cpus: 0,
      memory: 0,
      gpus: 0,
      resend: true,
      signature: null,
      environment: {},
      origin: {},
      command: '',
      format: 1
    },
    nested: {
      signature: ['one', 'Signature'],
      origin: ['one', 'Origin']
    }
  },
  RevisionStats: {
    defaults: {
      requests: 0,
      errors: 0,
      refused: 0,
      rate: 0,
      p50: null,
      p95: null,
      p99: null,
      buckets: [],
      in_flight: 0,
      memory: 0
    },
    nested: {}
  },
  Rollback: {
    defaults: {
      to: 0
    },
    nested: {}
  },
  Rollout: {
    defaults: {
      who: '',
      tone: ''
    },
    nested: {}
  },
  RunDetail: {
    defaults: {},
    nested: {
      row: ['one', 'RunRow'],
      status: ['one', 'RunStatus'],
      spec: ['one', 'RunSpec']
    }
  },
  RunPage: {
    defaults: {},
    nested: {
      runs: ['list', 'RunRow']
    }
  },
  RunRow: {
    defaults: {
      state: 'queued',
      why: '',
      kind: 'python',
      platform: 'local',
      workers: 1,
      params: {},
      created: 0,
      started: null,
      ended: null,
      attempt: 1,
      metrics: {},
      progress: null,
      failed_rank: null,
      host: '',
      notebook: '',
      sweep: '',
      trial: null,
      retry_of: '',
      note: '',
      tags: [],
      archived: false,
      broken: ''
    },
    nested: {
      metrics: ['map', 'MetricSummary'],
      progress: ['one', 'Progress']
    }
  },
  RunSnapshot: {
    defaults: {
      ranks: [],
      error: null,
      made: [],
      notes: [],
      keep: [],
      log: [],
      curves: {},
      bands: {},
      captured: '',
      code: '',
      prompt: 0,
      home: '',
      detached: false,
      code_hash: '',
      variable: '',
      place: 0,
      usage: [],
      resources: {},
      limits: {},
      elsewhere: '',
      line: 0,
      warm: null,
      cold: '',
      hung: null,
      straggler: null,
      processes: {},
      install: ''
    },
    nested: {
      row: ['one', 'RunRow'],
      ranks: ['list', 'RankStatus'],
      error: ['one', 'CellError'],
      made: ['list', 'Made'],
      usage: ['list', 'RankUsage'],
      resources: ['one', 'Resources'],
      limits: ['one', 'Limits'],
      hung: ['one', 'Hung'],
      straggler: ['one', 'Straggling'],
      processes: ['one', 'Processes']
    }
  },
  RunSpec: {
    defaults: {
      kind: 'python',
      platform: 'local',
      workers: 1,
      slots: 1,
      ps: 0,
      evaluator: false,
      servers: 1,
      chief: false,
      cold: false,
      imports: [],
      params: {},
      env: {},
      withheld: [],
      resources: {},
      limits: {},
      keep: [],
      origin: {},
      retry_of: '',
      sweep: '',
      trial: null,
      plan: {},
      format: 1
    },
    nested: {
      resources: ['one', 'Resources'],
      limits: ['one', 'Limits'],
      origin: ['one', 'Origin']
    }
  },
  RunStatus: {
    defaults: {
      state: 'queued',
      why: '',
      attempt: 1,
      started: null,
      ended: null,
      launches: 0,
      failed_rank: null,
      ranks: [],
      error: null,
      errors: {},
      made: [],
      logged: {},
      tags: {},
      notes: [],
      warm: null,
      cold: '',
      hung: null,
      straggler: null
    },
    nested: {
      ranks: ['list', 'RankStatus'],
      error: ['one', 'CellError'],
      errors: ['map', 'CellError'],
      made: ['list', 'Made'],
      hung: ['one', 'Hung'],
      straggler: ['one', 'Straggling']
    }
  },
  Same: {
    defaults: {
      parameters: 0,
      values: 0,
      packages: 0,
      datasets: 0
    },
    nested: {}
  },
  Sample: {
    defaults: {
      request: '',
      answer: ''
    },
    nested: {}
  },
  Samples: {
    defaults: {},
    nested: {
      ranks: ['list', 'Usage']
    }
  },
  Scale: {
    defaults: {
      revision: 0
    },
    nested: {}
  },
  Scoreboard: {
    defaults: {
      data: '',
      measures: [],
      differing: 0,
      differences: [],
      verdict: '',
      sentence: ''
    },
    nested: {
      measures: ['list', 'Measure'],
      differences: ['list', 'DifferingRow']
    }
  },
  Series: {
    defaults: {
      thinned: false
    },
    nested: {}
  },
  Setting: {
    defaults: {
      shown: '',
      is_default: true,
      about: ''
    },
    nested: {}
  },
  Shown: {
    defaults: {
      metadata: {},
      id: null,
      time: 0,
      place: ''
    },
    nested: {}
  },
  Signature: {
    defaults: {
      outputs: []
    },
    nested: {
      inputs: ['list', 'Field'],
      outputs: ['list', 'Field']
    }
  },
  StatPoint: {
    defaults: {
      requests: 0,
      errors: 0,
      refused: 0,
      p50: null,
      p95: null,
      in_flight: 0,
      memory: 0
    },
    nested: {}
  },
  StatPoints: {
    defaults: {},
    nested: {
      points: ['list', 'StatPoint']
    }
  },
  Straggling: {
    defaults: {
      rank: 0,
      ratio: 0
    },
    nested: {}
  },
  SweepPage: {
    defaults: {},
    nested: {
      sweeps: ['list', 'SweepRow']
    }
  },
  SweepRow: {
    defaults: {
      state: 'queued',
      why: '',
      algorithm: 'tpe',
      platform: 'local',
      kind: 'python',
      workers: 1,
      objectives: [],
      parallel: 1,
      wanted: 0,
      going: 0,
      complete: 0,
      pruned: 0,
      failed: 0,
      stopped: 0,
      best: null,
      best_run: '',
      best_values: [],
      best_params: {},
      front: [],
      first: null,
      recent: [],
      leg: 1,
      created: 0,
      started: null,
      ended: null,
      host: '',
      notebook: '',
      note: '',
      tags: [],
      archived: false,
      broken: ''
    },
    nested: {
      objectives: ['list', 'Objective']
    }
  },
  SweepSnapshot: {
    defaults: {
      space: [],
      function: '',
      prune: 'none',
      seed: null,
      stop_at: null,
      timeout: null,
      base: '',
      base_params: {},
      command: '',
      trials: [],
      importance: [],
      notes: [],
      code: '',
      captured: '',
      variable: '',
      detached: false,
      elsewhere: '',
      home: '',
      prompt: 0
    },
    nested: {
      row: ['one', 'SweepRow'],
      space: ['list', 'Dimension'],
      trials: ['list', 'TrialFact'],
      importance: ['list', 'Importance']
    }
  },
  TableColumn: {
    defaults: {
      digest: ''
    },
    nested: {}
  },
  TrialFact: {
    defaults: {
      params: {},
      result: '',
      values: [],
      why: '',
      asked: 0,
      told: null
    },
    nested: {}
  },
  Trials: {
    defaults: {},
    nested: {
      trials: ['list', 'TrialFact']
    }
  },
  Try: {
    defaults: {
      revision: 0,
      methods: []
    },
    nested: {}
  },
  Tune: {
    defaults: {
      direction: '',
      name: '',
      algorithm: 'tpe',
      prune: 'none',
      trials: null,
      parallel: null,
      seed: null,
      stop_at: null,
      timeout: '',
      check: false
    },
    nested: {}
  },
  Tuned: {
    defaults: {},
    nested: {
      row: ['one', 'SweepRow']
    }
  },
  Use: {
    defaults: {
      percent: 0
    },
    nested: {}
  },
  VersionRow: {
    defaults: {
      created: 0,
      flavor: '',
      type: '',
      aliases: [],
      metrics: {},
      size: 0,
      digest: '',
      run: '',
      run_name: '',
      sweep: '',
      trial: 0,
      uses: [],
      note: '',
      tags: [],
      broken: ''
    },
    nested: {
      uses: ['list', 'Use']
    }
  },
  VersionSnapshot: {
    defaults: {
      champion: null,
      profile: null,
      files: [],
      example: [],
      lineage: {},
      model: null,
      variable: '',
      home: '',
      prompt: 0
    },
    nested: {
      spec: ['one', 'VersionSpec'],
      row: ['one', 'VersionRow'],
      champion: ['one', 'VersionRow'],
      profile: ['one', 'Profile'],
      files: ['list', 'VersionFile'],
      lineage: ['one', 'Lineage'],
      model: ['one', 'ModelRow']
    }
  },
  VersionSpec: {
    defaults: {
      type: '',
      python: '',
      python_version: '',
      requirements: [],
      signature: null,
      folders: {},
      classes: [],
      data: '',
      run: '',
      run_name: '',
      sweep: '',
      trial: 0,
      value: '',
      code_hash: '',
      metrics: {},
      params: {},
      datasets: [],
      size: 0,
      digest: '',
      notes: [],
      origin: {},
      command: '',
      format: 1
    },
    nested: {
      signature: ['one', 'Signature'],
      datasets: ['list', 'Fingerprint'],
      origin: ['one', 'Origin']
    }
  }
};

interface IShape {
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly nested: Readonly<Record<string, readonly ['one' | 'list' | 'map', string]>>;
}

/**
 * Return an answer of the server with every field, the ones that it left out included.
 */
export function complete<K extends keyof Wire>(name: K, value: unknown): Wire[K] {
  return filled(name, value) as Wire[K];
}

function filled(name: string, value: unknown): unknown {
  const shape = SHAPES[name];
  if (shape === undefined || typeof value !== 'object' || value === null) {
    return value;
  }
  const whole: Record<string, unknown> = { ...copied(shape.defaults), ...value };
  for (const [field, [how, of]] of Object.entries(shape.nested)) {
    whole[field] = nested(how, of, whole[field]);
  }
  return whole;
}

function nested(how: 'one' | 'list' | 'map', of: string, value: unknown): unknown {
  if (how === 'one') {
    return filled(of, value);
  }
  if (Array.isArray(value)) {
    return value.map(item => filled(of, item));
  }
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([key, item]) => [key, filled(of, item)])
  );
}

/** Return defaults that may be changed: their lists and maps are always empty. */
function copied(defaults: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(defaults).map(([key, value]) => [
      key,
      Array.isArray(value) ? [] : value !== null && typeof value === 'object' ? {} : value
    ])
  );
}
