"""A cell knows where it stands in a run, and as well where an operator or a launcher has started it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from jupyter_mlops.domain.kinds import training_count
from jupyter_mlops.runtime import distributed
from tests.domain.test_kinds import RECORDED, as_a_process_sees_it, job_of, pod_name, recording

# Kinds whose pods start the cell themselves; the others' launchers give their children what tells them apart.
BY_THEMSELVES = [name for name, shape in RECORDED.items() if shape.kind not in ("mpi", "paddle") and shape.slots == 1]


@pytest.fixture
def alone(monkeypatch):
    """An environment in which nobody has said anything, to which variables may be added."""
    for name in list(os.environ):
        if name.startswith(("JUPYTER_MLOPS_", "RANK", "WORLD_", "LOCAL_", "OMPI_", "PADDLE_", "TF_", "DMLC_", "MX_")):
            monkeypatch.delenv(name)

    def add(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return add


def place():
    return distributed.rank(), distributed.world_size(), distributed.role()


def test_a_process_that_nobody_knows_is_alone(alone):
    assert (*place(), distributed.local_rank(), distributed.is_chief()) == (0, 1, "worker", 0, True)


@pytest.mark.parametrize("name", BY_THEMSELVES)
def test_a_pod_of_an_operator_stands_where_it_would_stand_in_a_run(name, monkeypatch):
    there, job = recording(name), job_of(name)
    for theirs in there["pods"]:
        [ours] = [pod for pod in job.pods if pod_name(job.name, pod) == theirs["name"]]
        monkeypatch.setattr(os, "environ", as_a_process_sees_it(theirs))

        found = place()

        # Where the operator says nothing of roles, as for jax and a lone worker, all are workers.
        assert found == (ours.first, training_count(job.shape), ours.role)
        assert distributed.is_chief() == (ours.first == 0)


def test_in_a_run_its_own_variables_count(alone):
    alone(RANK="0", WORLD_SIZE="2", JUPYTER_MLOPS_RANK="3", JUPYTER_MLOPS_WORLD_SIZE="4", JUPYTER_MLOPS_ROLE="ps")
    assert place() == (3, 4, "ps")


@pytest.mark.parametrize(
    "variables",
    [
        {"RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1"},
        {"OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_RANK": "1"},
        {"PADDLE_TRAINER_ID": "3", "PADDLE_TRAINERS_NUM": "4", "PADDLE_RANK_IN_NODE": "1"},
        {"JAX_PROCESS_ID": "3", "JAX_NUM_PROCESSES": "4", "LOCAL_RANK": "1"},
    ],
)
def test_what_launchers_tell_their_children_is_understood(alone, variables):
    alone(**variables)
    assert (*place(), distributed.local_rank(), distributed.is_chief()) == (3, 4, "worker", 1, False)


def test_a_server_of_mxnet_that_has_only_its_role_comes_behind_the_workers(alone):
    alone(DMLC_ROLE="server", DMLC_NUM_WORKER="2")
    assert place() == (2, 2, "server")


def test_it_is_imported_from_the_package_and_brings_nothing_along():
    code = (
        "import sys\nfrom jupyter_mlops import distributed\nprint(distributed.rank())\n"
        "print([name for name in sys.modules if name.startswith('jupyter_mlops')])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.splitlines()[1] == "['jupyter_mlops', 'jupyter_mlops.runtime', 'jupyter_mlops.runtime.distributed']"
