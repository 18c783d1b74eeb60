"""Real runs in every state: submitted through the product, held where they are until the home is closed."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import nbformat

from jupyter_mlops import wire
from jupyter_mlops.domain.receipts import Receipt
from jupyter_mlops.domain.runs import Event, Launched, Origin, RunNotes, RunSpec, State, StateChanged
from jupyter_mlops.services.run import Run
from jupyter_mlops.services.submission import Cell
from jupyter_mlops.store.home import publish_folder
from jupyter_mlops.workspace import Workspace
from tests.browser import hostile

_HOLD = "import time\nwhile True:\n    time.sleep(60)\n"
_TRAINS = """
lr = 0.1
epochs = 30
from jupyter_mlops import rank, report

for epoch in range(1, 13):
    report(epoch=epoch, loss=2 / epoch + rank() / 10, accuracy=1 - 1 / (epoch + 1 + rank()), lr=lr / epoch)
    print(f"epoch {epoch}/{epochs}: \\x1b[32mgood\\x1b[0m")
"""
_FAILS = """
from jupyter_mlops import rank, report

report(step=1, loss=0.5)
shape = (3, 4)
if rank() == 2:
    rows = [1, 2, 3]
    total = sum(rows) / (len(rows) - 3)
time.sleep(60)
"""
_DIES = "import os, signal\nprint('on my way')\nos.kill(os.getpid(), signal.SIGSEGV)\n"
_GROWS = "print('taking more')\nhoard = []\nwhile True:\n    hoard.append(bytearray(b'x' * (1 << 22)))\n"
_ENDS = """
from jupyter_mlops import out_dir, report

weights = list(range(1000))
stream = open("/dev/null")
history = {"loss": [0.5, 0.25]}
for step in range(20):
    report(step=step, loss=1 / (step + 1), accuracy=step / 20)
