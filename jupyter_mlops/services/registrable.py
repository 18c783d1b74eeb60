"""What can become a version of a model: what a run kept, the best of a search or of a name, or an object at hand."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyter_mlops.domain.directions import direction, set_of
from jupyter_mlops.domain.errors import Conflict, InvalidInput, InvalidOption, NotFound, Unsupported, nearest
from jupyter_mlops.domain.names import is_id
from jupyter_mlops.domain.runs import Made, RunRow, State
from jupyter_mlops.domain.where import Condition, Where
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.runs import Runs
from jupyter_mlops.services.sweep import Sweep
from jupyter_mlops.services.version import Version

if TYPE_CHECKING:
    from jupyter_mlops.services.sweeps import Sweeps

_PLAIN = set_of(
    "int float complex str bytes bool list tuple dict set frozenset NoneType range deque defaultdict Counter "
    "OrderedDict datetime Timestamp Path PosixPath Lock ndarray float64 float32 int64 DataFrame Series Index Tensor "
    "csr_matrix csc_matrix Figure History Dataset DatasetDict DataLoader DMatrix"
)
"""Classes whose objects are no models, whatever they are called."""

_CALLED = ("model", "clf", "classifier", "regressor", "estimator", "pipeline", "pipe", "net", "booster", "best")
_FUNCTIONS = frozenset({"function", "method", "type", "partial"})
_WAYS = {"maximize": 1, "minimize": -1}


@dataclass(frozen=True)
class Source:
    """What is to become a version.

    Attributes:
        load: Returns the object. It may run whatever is pickled there.
        name: The name that the model has if nobody gives one; empty if one must be given.
        run: The run that made it; None if the notebook did.
        value: Name of the kept value, or of the notebook's variable.
        values: Names of what could be registered instead, the likeliest first.
        asked: How a line names it.
        remarks: Sentences about the choice.
    """

    load: Callable[[], Any]
    name: str = ""
    run: Run | None = None
    value: str = ""
    values: tuple[str, ...] = ()
    asked: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def python(self) -> str:
        """The interpreter that made it."""
        return self.run.spec.python if self.run is not None else sys.executable

    @property
    def is_of_this(self) -> bool:
        """Say whether this interpreter made it."""
        return os.path.abspath(self.python) == os.path.abspath(sys.executable)


def source_of(runs: Runs, sweeps: Sweeps, what: Any, value: str = "", best: str = "", *, guess: bool = False) -> Source:
    """Return what ``what`` means.

    Args:
        runs: All runs.
        sweeps: All sweeps.
        what: A run, a sweep, a name or an id of one, a trial as ``NAME/3``, or an object of the notebook.
        value: Name of the kept value; may be empty where there is but one that can be registered.
        best: A metric, ``accuracy`` or ``loss:minimize``: the best of all runs of the name is meant.
        guess: Whether the likeliest value is taken where several can be registered.

    Raises:
        NotFound: nothing has that name, or nothing was kept.
        InvalidInput: several things may be meant.
        Conflict: the run still goes.
    """
    if isinstance(what, str | Run | Sweep):
        run, remarks = _run_of(runs, sweeps, what, best)
        return of_run(run, value, remarks, guess=guess)
    if best:
        raise InvalidOption("--best chooses among runs; give the name of runs with it, not an object.")
    _refuse_ours(what)
    return Source(lambda: what, value=value or _variable_of(runs, what))


def of_run(run: Run, value: str = "", remarks: tuple[str, ...] = (), *, guess: bool = False) -> Source:
    """Return what of a run is meant; nothing is unpickled.

    Raises:
        NotFound: the run kept nothing that can be registered, or not this.
        InvalidInput: it kept several such things.
        Conflict: it still goes.
    """
    status = run.status
    if not status.state.is_finished:
        raise Conflict(f"The run {run.id} is still {status.state}; what it keeps can be registered when it has ended.")
    found = kept_models(status.made)
    name = run.name
    if value:
        if value not in run.values:
            raise NotFound(_why_not(run, value))
        return Source(lambda: run.values[value], name, run, value, (*found,), run.id, remarks)
    if not found:
        raise NotFound(_nothing_kept(run))
    if len(found) > 1 and not guess:
        listed = ", ".join(found[:-1]) + f" and {found[-1]}"
        raise InvalidInput(f"The run {run.id} kept {listed}; say which with --value {found[0]}.")
    return Source(lambda: run.values[found[0]], name, run, found[0], (*found,), run.id, remarks)


def kept_models(made: list[Made]) -> list[str]:
    """Return the names of kept values that may be models, the likeliest first."""
    found = [one for one in made if one.size is not None and one.type.rpartition(".")[2] not in _PLAIN]
    certain = [one for one in found if one.type not in _FUNCTIONS] or found
    return [one.name for one in sorted(certain, key=lambda one: not any(word in one.name for word in _CALLED))]


def _run_of(runs: Runs, sweeps: Sweeps, what: str | Run | Sweep, best: str) -> tuple[Run, tuple[str, ...]]:
    if isinstance(what, Run) and best:
        what = what.name
    if isinstance(what, str) and best and runs.index.latest(what) is not None:
        return _best_of(runs, Where(conditions=(Condition("name", "=", what),), sweep=""), best, what)
    if isinstance(what, str):
        what = _named(runs, sweeps, what)
    if isinstance(what, Run):
        return what, ()
    if best:
        return _best_of(runs, Where(sweep=what.id), best, f"the trials of {what.id}")
    run = what.best
    return run, (f"{run.name}/{run.spec.trial} is the best of {what.id}.",)


def _named(runs: Runs, sweeps: Sweeps, text: str) -> Run | Sweep:
    """Return the run or the sweep that a text means: of a name that both have, what was started last."""
    if "/" in text:
        return runs.get(text)
    if is_id(text):
        return sweeps.get(text) if (sweeps.home.sweeps / text).is_dir() else runs.get(text)
    run, sweep = runs.index.latest(text), runs.index.sweeps.latest(text)
    if sweep is not None and (run is None or sweep.created > run.created):
        return sweeps.get(sweep.id)
    if run is None:
        known = {*runs.index.names(), *runs.index.sweeps.names()}
        raise NotFound(f"No run or sweep has the name or id {text!r}{nearest(text, sorted(known)) or '.'}")
    return runs.get(run.id)


def _best_of(runs: Runs, where: Where, best: str, of: str) -> tuple[Run, tuple[str, ...]]:
    metric, _, word = best.partition(":")
    rows = [row for row in runs.index.without_curves.list(where) if row.state is State.SUCCEEDED]
    reached = [(float(row.metrics[metric].last), row) for row in rows if metric in row.metrics]
    reached = [(value, row) for value, row in reached if not math.isnan(value)]
    if not reached:
        known = sorted({name for row in rows for name in row.metrics})
        has = f"they have {', '.join(known)}" if known else "none has succeeded with a metric"
        raise NotFound(f"No run of {of} has the metric {metric!r} ({has}){nearest(metric, known) or '.'}")
    way = _way(metric, word)
    value, row = max(reached, key=lambda pair: (way * pair[0], pair[1].created))
    return runs.get(row.id), (f"{_called(row)} is the best of {len(reached)} by {metric}: {value:.4g}.",)


def _called(row: RunRow) -> str:
    return f"{row.name}/{row.trial}" if row.sweep else row.id


def _way(metric: str, word: str) -> int:
    if word and word not in _WAYS:
        raise InvalidOption(f"{word!r} is no direction; write --best {metric}:maximize, or {metric}:minimize.")
    way = _WAYS.get(word) or direction(metric)
    if not way:
        raise InvalidOption(
            f"Whether more of {metric!r} is better its name does not say; write --best {metric}:maximize, or "
            f"{metric}:minimize."
        )
    return way


def _nothing_kept(run: Run) -> str:
    status = run.status
    made = [one for one in status.made if one.type.rpartition(".")[2] not in _PLAIN and one.type not in _FUNCTIONS]
    failed = next((one for one in status.made if one.why and one.size is None), None)
    if failed is not None:
        return f"The run {run.id} kept no model: {failed.name} could not be kept: {failed.why.rstrip('.')}."
    kept = [one.name for one in status.made if one.size is not None]
    what = f"only {', '.join(kept)}, of which none is a model" if kept else "nothing"
    likeliest = next((one.name for one in made if any(word in one.name for word in _CALLED)), "")
    name = likeliest or (made[0].name if made else "model")
    ended = "" if status.state is State.SUCCEEDED else f" and has {status.state}"
    return f"The run {run.id} kept {what}{ended}; run the cell again with --keep {name}, and register that run."


def _why_not(run: Run, value: str) -> str:
    try:
        run.values[value]
    except NotFound as error:
        return str(error)
    return f"The run {run.id} kept no value {value!r}."


def _refuse_ours(what: Any) -> None:
    noun = getattr(type(what), "jupyter_mlops_noun", "")
    if isinstance(what, Version):
        raise InvalidInput(f"{what.name} is a version already; {what.name.split(':')[0]}_model.point moves aliases.")
    if noun:
        raise Unsupported(f"What is registered is a run, a sweep, a name or a model; this is one {noun}.")


def _variable_of(runs: Runs, what: Any) -> str:
    namespace = runs.namespace() or {}
    return next((name for name, value in list(namespace.items()) if value is what and not name.startswith("_")), "")
