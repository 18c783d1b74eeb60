"""The act of ``%%tune`` and ``%tune``: submit the search, bind the sweep, show its card, wait."""

from __future__ import annotations

from typing import Any

from jupyter_mlops.domain.errors import InvalidOption, SweepFailed, nearest
from jupyter_mlops.domain.runs import State
from jupyter_mlops.services import live
from jupyter_mlops.services.origin import refuse_inside_a_rank
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.submission import Cell
from jupyter_mlops.services.sweep import Sweep
from jupyter_mlops.workspace import Workspace, connect
from jupyter_mlops_magics.lines import NamedLine, read_named_line
from jupyter_mlops_magics.names import free_variable, meant
from jupyter_mlops_magics.training import cell_of, submitted

_EXAMPLE = "digits lr=1e-4..1e-1:log --objective accuracy"
_ENDING = "_sweep"


def tune_this_cell(magic: Any, line: str, body: str) -> None:
    """Search with the cell and return when the sweep is finished, or at once if that was asked for.

    Raises:
        SweepFailed: the sweep has failed.
        KeyboardInterrupt: the waiting was interrupted; the search goes on.
        MlopsError: nothing was started.
    """
    shell = _shell()
    wanted = read_named_line(magic, "%%tune", line, f"%%tune {_EXAMPLE}")
    variable = free_variable(wanted.name, shell.user_ns, called="%%tune", ending=_ENDING)
    _run(shell, wanted, variable, cell_of(shell, f"%%tune {line}", body))


def tune_a_run(magic: Any, line: str) -> None:
    """Search with a run's cell and values as they were; else as ``tune_this_cell``."""
    shell = _shell()
    wanted = read_named_line(magic, "%tune", line, f"%tune {_EXAMPLE}")
    run = meant(wanted.name, connect().runs, shell.user_ns)
    variable = free_variable(run.name, shell.user_ns, called="%tune", ending=_ENDING)
    wanted.name = run.name
    _run(shell, wanted, variable, run)


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    refuse_inside_a_rank()
    return get_ipython()


def _run(shell: Any, wanted: NamedLine, variable: str, source: Cell | Run) -> None:
    workspace = connect()
    detach = wanted.options.pop("detach", workspace.settings.detach)
    sweep = _submit(workspace, shell, wanted, source)
    sweep.variable = variable
    shell.user_ns[variable] = sweep
    if detach:
        live.show(sweep, shell)
    elif live.watch(sweep, shell) is State.FAILED:
        why = sweep.why
        raise SweepFailed(f"{sweep.name} failed{': ' + why if why else '.'}", sweep.id)


def _submit(workspace: Workspace, shell: Any, wanted: NamedLine, source: Cell | Run) -> Sweep:
    options = dict(wanted.options)
    objective = options.pop("objective", None)
    if objective is None:
        raise InvalidOption(
            "A search needs to know what is to be best: add --objective METRIC, a name that the cell reports, "
            "such as --objective accuracy."
        )
    function = options.pop("space", None)
    space: Any = wanted.texts if function is None else _function(function, wanted, shell.user_ns)
    if isinstance(source, Run):
        return workspace.sweeps.submit(source, wanted.name, space=space, objective=objective, **options)
    options = {"on": workspace.platform, **options}
    with submitted(shell, source):
        return workspace.sweeps.submit(source, wanted.name, space=space, objective=objective, **options)


def _function(name: str, wanted: NamedLine, namespace: dict[str, Any]) -> Any:
    """Return the notebook's function ``name``, which says the space by itself."""
    if wanted.texts:
        given = ", ".join(wanted.texts)
        raise InvalidOption(f"--space {name} says the whole space, so {given} belongs into it: trial.suggest_...")
    found = namespace.get(name)
    if not callable(found):
        known = [each for each, value in namespace.items() if callable(value) and not each.startswith("_")]
        raise InvalidOption(
            f"--space {name}: the notebook has no function of that name{nearest(name, known) or '.'} It takes Optuna's "
            "trial, as in def space(trial): return {'lr': trial.suggest_float('lr', 1e-4, 1e-1, log=True)}"
        )
    return found
