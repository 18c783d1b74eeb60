"""Sweeps as they would have been written by a conductor: by the product's own keeper, at once, their runs included."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_mlops import wire
from jupyter_mlops.domain.receipts import Receipt
from jupyter_mlops.domain.runs import (
    Event,
    MetricSummary,
    Number,
    Progress,
    RunRow,
    RunSpec,
    Scalar,
    State,
    StateChanged,
)
from jupyter_mlops.domain.spaces import Dimension
from jupyter_mlops.domain.sweeps import Importance, Objective, Result, SweepSpec, TrialFact
from jupyter_mlops.store.home import publish_folder
from jupyter_mlops.store.locks import Lock, try_lock
from jupyter_mlops.store.sweepkeeping import SweepKeeper
from jupyter_mlops.workspace import Workspace

CREATED = 1_795_514_400.0
CODE = "lr, depth, opt = 0.01, 4, 'adam'\nfrom jupyter_mlops import report\nreport(accuracy=lr)\n"
SPACE = [
    Dimension("lr", low=1e-4, high=0.1, log=True),
    Dimension("depth", low=2, high=8, whole=True),
    Dimension("width", low=16, high=256, step=16, whole=True),
    Dimension("dropout", low=0.0, high=0.4),
    Dimension("opt", options=["adam", "sgd"]),
]


class RecordedSweep:
    """Writes what happens to a sweep. Until it is closed it holds the sweep's lock, so that nobody takes it over."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        lock = try_lock(folder / "keeper.lock")
        assert lock is not None
        self._lock = lock
        self._workspace = workspace
        self.now = CREATED
        self.keeper = SweepKeeper(workspace.home, folder, lambda: self.now)
        # A run that goes on has somebody who keeps it, else it would be ended.
        self._runs: dict[str, Lock] = {}

    @property
    def id(self) -> str:
        return self.keeper.spec.id

    def begin(self) -> None:
        """Let the search go."""
        self.now += 1
        self.keeper.launched()
        self.keeper.begin()

    def ask(self, params: dict[str, Scalar], state: State = State.RUNNING) -> TrialFact:
        """Ask for a trial, whose run stands somewhere."""
        self.now += 1
        fact = self.keeper.asked(params)
        self._put_run(fact, state, None, "")
        return fact

    def tell(self, fact: TrialFact, result: Result, *values: float, why: str = "") -> None:
        """Let a trial end."""
        self.now += 9
        states = {"complete": State.SUCCEEDED, "failed": State.FAILED}
        self._put_run(fact, states.get(result, State.STOPPED), values[0] if values else None, why)
        told: list[Number] = list(values)
        self.keeper.told(fact.trial, result, told, why)

    def publish(self) -> None:
        """Bring the index up to date, and tell who looks."""
        self.keeper.publish_row()

    def close(self) -> None:
        """Let the sweep go."""
        self.keeper.publish_row()
        self.keeper.close()
        for lock in (*self._runs.values(), self._lock):
            lock.release()

    def _put_run(self, fact: TrialFact, state: State, value: float | None, why: str) -> None:
        spec = self.keeper.spec
        metrics = {spec.objectives[0].metric: _metric(value)} if value is not None else {}
        row = RunRow(
            id=fact.run,
            name=spec.name,
            state=state,
            why=why,
            params=fact.params,
            created=fact.asked,
            started=fact.asked + 0.2,
            ended=self.now if state.is_finished else None,
            metrics=metrics,
            progress=Progress(12 if state is State.SUCCEEDED else 4, 12, "epoch"),
            sweep=spec.id,
            trial=fact.trial,
        )
        folder = self._workspace.home.runs / fact.run
        if not folder.exists():
            _write_least(folder, row)
        if not state.is_finished and row.id not in self._runs:
            lock = try_lock(folder / "keeper.lock")
            assert lock is not None
            self._runs[row.id] = lock
        if state.is_finished:
            with open(folder / "events.jsonl", "ab") as events:
                events.write(wire.encode_line(StateChanged(time=self.now, state=state, why=why)))
        self._workspace.index.put(row)
        if state.is_finished and row.id in self._runs:
            self._runs.pop(row.id).release()


