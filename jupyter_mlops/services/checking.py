"""A run that is started for a moment, to see whether it would go: imports, what travels, first lines of each rank."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING

import msgspec

from jupyter_mlops.domain.exits import describe_exit
from jupyter_mlops.domain.explained import FirstLines, Imported, Trial
from jupyter_mlops.domain.runs import RankStatus, RunSpec, State
from jupyter_mlops.domain.units import format_duration
from jupyter_mlops.services import elsewhere
from jupyter_mlops.services.probing import imports_of
from jupyter_mlops.services.submission import Cell

if TYPE_CHECKING:
    from jupyter_mlops.services.run import Run
    from jupyter_mlops.services.runs import Runs

SECONDS = 20.0
_LINES, _LAST_LINES = 8, 4
_TURN_SECONDS = 0.1
_THERE = {*sys.stdlib_module_names, "jupyter_mlops", "__main__"}


class Checked(Trial, frozen=True):
    """What was seen of a run that was started for a moment; a notebook shows it as a page."""

    def __repr__(self) -> str:
        from jupyter_mlops.cards.checked import checked_text

        return checked_text(self)

    def _repr_html_(self) -> str:
        from jupyter_mlops.cards.checked import checked_html

        return checked_html(self)


def checked(runs: Runs, cell: Cell, spec: RunSpec, seconds: float) -> Checked:
    """Import what the cell imports, then start it for at most ``seconds``, and return what was seen.

    What is left of the run is removed unless it failed.
    """
    found = _imported(runs, cell, spec, seconds)
    failed = [each for each in found if each.error]
    if failed:
        names = " and ".join(f"`{each.module}`" for each in failed)
        return Checked(f"Not started: {spec.python} cannot import {names}.", False, imports=found)
    limits = msgspec.structs.replace(spec.limits, retries=0, restart="never", hang=0.0)
    run = runs.start(cell, msgspec.structs.replace(spec, limits=limits))
    try:
        is_over = _is_over(run, seconds)
        state = run.state
        seen = _seen(run, found, state, is_over, seconds)
    finally:
        run.stop()
        if run.state is not State.FAILED:
            runs.delete(run)
    return seen


def _is_over(run: Run, seconds: float) -> bool:
    """Say whether it has ended, ``seconds`` after its first line at the latest; others may be before it in line."""
    for _ in range(int(max(seconds, SECONDS) / _TURN_SECONDS)):
        if run.state not in (State.QUEUED, State.STARTING) or run.is_finished_within(_TURN_SECONDS):
            break
    return run.is_finished_within(seconds)


def _seen(run: Run, found: list[Imported], state: State, is_over: bool, seconds: float) -> Checked:
    status, receipt = run.status, run.receipt
    return Checked(
        sentence=_sentence(run, state, is_over, seconds),
        is_fine=state in (State.SUCCEEDED, State.RUNNING),
        state=state,
        run=run.id if state is State.FAILED else "",
        imports=found,
        captured=repr(receipt).splitlines()[: len(receipt.items)],
        warnings=[*receipt.warnings, *run.remarks],
        ranks=[_first_lines(run, rank, is_over) for rank in status.ranks],
    )


def _sentence(run: Run, state: State, is_over: bool, seconds: float) -> str:
    if state is State.RUNNING:
        return f"Still running after {seconds:g} s: fine."
    if not is_over:
        why = f" ({run.why.rstrip('.')})" if run.why else ""
        return f"Still {state.value} after {seconds:g} s{why}: how it goes was not seen."
    if state is State.SUCCEEDED:
        status = run.status
        took = (status.ended or 0.0) - (status.started or status.ended or 0.0)
        return f"Succeeded after {format_duration(took)}."
    return f"{state.value.capitalize()}: {run.why or 'see its card.'}"


def _first_lines(run: Run, rank: RankStatus, is_over: bool) -> FirstLines:
    lines = str(run.logs(rank.rank)).splitlines()
    end = ""
    if is_over and rank.ended is not None and rank.code != 0:
        end = rank.why or describe_exit(rank.code, rank.signal)
    rest = lines[_LINES:]
    last = rest[-_LAST_LINES:]
    return FirstLines(rank.rank, rank.role, lines[:_LINES], len(rest) - len(last), last, end)


def _imported(runs: Runs, cell: Cell, spec: RunSpec, seconds: float) -> list[Imported]:
    modules = _modules(cell)
    if not modules:
        return []
    told = elsewhere.ask(runs.home, spec, "importing.py", modules, seconds)
    found = [msgspec.convert(record, Imported) for record in told.records]
    if len(found) < len(modules) and not told.is_late:
        # The interpreter itself ended while it imported.
        found.append(Imported(modules[len(found)], error=told.complaint or f"the interpreter ended with {told.code}"))
    return found


def _modules(cell: Cell) -> list[str]:
    """Return the packages that the cell imports whatever happens, and those of the notebook that it uses."""
    from jupyter_mlops.capture.cells import read_cell
    from jupyter_mlops.capture.names import names_used

    read = read_cell(cell.code, cell.magic)
    used = [cell.namespace[name] for name in names_used(read.tree).reads if name in cell.namespace]
    modules = [value.__name__ for value in used if isinstance(value, types.ModuleType)]
    found = dict.fromkeys([*imports_of(read.source), *modules])
    return [name for name in found if name.partition(".")[0] not in _THERE]
