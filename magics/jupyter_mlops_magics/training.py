"""The act of ``%%train``: submit the cell, bind the run, show its card, wait."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jupyter_mlops.domain.errors import InvalidCell, RunFailed
from jupyter_mlops.domain.runs import State
from jupyter_mlops.domain.units import format_size
from jupyter_mlops.services import live
from jupyter_mlops.services.origin import notebook_cell, notebook_path, refuse_inside_a_rank
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.submission import Cell
from jupyter_mlops.widgets import view_of
from jupyter_mlops.workspace import Workspace, connect
from jupyter_mlops_magics.lines import NamedLine, read_named_line
from jupyter_mlops_magics.names import free_variable

if TYPE_CHECKING:
    from jupyter_mlops.services.checking import Checked
    from jupyter_mlops.services.explaining import Explained

_QUIET_SECONDS = 0.5
"""Progress of a capture that is shorter than this is not shown."""


def run_cell(magic: Any, line: str, body: str) -> Explained | Checked | None:
    """Run the cell and return when the run is finished, or at once if that was asked for.

    What was seen is returned where the cell is only to be looked at.

    Raises:
        RunFailed: the run has failed.
        KeyboardInterrupt: the waiting was interrupted; the run goes on.
        MlopsError: the run was not started.
    """
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    refuse_inside_a_rank()
    wanted = read_named_line(magic, "%%train", line, "%%train digits epochs=5")
    variable = free_variable(wanted.name, shell.user_ns)
    workspace = connect()
    detach = wanted.options.pop("detach", workspace.settings.detach)
    cell = cell_of(shell, f"%%train {line}", body)
    if "explain" in wanted.options or "check" in wanted.options:
        return _looked_at(workspace, shell, wanted, cell)
    run = _submit(workspace, shell, wanted, cell)
    run.variable = variable
    shell.user_ns[variable] = run
    live.use_view(view_of)
    if detach:
        live.show(run, shell)
    else:
        _wait(run, shell)
    return None


def cell_of(shell: Any, magic: str, body: str) -> Cell:
    """Return the cell that is running, below its ``magic`` line."""
    return Cell(
        code=body,
        namespace=shell.user_ns,
        magic=magic,
        prompt=_prompt(shell),
        id=notebook_cell(shell),
        notebook=notebook_path(shell),
        progress=CaptureProgress(),
    )


def _prompt(shell: Any) -> int:
    """Return the number of the cell that is running: IPython counts on before the cell runs, or after, by version."""
    return len(shell.history_manager.input_hist_parsed) - 1


@contextmanager
def submitted(shell: Any, cell: Cell) -> Iterator[None]:
    """Let the submission of ``cell`` show how far it is, and a cell that is no Python be told as IPython tells it."""
    try:
        yield
    except SyntaxError as error:
        raise _as_ipython_shows_it(shell, cell, error) from None
    finally:
        assert isinstance(cell.progress, CaptureProgress)
        cell.progress.clear()


def _submit(workspace: Workspace, shell: Any, wanted: NamedLine, cell: Cell) -> Run:
    options = {"on": workspace.platform, **wanted.options}
    with submitted(shell, cell):
        return workspace.runs.submit(cell, wanted.name, params=wanted.params, **options)


def _looked_at(workspace: Workspace, shell: Any, wanted: NamedLine, cell: Cell) -> Explained | Checked:
    """Return what would be started, or what was seen when it was started for a moment; nothing is bound."""
    options = {"on": workspace.platform, **wanted.options}
    explain, seconds = options.pop("explain", False), options.pop("check", None)
    with submitted(shell, cell):
        if explain:
            return workspace.runs.explain(cell, wanted.name, params=wanted.params, **options)
        return workspace.runs.check(cell, wanted.name, params=wanted.params, seconds=seconds, **options)


def _wait(run: Run, shell: Any) -> None:
    if live.watch(run, shell) is State.FAILED:
        why = run.why
        raise RunFailed(f"{run.name} failed{': ' + why if why else '.'}", run.id)


class CaptureProgress:
    """One line that says how much of which value is written, where that takes long enough to wonder."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._due = self._began + _QUIET_SECONDS
        self._width = 0

    def __call__(self, done: int, name: str) -> None:
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + _QUIET_SECONDS
        text = f"Taking along {name}: {format_size(done)}; interrupt to cancel."
        print("\r" + text.ljust(self._width), end="", flush=True)
        self._width = max(self._width, len(text))

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            print("\r" + " " * self._width + "\r", end="", flush=True)
            self._width = 0


def _as_ipython_shows_it(shell: Any, cell: Cell, error: SyntaxError) -> InvalidCell:
    """Return an error that reads as if IPython had met the syntax error itself."""
    error.filename = shell.compile.cache(f"{cell.magic}\n{cell.code}", cell.prompt)
    shown = NoPython(str(error))
    shown.lines = shell.SyntaxTB.structured_traceback(type(error), error, [])
    return shown


class NoPython(InvalidCell):
    """The cell is no Python."""

    lines: list[str]

    def _render_traceback_(self) -> list[str]:
        return self.lines


# Front ends show the name of the class: it is a syntax error. It cannot be derived from SyntaxError, for which IPython
# shows the frames of whoever raised it.
NoPython.__name__ = NoPython.__qualname__ = "SyntaxError"
