"""In a real run of each kind: what a pod is given is what its operator gives it, and the framework takes it."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest

from jupyter_mlops.domain.kinds import Address, Job, environment, job_name, pods, training_count
from jupyter_mlops.domain.runs import State
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.launcher_contract import check_history, log_lines, submit
from tests.frameworks.cells import TOGETHER, python_of
from tests.frameworks.conftest import MADE

PATIENCE_SECONDS = 110

TOLD = "import json, os\nprint('ENVIRONMENT', json.dumps(dict(os.environ)), flush=True)\n"
SUMMED = "print('TOTAL', total(2 ** number), number, count, flush=True)\nleave()\n"

STARTERS_CHANGE = {"RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT", "POD_IP_DUMMY"}
"""What torchrun tells its children otherwise than the operator tells torchrun, and paddle's launch takes away."""


def test_ranks_find_each_other_by_what_the_operator_gives_their_pods(home: Home, kind: str, workers: int) -> None:
    check(home, kind=kind, workers=workers)


@pytest.mark.parametrize("kind", [kind for kind in ("pytorch", "mpi") if kind in MADE])
def test_several_ranks_in_each_pod_find_each_other(home: Home, kind: str) -> None:
    check(home, kind=kind, workers=2, slots=2)


def check(home: Home, **shape: Any) -> None:
    """Run a cell that tells what it was given, and sums over all ranks what only each of them has."""
    kind = shape["kind"]
    launcher = LocalLauncher(home)
    env = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_MLOPS_")}
    run = submit(
        home, launcher, TOLD + TOGETHER[kind] + SUMMED, name="Many_kinds", python=python_of(kind), env=env, **shape
    )
    assert launcher.wait(run.path, PATIENCE_SECONDS), [log_lines(run, rank) for rank in range(run.spec().rank_count)]
    spec, status = run.spec(), run.status()
    assert (status.state, status.notes) == (State.SUCCEEDED, []), (status.why, status.notes)
    check_history(run)
    count = training_count(spec.shape)
    job = Job(job_name(spec.name), spec.shape, [Address("127.0.0.1", 10001)] * len(pods(spec.shape)))
    for rank in range(spec.rank_count):
        pod, told = job.pod_of(rank), log_lines(run, rank)
        if pod.role != "launcher":
            check_environment(environment(job, pod), _said(told, "ENVIRONMENT"), set(env), pod.is_wrapped)
        if rank < count:
            assert _words(told, "TOTAL") == [f"{2.0**count - 1}", str(rank), str(count)]


def check_environment(wanted: dict[str, str], given: dict[str, str], before: set[str], is_wrapped: bool) -> None:
    """Fail unless a rank was given what the operator gives its pod, and what is ours under our names."""
    if is_wrapped:
        wanted = {name: value for name, value in wanted.items() if name not in STARTERS_CHANGE}
    assert {name: _without_ports(given.get(name, "")) for name in wanted} == {
        name: _without_ports(value) for name, value in wanted.items()
    }
    # Starters tell their children more. Python itself sets LC_CTYPE where no locale is set.
    if not is_wrapped:
        more = set(given) - set(wanted) - before - {"LC_CTYPE"}
        assert all(name.startswith("JUPYTER_MLOPS_") for name in more), more


def _said(lines: list[str], word: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(" ".join(_words(lines, word)))
    return found


def _words(lines: list[str], word: str) -> list[str]:
    [line] = [line for line in lines if line.startswith(word + " ")]
    return line.split(" ")[1:]


def _without_ports(text: str) -> str:
    return re.sub(r"\b\d{4,5}\b", "PORT", text)