@contextmanager
def kept_sweep(workspace: Workspace, sweep_id: str, **asked: Any) -> Iterator[RecordedSweep]:
    """Publish a sweep and yield what writes it; the lock is let go afterwards."""
    name = sweep_id.rsplit("-", 3)[0]
    run = RunSpec(id=sweep_id, name=name, code_hash="c0de" * 16, created=CREATED, python="python", cwd="/")
    usual: dict[str, Any] = {"objectives": [Objective("accuracy", guessed=True)], "space": SPACE}
    spec = SweepSpec(id=sweep_id, name=name, created=CREATED, run=run, **(usual | asked))
    draft = workspace.home.draft()
    (draft / "spec.json").write_bytes(wire.encode_pretty(spec))
    (draft / "bundle").mkdir()
    (draft / "bundle" / "cell.py").write_text(f"# %%tune {name}\n{CODE}")
    (draft / "bundle" / "cell.json").write_text(json.dumps({"format": 1, "name": name, "prompt": 3}))
    folder = workspace.home.sweeps / sweep_id
    publish_folder(draft, folder)
    sweep = RecordedSweep(workspace, folder)
    try:
        yield sweep
    finally:
        sweep.close()


def record_trials(sweep: RecordedSweep, count: int) -> None:
    """Let so many trials end as they would: most of them well, some pruned, a few failed."""
    for number in range(1, count + 1):
        params = params_of(number)
        fact = sweep.ask(params)
        value = value_of(params)
        if number % 11 == 9:
            sweep.tell(fact, "failed", why="ValueError: the loss became nan at step 41")
        elif number > 3 and value < 0.88:
            sweep.tell(fact, "pruned", value - 0.05, why=f"pruned at step 4: {value - 0.05:.3f}, the median is 0.83")
        else:
            sweep.tell(fact, "complete", value)


def params_of(number: int) -> dict[str, Scalar]:
    """Return what trial ``number`` tries: points that cover the space evenly."""
    shares = [(number * step) % 1.0 for step in (0.618034, 0.754878, 0.569840, 0.819173, 0.350192)]
    return {
        "lr": float(f"{10 ** (-4 + 3 * shares[0]):.5g}"),
        "depth": 2 + int(shares[1] * 7),
        "width": 16 + 16 * int(shares[2] * 16),
        "dropout": round(0.4 * shares[3], 3),
        "opt": "adam" if shares[4] < 0.6 else "sgd",
    }


def value_of(params: dict[str, Scalar]) -> float:
    """Return what a trial reaches; the best is near ``lr=0.006 opt=adam``."""
    lr, dropout = float(str(params["lr"])), float(str(params["dropout"]))
    off = abs(math.log10(lr) + 2.2) / 2
    return round(0.985 - 0.11 * off**2 - (0.08 if params["opt"] == "sgd" else 0) - 0.2 * (dropout - 0.1) ** 2, 4)


def importances(trials: int) -> list[Importance]:
    """Return what a search would have learnt."""
    shares = {"lr": 0.52, "opt": 0.28, "width": 0.12, "dropout": 0.05, "depth": 0.03}
    return [Importance("accuracy", "fANOVA", trials, shares)]


def _metric(last: float) -> MetricSummary:
    recent = [last * (1 - math.exp(-(at + 1) / 4)) for at in range(12)]
    return MetricSummary(last, 12, recent[0], 1, last, 12, 12, axis="epoch", recent=recent)


def _write_least(folder: Path, row: RunRow) -> None:
    folder.mkdir()
    spec = RunSpec(
        id=row.id,
        name=row.name,
        code_hash="c0de",
        created=row.created,
        python="python",
        cwd="/",
        params=row.params,
        sweep=row.sweep,
        trial=row.trial,
    )
    events: list[Event] = [
        StateChanged(time=row.created, state=State.QUEUED),
        StateChanged(time=row.created, state=State.STARTING),
        StateChanged(time=row.created, state=State.RUNNING),
    ]
    (folder / "bundle").mkdir()
    (folder / "bundle" / "cell.py").write_text(CODE)
    (folder / "bundle" / "cell.json").write_text(json.dumps({"format": 1, "name": row.name, "prompt": 3}))
    (folder / "bundle" / "receipt.json").write_bytes(wire.encode_pretty(Receipt()))
    (folder / "spec.json").write_bytes(wire.encode_line(spec))
    (folder / "events.jsonl").write_bytes(b"".join(map(wire.encode_line, events)))