(out_dir / "report.txt").write_text("all is well")
print("done")
"""


class Gallery:
    """Runs by what they show: ``gallery["failed"]``.

    The order of submission is such that every run is where it stays when the gallery is complete.
    """

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self.workspace = workspace
        self._folder = folder
        self.runs: dict[str, Run] = {}
        # One slot each for those that are held: running, starting, detached.
        workspace.change(slots=8, gpus=2)
        self._make_ended()
        self._make_hostile()
        self._make_held()
        self._make_waiting()
        self._make_odd()

    def __getitem__(self, name: str) -> Run:
        return self.runs[name]

    def word(self, name: str) -> str:
        """Return the word that stands for the run's state on screen."""
        if name == "broken":
            return "Broken"
        state = str(self.runs[name].state)
        return "Waiting" if state == "queued" else state.capitalize()

    def card(self, name: str, *, prompt: int = 1) -> nbformat.NotebookNode:
        """Return a cell of a notebook that shows the run's card, as the kernel has written it there."""
        run = self.runs[name]
        bundle = self.workspace.runs.bundle(self.workspace.runs.snapshot(run))
        output = nbformat.v4.new_output("display_data", bundle)
        return nbformat.v4.new_code_cell(f"%%train {name}\n...", execution_count=prompt, outputs=[output])

    def _make_ended(self) -> None:
        self._submit("succeeded", _ENDS, name="digits", keep="weights,history,stream")
        self._submit("quiet", "x = 1\n", name="quiet")
        self._submit("failed", "import time\n" + _FAILS, name="ranks", workers=4)
        self._submit("signal", _DIES, name="segfault")
        self._submit("memory", _GROWS, name="hungry", memory="120MB")
        self._submit("stopped", _TRAINS + _HOLD, name="cancelled", params={"lr": 0.5})
        self._await("stopped", State.RUNNING)
        self["stopped"].stop()
        for name in ("succeeded", "quiet", "failed", "signal", "memory"):
            self[name].wait(60)
        self.runs["retried"] = self["succeeded"].retry()
        self["retried"].wait(60)
        self["retried"].note = "the better of the two"
        self["retried"].tags = ["baseline", "digits"]

    def _make_hostile(self) -> None:
        # Such a run fails, and another ends well, so that both cards are seen.
        params = hostile.PARAMS
        self._submit("hostile", hostile.CELL, name="hostile", params=params)
        self._submit("hostile-good", hostile.CELL, name="hostile-good", params={"title": "ends well"}, keep="made")
        for name in ("hostile", "hostile-good"):
            self[name].wait(60)
            self[name].note = hostile.NOTE
            self[name].tags = hostile.TAGS

    def _make_held(self) -> None:
        self._submit("running", _TRAINS + _HOLD, name="net", workers=4, params={"lr": 0.05})
        self._submit("detached", _TRAINS + _HOLD, name="overnight")
        self._submit("starting", "print('never comes')", name="slow-start", python=self._slow_python())
        self._await("running", State.RUNNING, lambda run: run.folder.row().metrics["loss"].count == 12)
        self._await("detached", State.RUNNING, lambda run: run.folder.row().metrics["loss"].count == 12)
        self._await("starting", State.STARTING)

    def _make_waiting(self) -> None:
        self._submit("holds-gpus", _HOLD, name="holds-gpus", gpus=2)
        self._await("holds-gpus", State.RUNNING)
        self._submit("waiting-gpus", _HOLD, name="waits-for-gpus", gpus=1)
        # There is a slot left, but who came first is served first.
        self.workspace.change(slots=5)
        self._submit("waiting", _TRAINS, name="next")
        self._await("waiting", State.QUEUED)

    def _make_odd(self) -> None:
        broken = self._publish("torn-20261124-000000-7f3k", "torn", Origin())
        (broken.path / "spec.json").write_text('{"id": "torn')
        self.workspace.index.refresh(broken.id)
        elsewhere = Origin(user="ada", host="another-laptop", machine="another@another-laptop", boot="b", pid=1)
        run = self._publish("away-20261124-000001-7f3k", "away", elsewhere, State.STARTING, State.RUNNING)
        keeper = {"pid": 1, "boot": "b", "machine": elsewhere.machine, "host": elsewhere.host}
        (run.path / "keeper.lock").write_bytes(msgspec.json.encode(keeper))
        day_ago = time.time() - 86_400
        os.utime(run.path / "keeper.lock", (day_ago, day_ago))
        self.workspace.index.refresh(run.id)
        self.runs |= {"broken": broken, "elsewhere": run}

    def _submit(self, key: str, code: str, **options: object) -> None:
        cell = Cell(code, {}, id=f"cell-{key}", notebook=str(self._folder / "demo.ipynb"), prompt=3)
        self.runs[key] = self.workspace.runs.submit(cell, **options)  # type: ignore[arg-type]

    def _await(self, key: str, state: State, holds: Callable[[Run], bool] = lambda run: True) -> None:
        run, end = self.runs[key], time.monotonic() + 60
        while run.state is not state or not holds(run):
            assert time.monotonic() < end, f"{key} is {run.state}, not {state}: {run.why}"
            time.sleep(0.05)

    def _slow_python(self) -> Path:
        """Return an interpreter that answers what it is asked, and never gets to the first line of the cell."""
        path = self._folder.parent / "slow-python"
        path.write_text(
            f'#!/bin/sh\ncase "$*" in *bootstrap*) exec sleep 100000 ;; esac\nexec {shlex.quote(sys.executable)} "$@"\n'
        )
        path.chmod(0o755)
        return path

    def _publish(self, run_id: str, name: str, origin: Origin, *states: State) -> Run:
        """Write a run's folder as another machine, or another day, may have left it."""
        home = self.workspace.home
        draft = home.draft()
        now = time.time() - 90_000
        spec = RunSpec(
            id=run_id, name=name, code_hash="c0de", created=now, python="python", cwd="/", origin=origin, env={}
        )
        (draft / "spec.json").write_bytes(wire.encode_pretty(spec))
        (draft / "bundle").mkdir()
        (draft / "bundle" / "cell.py").write_text("# %%train\nprint(1)\n")
        (draft / "bundle" / "receipt.json").write_bytes(wire.encode_pretty(Receipt()))
        events: list[Event] = [Launched(time=now, pid=1, host=origin.host)]
        events += [StateChanged(time=now + at, state=state) for at, state in enumerate(states)]
        (draft / "events.jsonl").write_bytes(b"".join(map(wire.encode_line, events)))
        (draft / "notes.json").write_bytes(wire.encode_pretty(RunNotes()))
        publish_folder(draft, home.runs / run_id)
        return self.workspace.runs.get(run_id)
