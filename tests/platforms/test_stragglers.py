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


# Each step ends when both ranks have done their part, so that both have the same pace.
IN_STEP = """
import os, socket, time
from jupyter_mlops.runtime.report import report
rank, port = int(os.environ["RANK"]), int(os.environ["MASTER_PORT"])
def connect():
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.01)
peer = connect() if rank else socket.create_server(("127.0.0.1", port)).accept()[0]
step = 0
while True:
    busy_until = time.process_time() + (0.01, 0.1)[rank]
    while time.process_time() < busy_until:
        pass
    peer.sendall(b"x")
    peer.recv(1)
    step += 1
    report(step=step, loss=1.0)
"""


def test_the_rank_that_others_wait_for_is_named_though_all_have_its_pace(home: Home) -> None:
    launcher = LocalLauncher(home)
    run = submit(home, launcher, IN_STEP.strip(), workers=2)
    await_that(lambda: run.status().straggler is not None)
    straggler = run.status().straggler
    assert straggler is not None
    assert straggler.rank == 1
    assert straggler.ratio > 1.5
    launcher.stop(run.path, "a test")
