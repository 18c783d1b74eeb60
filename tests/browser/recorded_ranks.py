"""Runs of several roles: one that goes, one that stands still, one with a straggler, one that lacks a package."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from jupyter_mlops.domain.runs import (
    AttemptBegun,
    CellError,
    CellFailed,
    Hung,
    Limits,
    Origin,
    RankExited,
    RankStack,
    RankStarted,
    State,
    Straggling,
)
from jupyter_mlops.services.run import Run
from jupyter_mlops.workspace import Workspace
from tests.browser.recorded import Keeper, record

NOON = 1_781_524_800.0

_CODE = """import torch.distributed as dist

dist.init_process_group("gloo")
for epoch in range(epochs):
    loss = fit(model, shard)
    dist.all_reduce(loss)
    report(epoch=epoch, loss=loss)
"""
_STACK = """Thread 0x00007f3a2c7fe740 (most recent call first):
  File "/opt/venv/lib/python3.11/site-packages/torch/distributed/distributed_c10d.py", line 2501 in all_reduce
  File "/opt/venv/lib/python3.11/site-packages/torch/distributed/c10d_logger.py", line 81 in wrapper
  File "Cell [3] (stuck)", line 7 in <module>
"""
_LOADER = """Thread 0x00007f3a2c7fe740 (most recent call first):
  File "/opt/venv/lib/python3.11/threading.py", line 327 in wait
  File "/opt/venv/lib/python3.11/queue.py", line 171 in get
  File "Cell [3] (stuck)", line 6 in <module>
"""


class RanksInRoles:
    """The runs by what they show: ``roles``, ``hung``, ``slow``, ``missing``. Close them before their home."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._kept: list[Keeper] = []
        self.runs: dict[str, Run] = {
            "roles": self._roles(),
            "hung": self._hung(),
            "slow": self._slow(),
            "missing": self._missing(),
        }

    def close(self) -> None:
        """Let the runs go that somebody keeps; they are not finished, and must not be taken over."""
        for keeper in self._kept:
            keeper.close()

    def _roles(self) -> Run:
        shape = {"kind": "tensorflow", "workers": 3, "ps": 2, "evaluator": True, "chief": True}
        keeper = self._begun("estimator", 0, **shape, limits=Limits(retries=2, restart="on-failure"))
        keeper.write(AttemptBegun(time=keeper.now, attempt=1, warm=True))
        keeper.run(_logs([1.0, 0.96, 1.04, 0, 0, 0], keeper.now), 0.2)
        keeper.write(RankExited(time=keeper.now, rank=2, attempt=1, signal=9, why="was killed by signal 9"))
        keeper.write(RankStarted(time=keeper.now + 1, rank=2, attempt=1, pid=202))
        keeper.now += 60
        keeper.sample((0.9 - rank / 20, 212_000_000 + rank * 3_000_000) for rank in range(6))
        return self._held(keeper)

    def _hung(self) -> Run:
        keeper = self._begun("stuck", 120, kind="pytorch", workers=3)
        cold = "Its ranks are started by torchrun, which begins each anew."
        keeper.write(AttemptBegun(time=keeper.now, attempt=1, why=cold))
        keeper.run(_logs([1.0, 1.0, 1.0], keeper.now), 0.9)
        keeper.now += 360
        stacks = [RankStack(0, _STACK, 7), RankStack(1, _STACK, 7), RankStack(2, _LOADER, 6)]
        keeper.write(Hung(time=keeper.now, attempt=1, seconds=300.0, stacks=stacks))
        keeper.sample((0.0, 412_000_000) for _ in range(3))
        return self._held(keeper)

    def _slow(self) -> Run:
        keeper = self._begun("uneven", 240, kind="jax", workers=4)
        keeper.run(_logs([1.0, 1.02, 0.99, 0.55], keeper.now), 0.3)
        keeper.now += 60
        keeper.write(Straggling(time=keeper.now, attempt=1, rank=3, ratio=1.83))
        keeper.sample((share, 212_000_000) for share in (0.55, 0.54, 0.56, 0.99))
        return self._held(keeper)

    def _missing(self) -> Run:
        keeper = self._begun("boosted", 360, kind="xgboost", workers=2)
        keeper.run(["loading\n", "loading\nTraceback (most recent call last):\nModuleNotFoundError: xgboost\n"], 0.3)
        error = CellError("ModuleNotFoundError", "No module named 'xgboost'", 2, "\x1b[31mModuleNotFoundError\x1b[39m")
        keeper.write(CellFailed(time=keeper.now, rank=1, attempt=1, error=error))
        why = "Rank 1: ModuleNotFoundError: No module named 'xgboost' (line 2)"
        keeper.end(State.FAILED, 2.0, why, failed=1, code=1)
        keeper.close()
        return self.workspace.runs.get(keeper.folder.name)

    def _begun(self, name: str, after: float, **spec: object) -> Keeper:
        origin = Origin(user="ada", host="laptop", notebook="/home/ada/ranks.ipynb", cell=name, prompt=3)
        run_id = f"{name}-20260615-12{int(after) // 60:02d}00-7f3k"
        folder = record(self.workspace, run_id, _CODE, created=NOON + after, origin=origin, **spec)
        keeper = Keeper(self.workspace, folder)
        keeper.start(0.1)
        return keeper

    def _held(self, keeper: Keeper) -> Run:
        keeper.keeper.publish_row(force=True)
        self._kept.append(keeper)
        return self.workspace.runs.get(keeper.folder.name)


def _logs(paces: Iterable[float], began: float) -> list[str]:
    """Return what ranks print in a minute: one that trains reports as many steps a second, others say one line."""
    return [
        "".join(_step(step, rank, began + step / pace) for step in range(int(60 * pace)))
        if pace
        else "serves\nserves on\n"
        for rank, pace in enumerate(paces)
    ]


def _step(step: int, rank: int, time: float) -> str:
    loss = 1.9 * math.exp(-step / 20) + 0.05 + rank * 0.05 + math.sin(step + rank) / 30
    line = {"report": {"step": step, "loss": round(loss, 4)}, "rank": rank, "time": time}
    return f"\x1e{json.dumps(line)}\nstep {step}: \x1b[32m{loss:.3f}\x1b[0m\n"
