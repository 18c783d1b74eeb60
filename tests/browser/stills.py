"""Runs that stand still, so that pictures of them can be compared: every time in them is written, none is measured."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from jupyter_mlops.domain.runs import CellEnded, CellError, CellFailed, Made, Origin, State
from jupyter_mlops.services.run import Run
from jupyter_mlops.workspace import Workspace
from tests.browser.recorded import Keeper, record

# A day in summer time, so that a picture also shows that local time is meant.
NOON = 1_781_524_800.0
NOW = NOON + 900.0

_CODE = """epochs = 12
rate = 0.002

model = Reader(hidden=32, rate=rate)
for epoch in range(1, epochs + 1):
    loss = model.practise(shuffle.permutation(learn))
    report(epoch=epoch, loss=loss, accuracy=model.accuracy(unseen))
    print(f"epoch {epoch}/{epochs}: {loss:.3f}")
"""
_TRACEBACK = """\x1b[31m---------------------------------------------------------------------------\x1b[39m
\x1b[31mZeroDivisionError\x1b[39m                         Traceback (most recent call last)
\x1b[36mCell [3] (ranks)\x1b[39m\x1b[36m, line 7\x1b[39m
\x1b[32m----> 7\x1b[39m     loss = model.practise(shuffle.permutation(learn)) / \x1b[32m0\x1b[39m
\x1b[31mZeroDivisionError\x1b[39m: division by zero"""


class Stills:
    """One run of each kind, by what it shows; close them before their home."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._kept: list[Keeper] = []
        self.runs: dict[str, Run] = {
            "succeeded": self._succeeded(),
            "failed": self._failed(),
            "stopped": self._stopped(),
            "running": self._running(),
            "starting": self._starting(),
            "waiting": self._waiting(),
        }

    def close(self) -> None:
        """Let the runs go that somebody keeps; they are not finished, and must not be taken over."""
        for keeper in self._kept:
            keeper.close()

    def _succeeded(self) -> Run:
        keeper = self._keeper("digits-20260615-120000-7f3k", 0, keep=["model"], params={"rate": 0.002})
        keeper.start(0.4)
        keeper.run(_logs(12, 1, keeper.now), 0.6)
        keeper.sample([(0.98, 212_000_000)])
        keeper.write(
            CellEnded(time=keeper.now, attempt=1, made=[Made("model", "Reader", 48_213), Made("loss", "float")])
        )
        keeper.end(State.SUCCEEDED, 61.0)
        return self._done(keeper)

    def _failed(self) -> Run:
        keeper = self._keeper("ranks-20260615-120200-4qz1", 120, workers=4)
        keeper.start(0.4)
        keeper.run(_logs(7, 4, keeper.now), 0.6)
        error = CellError("ZeroDivisionError", "division by zero", 7, _TRACEBACK)
        keeper.write(CellFailed(time=keeper.now + 20, rank=2, attempt=1, error=error))
        keeper.end(State.FAILED, 21.0, "Rank 2: ZeroDivisionError: division by zero (line 7)", failed=2, code=1)
        return self._done(keeper)

    def _stopped(self) -> Run:
        keeper = self._keeper("wide-20260615-120400-m0x8", 240, params={"hidden": 512})
        keeper.start(0.4)
        keeper.run(_logs(4, 1, keeper.now), 0.6)
        keeper.end(State.STOPPED, 30.0, "Stopped by ada@laptop.", signal=15)
        return self._done(keeper)

    def _running(self) -> Run:
        keeper = self._keeper("net-20260615-120500-b7tt", 300, workers=4, params={"rate": 0.002, "hidden": 32})
        keeper.start(0.4)
        keeper.run(_logs(8, 4, keeper.now), 0.6)
        keeper.sample([(0.98, 212_000_000), (0.97, 208_000_000), (0.99, 215_000_000), (0.41, 207_000_000)])
        return self._held(keeper)

    def _starting(self) -> Run:
        keeper = self._keeper("slow-20260615-121400-c2aa", 840)
        keeper.start(0.4)
        return self._held(keeper)

    def _waiting(self) -> Run:
        keeper = self._keeper("next-20260615-121430-p9wd", 870)
        keeper.keeper.change(State.QUEUED, "All 2 slots are taken; it is next in line.")
        return self._held(keeper)

    def _keeper(self, run_id: str, after: float, **spec: object) -> Keeper:
        origin = Origin(user="ada", host="laptop", notebook="/home/ada/digits.ipynb", cell="train", prompt=3)
        folder = record(self.workspace, run_id, _CODE, created=NOON + after, origin=origin, **spec)
        return Keeper(self.workspace, folder)

    def _done(self, keeper: Keeper) -> Run:
        keeper.close()
        return self.workspace.runs.get(keeper.folder.name)

    def _held(self, keeper: Keeper) -> Run:
        keeper.keeper.publish_row(force=True)
        self._kept.append(keeper)
        return self.workspace.runs.get(keeper.folder.name)


def _logs(epochs: int, ranks: int, began: float) -> Iterable[str]:
    return ["".join(_epoch(epoch, rank, began) for epoch in range(1, epochs + 1)) for rank in range(ranks)]


def _epoch(epoch: int, rank: int, began: float) -> str:
    loss = 1.9 * math.exp(-epoch / 4) + 0.05 + rank * 0.02
    report = {"epoch": epoch, "loss": round(loss, 4), "accuracy": round(1 - loss / 3, 4)}
    line = {"report": report, "rank": rank, "time": began + epoch * 5}
    return f"\x1e{json.dumps(line)}\nepoch {epoch}/12: \x1b[32m{loss:.3f}\x1b[0m\n"
