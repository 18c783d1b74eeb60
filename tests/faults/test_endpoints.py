"""SIGKILL at random moments of whoever takes part in an endpoint: it goes on answering, and nothing is left behind.

``JUPYTER_MLOPS_FAULTS`` says how many of each kind (4 by default); ``JUPYTER_MLOPS_SEED`` repeats a failure.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local import members, processes
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.index import Index
from tests.platforms.serving import Crowd, Served, model_path

pytestmark = pytest.mark.faults

TIMES = int(os.environ.get("JUPYTER_MLOPS_FAULTS", "4"))
SEED = int(os.environ.get("JUPYTER_MLOPS_SEED", str(random.SystemRandom().randrange(10**6))))
AGAIN_SECONDS = 3.0
"""So long no client may be without an answer where a second replica lives."""
NOISE = 1.0
"""What a machine that does much else adds to the start of a process, in seconds."""

KERNEL = """
import sys
from pathlib import Path
from jupyter_mlops.store.home import Home
from tests.platforms.serving import Served, make_version, model
home = Home.open(Path(sys.argv[1]))
version = make_version(home, 1, model(1))
print("ready", flush=True)
served = Served(home)
served.create(version, least=int(sys.argv[2]), most=int(sys.argv[2]))
served.deployer.wait(served.path, 600)
"""
SERVER = """
import sys
from pathlib import Path
from jupyter_mlops.platforms.local.deployer import LocalDeployer
from jupyter_mlops.store.home import Home
deployer = LocalDeployer(Home.open(Path(sys.argv[1])))
print("ready", flush=True)
while True:
    deployer.settle(Path(sys.argv[2]))
"""
BARE = """
import pickle, sys, time
began = time.monotonic()
import numpy, orjson, uvicorn, httptools, uvloop
pickle.load(open(sys.argv[1], "rb"))
"""


def cases() -> list[tuple[str, int, int]]:
    times = dict.fromkeys(("kernel", "keeper", "router", "replica", "server"), TIMES)
    times |= dict.fromkeys(("keeper and router", "all"), max(1, TIMES // 4))
    return [(victim, 1 + number % 2, SEED + number) for victim, count in times.items() for number in range(count)]


@pytest.mark.parametrize(("victim", "replicas", "seed"), cases())
def test_a_kill_at_a_random_moment_is_survived(home: Path, victim: str, replicas: int, seed: int) -> None:
    print(f"seed {seed}: JUPYTER_MLOPS_SEED={seed} repeats it")
    chance = random.Random(seed)
    opened = Home.open(home)
    kernel = started(KERNEL, str(opened.path), str(replicas))
    served = Served(opened)
    server = None
    try:
        if victim == "kernel":
            time.sleep(chance.uniform(0.0, 0.5))
            kernel.kill()
        if not appears(served, kernel):
            return
        server = started(SERVER, str(opened.path), str(served.path))
        served.await_ready()
        served.await_(lambda: ready(served) == replicas)
        bare = seconds_bare(opened)
        with Crowd(served) as crowd:
            crowd.await_more(20)
            time.sleep(chance.uniform(0.0, 0.3))
            kill(served, victim, server, chance)
            if victim == "server":
                server = started(SERVER, str(opened.path), str(served.path))
            served.await_(lambda: ready(served) == replicas and served.folder.is_kept())
            crowd.await_more(50)
        assert "a request hangs" not in crowd.answers
        limit = AGAIN_SECONDS if replicas > 1 and victim != "all" else 2 * bare + NOISE
        assert crowd.longest < limit, f"{crowd.longest:.2f} s without an answer, {bare:.2f} s bare"
        check_failures(victim, replicas, crowd)
        served.do("stop")
        check_end(served)
    finally:
        for each in (kernel, server):
            if each is not None:
                end(each)


def check_failures(victim: str, replicas: int, crowd: Crowd) -> None:
    """Only who was killed himself loses what it was answering."""
    if victim in ("kernel", "keeper", "server") or (victim == "replica" and replicas > 1):
        assert crowd.failures == {}


def check_end(served: Served) -> None:
    status = served.folder.status()
    assert status.state is State.STOPPED
    assert members.marked(f"{members.MARK}={served.path}") == []
    served.await_(lambda: not served.folder.is_kept())
    assert [fact.replicas for fact in status.revisions] == [[]]
    assert not list((served.path / "requests").iterdir())
    with Index(served.home) as index:
        assert index.endpoints.get("digits") == served.folder.row()


def appears(served: Served, kernel: subprocess.Popen[str]) -> bool:
    """Say whether the endpoint was published; if it was not before its submitter died, nothing may be left."""
    deadline = time.monotonic() + 20
    while not served.path.exists():
        if kernel.poll() is not None and not list(served.home.tmp.iterdir()):
            return served.path.exists()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return True


def ready(served: Served) -> int:
    return sum(replica.state == "ready" for fact in served.folder.status().revisions for replica in fact.replicas)


def kill(served: Served, victim: str, server: subprocess.Popen[str], chance: random.Random) -> None:
    status, keeper = served.folder.status(), served.folder.keeper()
    assert keeper is not None
    replicas = [replica.pid for fact in status.revisions for replica in fact.replicas]
    chosen = {
        "keeper": [keeper.pid],
        "router": [status.router],
        "replica": [chance.choice(replicas)],
        "server": [server.pid],
        "keeper and router": [keeper.pid, status.router],
        "all": [keeper.pid, status.router, *replicas],
    }.get(victim, [])
    for number in (signal.SIGSTOP, signal.SIGKILL) if len(chosen) > 1 else (signal.SIGKILL,):
        for pid in chosen:
            processes.kill(pid, number)
    if victim == "server":
        end(server)


def seconds_bare(home: Home) -> float:
    """Return how long an interpreter takes to import what a replica needs, and to load the model."""
    path = model_path(home, 1)
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", BARE, str(path)], check=True)
    return time.monotonic() - began


def started(code: str, *words: str) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    with process:
        pass
