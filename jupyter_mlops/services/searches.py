"""What is asked of a search, checked in one place: a magic passes text, a form and a script pass values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from jupyter_mlops.domain.algorithms import Algorithm, check_search, find_algorithm, find_pruner, is_repeatable
from jupyter_mlops.domain.errors import InvalidOption, InvalidSpace
from jupyter_mlops.domain.grids import grid_size
from jupyter_mlops.domain.kinds import training_count
from jupyter_mlops.domain.objectives import parse_objectives
from jupyter_mlops.domain.objectives import text_of as objectives_text
from jupyter_mlops.domain.parameters import check_value
from jupyter_mlops.domain.runs import RunSpec, Scalar
from jupyter_mlops.domain.spaces import Dimension, check_space, fitted, parse_dimension
from jupyter_mlops.domain.spaces import text_of as space_text
from jupyter_mlops.domain.sweeps import SweepSpec
from jupyter_mlops.services import checks

TRIALS = 20
"""How many trials are made where nobody says how many, and the space does not."""

Space = Mapping[str, Any] | Callable[[Any], Any]


class Search(msgspec.Struct, frozen=True):
    """What was asked for, as it was written; None is what nobody asked for."""

    space: Any
    objective: str | Iterable[str]
    direction: str | None = None
    trials: int | str | None = None
    parallel: int | str | None = None
    algorithm: str | None = None
    prune: str | None = None
    seed: int | str | None = None
    stop_at: float | str | None = None
    timeout: float | str | None = None


class Plan(msgspec.Struct, frozen=True):
    """A search that can be started.

    Attributes:
        spec: What is asked for.
        sentences: What is worth knowing before it starts.
        command: The line that asks for the same in a notebook.
        fixed: Values that the search does not change, other than the cell's own.
    """

    spec: SweepSpec
    sentences: list[str]
    command: str
    fixed: dict[str, Scalar]


def plan_search(run: RunSpec, cell: Mapping[str, Scalar], asked: Search, slots: int) -> Plan:
    """Return the search that ``asked`` means, checked but for what its interpreter has.

    Args:
        run: What each trial is.
        cell: The parameters of the cell with their values.
        asked: What was asked for.
        slots: How many runs go at once.

    Raises:
        InvalidInput: something makes no sense as written.
        Unsupported: the algorithm cannot do what is asked of it.
    """
    space, fixed = read_space(asked.space)
    for name, value in fixed.items():
        check_value(name, value, cell)
    space = [fitted(dimension, cell.get(dimension.name)) for dimension in space]
    check_space(cell, space)
    algorithm = find_algorithm(asked.algorithm or "tpe")
    searched = {dimension.name for dimension in space}
    draft = SweepSpec(
        id=run.id,
        name=run.name,
        created=run.created,
        run=run,
        objectives=_objectives(asked.objective, asked.direction or ""),
        space=space,
        function=_function_name(asked.space),
        algorithm=algorithm.name,
        prune=find_pruner(asked.prune or "none").name,
        seed=None if asked.seed is None else _seed(asked.seed),
        stop_at=None if asked.stop_at is None else _number("stop_at", asked.stop_at),
        timeout=None if asked.timeout is None else checks.duration("timeout", asked.timeout),
        base_params={name: value for name, value in {**cell, **fixed}.items() if name not in searched},
    )
    check_search(draft)
    trials, of_trials = _trials(draft, asked.trials)
    spec = msgspec.structs.replace(draft, trials=trials)
    parallel, of_parallel = _parallel(spec, algorithm, asked.parallel, slots)
    spec = msgspec.structs.replace(spec, parallel=parallel)
    check_search(spec)
    sentences = [_of_directions(spec), of_trials, of_parallel, _of_seed(spec, algorithm)]
    return Plan(spec, [sentence for sentence in sentences if sentence], _command(spec, asked, fixed), fixed)


def read_space(space: Space) -> tuple[list[Dimension], dict[str, Scalar]]:
    """Return what is searched, and what is fixed; both are empty where a function says it.

    Raises:
        InvalidSpace: something in it is no space.
    """
    if callable(space):
        return [], {}
    dimensions, fixed = [], {}
    for name, said in space.items():
        found = _dimension(name, said)
        if isinstance(found, Dimension):
            dimensions.append(found)
        else:
            fixed[name] = found
    return dimensions, fixed


def _dimension(name: str, said: Any) -> Dimension | Scalar:
    if isinstance(said, str):
        return parse_dimension(name, said)
    if isinstance(said, Dimension):
        return msgspec.structs.replace(said, name=name)
    if isinstance(said, bool | int | float | None):
        return said
    if isinstance(said, list | tuple) and all(isinstance(each, bool | int | float | str | None) for each in said):
        return _chosen(name, list(said))
    raise InvalidSpace(
        f"The space of {name!r} is {type(said).__name__}; write a text such as '1e-4..1e-1:log' or '2..8', "
        "a list of options, or one value."
    )


def _chosen(name: str, values: list[Scalar]) -> Dimension | Scalar:
    if not values:
        raise InvalidSpace(f"The parameter {name!r} has no options; write at least one.")
    # What text would be refused for, such as an option that stands twice, is refused here too.
    read = parse_dimension(name, space_text(Dimension(name, options=values)))
    return Dimension(name, options=values) if isinstance(read, Dimension) else values[0]


def _function_name(space: Space) -> str:
    if not callable(space):
        return ""
    name = str(getattr(space, "__name__", ""))
    return name if name.isidentifier() else "space"


def _objectives(objective: str | Iterable[str], direction: str) -> Any:
    text = objective if isinstance(objective, str) else ",".join(objective)
    return parse_objectives(text, direction)


def _seed(value: Any) -> int:
    seed = checks.whole("seed", value, least=0)
    if seed >= 1 << 32:
        raise InvalidOption(f"--seed must be less than 2**32, not {seed}.")
    return seed


def _number(option: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or isinstance(value, bool):
        raise InvalidOption(f"--{option.replace('_', '-')} is a number such as 0.95, not {value!r}.")
    return number


def _trials(spec: SweepSpec, asked: Any) -> tuple[int, str]:
    """Return how many trials are made, and a sentence where that is not what was asked for."""
    wanted = None if asked is None else checks.whole("trials", asked, least=1)
    if spec.algorithm == "grid":
        size = grid_size(spec.space)
        points = "1 point" if size == 1 else f"{size:,} points"
        if wanted is None:
            return size, f"The grid has {points}, and all are tried."
        if wanted > size:
            return size, f"The grid has {points}; no more trials than that are made."
        return wanted, f"The grid has {points}, of which {wanted:,} are tried." if wanted < size else ""
    return (TRIALS, f"{TRIALS} trials are made; --trials says how many.") if wanted is None else (wanted, "")


def _parallel(spec: SweepSpec, algorithm: Algorithm, asked: Any, slots: int) -> tuple[int, str]:
    """Return how many trials go at once, and why."""
    if asked is not None:
        wanted = checks.whole("parallel", asked, least=1)
        waits = f"{slots} runs go at once here, so some of the {wanted} trials wait." if wanted > slots else ""
        return min(wanted, spec.trials), waits if spec.trials > slots else ""
    if spec.seed is not None and not is_repeatable(spec):
        return 1, (
            f"One trial goes at a time: {algorithm.name} learns from what came before, and so the seed gives the same "
            "trials again; --parallel gives that up."
        )
    fitting = max(1, slots // training_count(spec.run.shape))
    parallel = min(fitting, spec.trials)
    if parallel == 1:
        return 1, ""
    return parallel, f"{parallel} trials go at once, as many as there is room for; --parallel says how many."


def _of_directions(spec: SweepSpec) -> str:
    guessed = [each for each in spec.objectives if each.guessed]
    if not guessed:
        return ""
    told = " and ".join(f"{each.metric} is {each.direction}d" for each in guessed)
    other = {"maximize": "minimize", "minimize": "maximize"}[guessed[0].direction]
    return f"{told}, as the name says; {guessed[0].metric}:{other} turns it round."


def _of_seed(spec: SweepSpec, algorithm: Algorithm) -> str:
    if spec.seed is None or spec.parallel == 1 or is_repeatable(spec):
        return ""
    return (
        f"The seed does not give the same trials again: {algorithm.name} learns from what came before, and which of "
        f"{spec.parallel} trials ends first is chance; --parallel 1 repeats."
    )


def _command(spec: SweepSpec, asked: Search, fixed: Mapping[str, Scalar]) -> str:
    """Return the line that asks for the same, given a run of the same name."""
    given = {
        "objective": objectives_text(spec.objectives),
        "algorithm": spec.algorithm if spec.algorithm != "tpe" else None,
        "trials": None if asked.trials is None else spec.trials,
        "parallel": None if asked.parallel is None else spec.parallel,
        "prune": spec.prune if spec.prune != "none" else None,
        "seed": spec.seed,
        "stop-at": None if spec.stop_at is None else space_text(spec.stop_at),
        "timeout": None if spec.timeout is None else _duration_text(spec.timeout),
        "space": spec.function or None,
    }
    words = [f"{dimension.name}={space_text(dimension)}" for dimension in spec.space]
    words += [f"{name}={space_text(value)}" for name, value in fixed.items()]
    words += [f"--{name} {value}" for name, value in given.items() if value is not None]
    return " ".join(["%tune", spec.name, *words])


def _duration_text(seconds: float) -> str:
    """Return what ``--timeout`` reads as ``seconds``."""
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds!r}s"
