"""How a search chooses, and when it gives a trial up: the names, what each is, and what each needs.

The names are Katib's, so that a sweep means the same on a cluster. Nothing here imports what an algorithm needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec

from jupyter_mlops.domain.errors import InvalidOption, Unsupported, nearest
from jupyter_mlops.domain.grids import grid_size
from jupyter_mlops.domain.sweeps import SweepSpec


@dataclass(frozen=True)
class Need:
    """A package that is imported by a search.

    Attributes:
        module: What is imported.
        package: What is installed.
        instead: A module that makes it unnecessary; empty if there is none.
    """

    module: str
    package: str
    instead: str = ""

    def is_there(self, has: Callable[[str], bool]) -> bool:
        """Say whether an interpreter that has what ``has`` says can import it."""
        return any(module and has(module) for module in (self.module, self.instead))


_OPTUNA = Need("optuna", "optuna")
_SCIPY = Need("scipy", "scipy")
_CMAES = Need("cmaes", "cmaes")
_SKLEARN = Need("sklearn", "scikit-learn", instead="torch")


@dataclass(frozen=True)
class Algorithm:
    """A way to choose the parameters of the next trial.

    Attributes:
        name: Katib's name.
        line: What it is, in one line.
        needs: What it imports.
        is_repeatable: Whether a seed gives the same trials with several at once, too.
        takes_several: Whether there may be several objectives.
        takes_function: Whether a define-by-run function may say the space.
        prunes: The pruner that belongs to it; empty if any may be used.
        short: Other names that people write.
    """

    name: str
    line: str
    needs: tuple[Need, ...] = (_OPTUNA,)
    is_repeatable: bool = False
    takes_several: bool = False
    takes_function: bool = True
    prunes: str = ""
    short: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Pruner:
    """A way to give up trials that fall behind.

    Attributes:
        name: What people write.
        line: What it is, in one line.
    """

    name: str
    line: str


ALGORITHMS = {
    each.name: each
    for each in (
        Algorithm(
            "random",
            "every trial anywhere in the space, whatever came before",
            is_repeatable=True,
            takes_several=True,
        ),
        Algorithm(
            "grid",
            "every point of the grid once",
            is_repeatable=True,
            takes_several=True,
            takes_function=False,
        ),
        Algorithm(
            "tpe",
            "more trials where good ones were, each parameter for itself (tree-structured Parzen estimator)",
            takes_several=True,
        ),
        Algorithm(
            "multivariate-tpe",
            "as tpe, and parameters that depend on each other are seen together",
            takes_several=True,
        ),
        Algorithm(
            "bayesianoptimization",
            "a model of the objective (Gaussian process) says where most can be expected; for few, costly trials",
            needs=(_OPTUNA, _SCIPY, _SKLEARN),
            short=("bayesian",),
        ),
        Algorithm(
            "cmaes",
            "a cloud of trials moves and stretches towards the best (covariance matrix adaptation); for numbers",
            needs=(_OPTUNA, _CMAES),
            short=("cma-es",),
        ),
        Algorithm(
            "sobol",
            "spread evenly over the space (a quasi-random sequence)",
            needs=(_OPTUNA, _SCIPY),
            is_repeatable=True,
            takes_several=True,
        ),
        Algorithm(
            "hyperband",
            "as tpe, and most trials are given up early; for cells that report the objective at every step",
            prunes="hyperband",
        ),
    )
}

PRUNERS = {
    each.name: each
    for each in (
        Pruner("none", "every trial goes on to its end"),
        Pruner("median", "a trial ends that is worse than half of those before it at the same step"),
        Pruner("hyperband", "only the best third of the trials goes on at steps that grow by a factor of three"),
    )
}

# Katib has them; they search for networks, or move weights between trials, which is something else.
_ELSEWHERE = ("enas", "darts", "pbt")


def find_algorithm(name: str) -> Algorithm:
    """Return the algorithm that ``name`` means, in small or capital letters, shortened as its table says.

    Raises:
        InvalidOption: there is none; the sentence has the nearest name, or all.
    """
    word = name.lower().replace("_", "-")
    names = {alias: each for each in ALGORITHMS.values() for alias in (each.name, *each.short)}
    if word in names:
        return names[word]
    if word in _ELSEWHERE:
        raise InvalidOption(
            f"The algorithm {word!r} is Katib's own and has no equal here; there is: {_all(ALGORITHMS)}."
        )
    raise InvalidOption(f"There is no algorithm {name!r}{nearest(word, names) or f'; there is: {_all(ALGORITHMS)}.'}")


def find_pruner(name: str) -> Pruner:
    """Return the pruner that ``name`` means.

    Raises:
        InvalidOption: there is none.
    """
    word = name.lower()
    if word in PRUNERS:
        return PRUNERS[word]
    raise InvalidOption(f"--prune knows no {name!r}{nearest(word, PRUNERS) or f'; it knows: {_all(PRUNERS)}.'}")


def is_here(module: str) -> bool:
    """Say whether this interpreter can import a module, without doing it."""
    return find_spec(module) is not None


def missing(algorithm: Algorithm, install: str = "%pip install", has: Callable[[str], bool] = is_here) -> str:
    """Return which package the algorithm lacks here and how it is installed, in one sentence; empty if none.

    Args:
        algorithm: What is to be used.
        install: How packages are installed where the sentence is read.
        has: Says whether a module can be imported where the search is kept.
    """
    lacking = [need.package for need in algorithm.needs if not need.is_there(has)]
    if not lacking:
        return ""
    which = f"the package {lacking[0]}" if len(lacking) == 1 else f"the packages {' and '.join(lacking)}"
    them = "it" if len(lacking) == 1 else "them"
    return (
        f"The algorithm {algorithm.name} needs {which}, not installed here; "
        f'{install} "jupyter-mlops[tune]" installs {them}.'
    )


def pruner_of(spec: SweepSpec) -> str:
    """Return the name of the pruner that a search uses."""
    return find_algorithm(spec.algorithm).prunes or spec.prune


def is_repeatable(spec: SweepSpec) -> bool:
    """Say whether a seed gives the same trials with several at once, too; a function may choose beside sobol."""
    algorithm = find_algorithm(spec.algorithm)
    return algorithm.is_repeatable and not (algorithm.name == "sobol" and spec.function)


def check_search(spec: SweepSpec) -> None:
    """Refuse what no platform can search.

    Raises:
        InvalidOption: parts of it do not go together.
        InvalidSpace: it is a grid over what has no steps, or one that is too large.
        Unsupported: its algorithm cannot do what is asked of it.
    """
    algorithm = find_algorithm(spec.algorithm)
    prune = find_pruner(spec.prune).name
    if not spec.space and not spec.function:
        raise InvalidOption(
            "There is nothing to search: write what a parameter may be, such as lr=1e-4..1e-1:log, or --space fn."
        )
    if spec.trials < 1 or spec.parallel < 1:
        raise InvalidOption("A search needs at least one trial, and one at a time.")
    if algorithm.prunes and prune not in ("none", algorithm.prunes):
        raise InvalidOption(f"The algorithm {algorithm.name} prunes in its own way; leave --prune {prune} out.")
    if spec.function and not algorithm.takes_function:
        raise Unsupported(
            f"The algorithm {algorithm.name} cannot use the function {spec.function!r}, which says the space only as "
            f"it goes; write the space on the line, or use --algorithm random."
        )
    if len(spec.objectives) > 1:
        _check_several(spec, algorithm)
    if algorithm.name == "grid":
        grid_size(spec.space)


def _check_several(spec: SweepSpec, algorithm: Algorithm) -> None:
    if not algorithm.takes_several:
        able = ", ".join(each.name for each in ALGORITHMS.values() if each.takes_several)
        raise Unsupported(f"The algorithm {algorithm.name} has one objective; for several there is: {able}.")
    if pruner_of(spec) != "none":
        raise Unsupported(
            "With several objectives no trial can be pruned: nobody knows which is worse; leave --prune out."
        )
    if spec.stop_at is not None:
        raise InvalidOption("--stop-at is a value of one objective, and there are several; leave it out.")


def _all(names: dict[str, Algorithm] | dict[str, Pruner]) -> str:
    return ", ".join(names)
