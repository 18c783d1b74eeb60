"""A rank that was forked with its framework imported is as one that was started: the same cell, cold and warm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jupyter_mlops.domain.runs import State
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder
from jupyter_mlops.testing.launcher_contract import log_lines
from tests.frameworks.cells import MODULES, TOGETHER, python_of
from tests.frameworks.conftest import MADE
from tests.frameworks.test_contract import WARM
from tests.platforms.warming import finish, warm_home, warm_up

SEEN = """\
import atexit, json, os, random, signal, sys, threading
from concurrent.futures import ProcessPoolExecutor
def double(value):
    return 2 * value
if __name__ == "__main__":
    with ProcessPoolExecutor(1) as pool:
        doubled = list(pool.map(double, [1, 2]))
print("SEEN", json.dumps({
    "sum": total(2 ** number), "number": number, "count": count, "doubled": doubled,
    "argv": sys.argv, "main": sys.modules["__main__"].__name__, "cwd": os.getcwd(),
    "signals": {name: str(signal.getsignal(getattr(signal, name))) for name in ("SIGINT", "SIGTERM", "SIGCHLD")},
    "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])), "stdin": sys.stdin.read(),
    "environment": sorted(os.environ), "umask": os.umask(0o077),
}), flush=True)
print("DRAWN", random.random(), flush=True)
atexit.register(print, "LEFT")
leave()
"""

LOADED = """\
import torch
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.arange(8))
print("LOADED", sorted(int(each) for [batch] in DataLoader(data, 2, num_workers=2) for each in batch))
print("DRAWN", torch.rand(1).item(), torch.initial_seed())
"""


@pytest.fixture(scope="module", params=[kind for kind in MADE if kind in WARM])
def framework(request: pytest.FixtureRequest) -> str:
    """One of the frameworks that ranks can be forked from."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="module")
def home(framework: str) -> Iterator[Home]:
    """A home with a template that has the framework."""
    with warm_home() as home:
        warm_up(home, **values(framework))
        yield home


def values(kind: str) -> dict[str, Any]:
    return {"python": python_of(kind), "imports": [MODULES[kind]]}


def run_both(home: Home, framework: str, cell: str, **more: Any) -> tuple[RunFolder, RunFolder]:
    """Run a cell cold, then warm."""
    cold, warm = (finish(home, cell, cold=is_cold, **values(framework), **more) for is_cold in (True, False))
    for run, is_warm in ((cold, False), (warm, True)):
        status = run.status()
        assert (status.state, status.warm) == (State.SUCCEEDED, is_warm), (status.why, status.cold)
    return cold, warm


def said(run: RunFolder, rank: int, word: str) -> str:
    [line] = [line for line in log_lines(run, rank) if line.startswith(word + " ")]
    return line.removeprefix(word + " ")


@pytest.mark.timeout(300)
def test_ranks_that_were_forked_are_as_ranks_that_were_started(home: Home, framework: str, workers: int) -> None:
    cold, warm = run_both(home, framework, TOGETHER[framework] + SEEN, kind=framework, workers=workers)
    drawn = set()
    for rank in range(workers):
        assert json.loads(said(warm, rank, "SEEN")) == json.loads(said(cold, rank, "SEEN"))
        assert json.loads(said(warm, rank, "SEEN"))["sum"] == 2.0**workers - 1
        assert "LEFT" in log_lines(warm, rank)
        drawn |= {said(cold, rank, "DRAWN"), said(warm, rank, "DRAWN")}
    # Each rank draws its own random numbers.
    assert len(drawn) == 2 * workers


def test_exit_codes_are_the_same(home: Home, framework: str) -> None:
    cell = f"import sys, {MODULES[framework]}\nsys.exit(7)"
    runs = [finish(home, cell, cold=is_cold, **values(framework)) for is_cold in (True, False)]
    assert [run.status().warm for run in runs] == [False, True]
    assert [run.status().ranks[0].code for run in runs] == [7, 7]


@pytest.mark.skipif("pytorch" not in MADE, reason="needs PyTorch")
def test_loaders_of_torch_have_workers_and_each_run_has_a_seed_of_its_own(home: Home, framework: str) -> None:
    if framework != "pytorch":
        pytest.skip("these are torch's")
    cold, warm = run_both(home, framework, LOADED)
    again = finish(home, LOADED, **values(framework))
    assert [said(run, 0, "LOADED") for run in (cold, warm, again)] == [str(list(range(8)))] * 3
    # Where nobody gives a seed torch draws one, in each process.
    assert len({said(run, 0, "DRAWN") for run in (cold, warm, again)}) == 3
