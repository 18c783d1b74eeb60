"""A run as its card shows it, gathered from its folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jupyter_mlops import wire
from jupyter_mlops.cards.metrics import groups
from jupyter_mlops.domain import missing
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.receipts import Receipt
from jupyter_mlops.domain.runs import Processes, RunRow, RunSnapshot, RunSpec, RunStatus, State, first_statuses
from jupyter_mlops.services.crashes import LINES, crash
from jupyter_mlops.services.logs import read_tail
from jupyter_mlops.services.recorded import bands, curves, recorded, usage
from jupyter_mlops.store.nearby import place_of
from jupyter_mlops.store.runs import RunFolder

LOG_LINES = 12
RANKS_READ = 4
"""Of how many ranks the end of the log is read: a card shows no more lines than that."""

CURVES = 8
DRAWN = 2
"""How many charts a card has."""


def read_snapshot(folder: RunFolder, home_id: str) -> RunSnapshot:
    """Return what the card of the run in ``folder`` shows; a broken run's says why it is broken."""
    row = folder.row()
    if row.broken:
        return RunSnapshot(row=row, home=home_id)
    spec, status = folder.spec(), folder.status()
    snapshot = RunSnapshot(
        row=row,
        ranks=status.ranks or first_statuses(spec),
        error=status.error,
        made=status.made,
        notes=list(status.notes),
        keep=spec.keep,
        log=_log(folder, spec, status),
        prompt=spec.origin.prompt,
        home=home_id,
        resources=spec.resources,
        limits=spec.limits,
        code_hash=spec.code_hash,
        warm=status.warm,
        cold=status.cold,
        hung=status.hung,
        straggler=status.straggler,
        processes=Processes(spec.slots, spec.ps, spec.evaluator, spec.servers, spec.chief),
    )
    _add_crash(snapshot, folder, status)
    _add_missing(snapshot, spec)
    _add_bundle(snapshot, folder)
    _add_recorded(snapshot, folder, row)
    return snapshot


def _add_missing(snapshot: RunSnapshot, spec: RunSpec) -> None:
    """Say what is to be done about a module that was not found."""
    error = snapshot.error
    module = missing.module_of(error.message) if error is not None and error.type == missing.ERROR else ""
    if module and (place := place_of(spec, module)):
        said = missing.remedy(spec.python, module, place)
        snapshot.notes.append(f"{said[:1].upper()}{said[1:]}.")
    elif module:
        snapshot.install = missing.install_line(spec.python, module)


def _add_crash(snapshot: RunSnapshot, folder: RunFolder, status: RunStatus) -> None:
    rank = next((rank for rank in status.ranks if rank.rank == status.failed_rank), None)
    if rank is None or rank.signal is None:
        return
    snapshot.line, lines = crash(read_tail(folder.log_path(rank.rank, status.attempt), LINES))
    others = [line for line in snapshot.log if line[0] != rank.rank]
    # In the order of the ranks, as the log was.
    snapshot.log = sorted([*others, *((rank.rank, line) for line in lines[-LOG_LINES:])], key=lambda line: line[0])


def _add_bundle(snapshot: RunSnapshot, folder: RunFolder) -> None:
    with _missing_is_empty():
        snapshot.code = (folder.path / "bundle" / "cell.py").read_text("utf-8", "replace")
    with _missing_is_empty():
        receipt = wire.decode((folder.path / "bundle" / "receipt.json").read_bytes(), Receipt)
        snapshot.captured = receipt.summary
        snapshot.notes += receipt.warnings


def _add_recorded(snapshot: RunSnapshot, folder: RunFolder, row: RunRow) -> None:
    with _missing_is_empty(), recorded(folder.path) as database:
        snapshot.curves = curves(database, list(row.metrics)[:CURVES], row.attempt)
        if len(snapshot.ranks) > 1:
            drawn = [group[0] for group in groups(list(snapshot.curves), DRAWN)]
            snapshot.bands = bands(database, drawn, row.attempt)
        if row.state is State.RUNNING:
            snapshot.usage = usage(database, row.attempt)


def _log(folder: RunFolder, spec: RunSpec, status: RunStatus) -> list[tuple[int, str]]:
    """Return the last lines of the first ranks, and of the one that failed."""
    ranks = list(range(min(spec.rank_count, RANKS_READ)))
    if status.failed_rank is not None and status.failed_rank not in ranks:
        ranks.append(status.failed_rank)
    lines = max(2, LOG_LINES // len(ranks))
    return [(rank, line) for rank in ranks for line in read_tail(folder.log_path(rank, status.attempt), lines)]


@contextmanager
def _missing_is_empty() -> Iterator[None]:
    """Let a part of a card stay empty where its file is missing or cannot be read: the rest is worth showing."""
    try:
        yield
    except (OSError, ValueError, SyntaxError, MlopsError):
        return
