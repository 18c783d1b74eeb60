/**
 * What the ranks ran in, as it was written down.
 */

import type { ITranslation } from '../../../translation';

/** Facts in pairs, and all packages with their versions. */
export interface IEnvironmentFacts {
  readonly facts: readonly (readonly [string, string])[];
  readonly packages: Readonly<Record<string, string>>;
}

/** Packages that tell most, most telling first. */
const TELLING = [
  'torch',
  'tensorflow',
  'jax',
  'keras',
  'xgboost',
  'lightgbm',
  'catboost',
  'paddlepaddle',
  'mxnet',
  'scikit-learn',
  'transformers',
  'lightning',
  'pytorch-lightning',
  'accelerate',
  'mpi4py',
  'numpy',
  'pandas',
  'polars',
  'scipy'
];

/** Return what is known; what is of another shape than expected is left out. */
export function factsOf(
  environment: Readonly<Record<string, unknown>>,
  trans: ITranslation
): IEnvironmentFacts {
  const facts: [string, string][] = [];
  const add = (label: string, value: unknown): void => {
    if (typeof value === 'string' && value) {
      facts.push([label, value]);
    }
  };
  add(trans.__('python'), environment.python);
  add(trans.__('host'), environment.host);
  add(trans.__('interpreter'), environment.executable);
  const { git } = environment;
  if (isRecord(git) && typeof git.commit === 'string') {
    const commit = git.commit.slice(0, 10);
    add(trans.__('git'), git.dirty === true ? trans.__('%1, with changes', commit) : commit);
  }
  const packages = isRecord(environment.packages) ? environment.packages : {};
  return {
    facts,
    packages: Object.fromEntries(
      Object.entries(packages).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    )
  };
}

/** Return the few packages that tell most. */
export function keyPackages(packages: Readonly<Record<string, string>>, most = 4): [string, string][] {
  return TELLING.flatMap((name): [string, string][] => {
    const version = packages[name];
    return version === undefined ? [] : [[name, version]];
  }).slice(0, most);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
