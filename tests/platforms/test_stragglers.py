"""A rank that is slower than the others is told, and told no more when it is not."""

from __future__ import annotations

from pathlib import Path

from jupyter_mlops.domain.runs import Straggling
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.launcher_contract import await_that, submit

# Paced by a clock: the machine that tests it may be busy.
CELL = """
import os, time
from pathlib import Path
from jupyter_mlops.runtime.report import report
rank, mark, step, due = int(os.environ["RANK"]), Path({mark!r}), 0, time.time()
while True:
    due += 0.02 if mark.exists() else (0.1, 0.1, 0.25)[rank]
    time.sleep(max(0.0, due - time.time()))
    step += 1
    report(step=step, loss=1.0)
"""


def test_a_slow_rank_is_named_and_recovers(home: Home, tmp_path: Path) -> None:
    launcher, mark = LocalLauncher(home), tmp_path / "mark"
    run = submit(home, launcher, CELL.format(mark=str(mark)).strip(), workers=3)
    found: list[Straggling] = []

    def told() -> int:
        found[:] = [event for event in run.events() if isinstance(event, Straggling)]
        return len(found)

    await_that(lambda: told() > 0)
    assert found[0].rank == 2
    assert 1.8 < found[0].ratio < 3.2
    assert run.status().straggler == found[0]
    mark.touch()
    await_that(lambda: told() > 0 and found[-1].ratio == 0)
    assert run.status().straggler is None
    launcher.stop(run.path, "a test")
