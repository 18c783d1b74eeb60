"""Runs that are worth comparing: one cell, of which five versions ran, with curves, parameters and what differs."""

from __future__ import annotations

import hashlib
import math
import random
from typing import NamedTuple

from jupyter_mlops.domain.metrics import Batch, Column, LogState
from jupyter_mlops.domain.runs import Scalar, State
from jupyter_mlops.workspace import Workspace
from tests.browser.recorded import Keeper, kept, record

NOW = 1_795_514_400.0
POINTS = 120
EPOCHS = 6
METRICS = ("val_acc", "loss", "f1")


class Told(NamedTuple):
    """One run: what it was given, and how well it did."""

    name: str
    params: dict[str, Scalar]
    reaches: float
    state: State = State.SUCCEEDED
    share: float = 1.0
    optimizer: str = "AdamW(model.parameters(), lr=lr)"
    more: str = "        xb = augment(xb, shift=1)\n"


RUNS = {
    "digits-20261124-140000-aaaa": Told("digits", {"lr": 0.008, "batch": 64, "width": 128, "dropout": 0.1}, 0.978),
    "digits-wide-20261124-133000-bbbb": Told(
        "digits-wide", {"lr": 0.004, "batch": 128, "width": 256, "dropout": 0.3}, 0.974
    ),
    "digits-20261124-135300-cccc": Told(
        "digits",
        {"lr": 0.01, "batch": 64, "width": 128, "dropout": 0.1},
        0.969,
        optimizer="SGD(model.parameters(), lr=lr, momentum=0.9)",
        more="",
    ),
    "digits-ddp-20261124-143000-dddd": Told(
        "digits-ddp", {"lr": 0.01, "batch": 64, "width": 128, "dropout": 0.1, "workers": 4}, 0.962
    ),
    "digits-tiny-20261124-132000-eeee": Told(
        "digits-tiny", {"lr": 0.02, "batch": 64, "width": 8, "dropout": 0.0}, 0.902, State.STOPPED, 0.37
    ),
}
A, B = "digits-20261124-140000-aaaa", "digits-20261124-135300-cccc"


def record_comparable(workspace: Workspace) -> list[str]:
    """Put five runs into a home, and return their ids, the best first."""
    for number, (run_id, told) in enumerate(RUNS.items()):
        params = {name: value for name, value in told.params.items() if name != "workers"}
        folder = record(
            workspace,
            run_id,
            _code(told),
            created=NOW - 600 * number,
            params=params,
            workers=int(told.params.get("workers", 1) or 1),
        )
        with kept(workspace, folder) as keeper:
            keeper.start()
            keeper.run(["done\n"])
            _report(keeper, told, number)
            why = "" if told.state is State.SUCCEEDED else "Stopped on request; nothing is left running."
            keeper.end(told.state, 170.0 * told.share + 20 * number, why)
    return list(RUNS)


def _code(told: Told) -> str:
    params = "".join(f"{name} = {value!r}\n" for name, value in told.params.items() if name != "workers")
    return (
        f"{params}model = Net(width, dropout)\n"
        f"opt = torch.optim.{told.optimizer}\n"
        "for epoch in range(epochs):\n"
        "    for xb, yb in loader:\n"
        f"{told.more}"
        "        step(model, xb, yb)\n"
        "    report(epoch=epoch, val_acc=accuracy(model), loss=loss, f1=f1)\n"
    )


def _report(keeper: Keeper, told: Told, number: int) -> None:
    """Write curves that end where they shall."""
    noise = random.Random(int(hashlib.sha256(told.name.encode()).hexdigest()[:6], 16) + number)
    count = int(POINTS * told.share)
    columns = []
    for metric in METRICS:
        goal = {"val_acc": told.reaches, "f1": told.reaches - 0.001, "loss": 3 * (1 - told.reaches)}[metric]
        start = 2.3 if metric == "loss" else 0.2
        column = Column(metric, "epoch", 0)
        column.steps = [EPOCHS * (at + 1) / POINTS for at in range(count)]
        # It falls off so that it ends at its goal, however soon that is.
        width = count / (6 + number)
        column.values = [
            goal + (start - goal) * math.exp(-at / width) + noise.gauss(0, 0.008) * (1 - at / count)
            for at in range(count - 1)
        ]
        column.values.append(goal)
        column.times = [keeper.now + at * 1.4 for at in range(count)]
        columns.append(column)
    keeper.keeper.database.write(1, 0, Batch(columns, [], 1), LogState(offset=1))
