"""Which pods a run has, what the operators give them, and which of them decide.

``tests/golden`` has what the operators gave their pods. The rules of success are those of the operators' controllers
(``UpdateJobStatus`` of each kind, version 1.8.1; 1.9.4 for jax).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_mlops.domain.kinds import (
    CELL,
    KINDS,
    MPI_WORKER,
    MPIRUN,
    OPTIONS,
    PADDLE,
    TORCHRUN,
    Address,
    Files,
    Job,
    Pod,
    Shape,
    deciding,
    environment,
    is_lasting,
    pods,
    rank_count,
    starters,
    training_count,
)

GOLDEN = Path(__file__).parents[1] / "golden"

RECORDED = {
    "jaxjob": Shape("jax", 2),
    "mpijob": Shape("mpi", 2),
    "mxjob": Shape("mxnet", 2),
    "paddlejob": Shape("paddle", 2),
    "paddlejob-master": Shape("paddle", 2, ps=1),
    "pytorchjob": Shape("pytorch", 3),
    "pytorchjob-master": Shape("pytorch", 1),
    "pytorchjob-nproc2": Shape("pytorch", 3, slots=2),
    "tfjob": Shape("tensorflow", 3, chief=True, ps=1, evaluator=True),
    "tfjob-single": Shape("tensorflow", 1),
    "tfjob-worker": Shape("tensorflow", 2),
    "xgboostjob": Shape("xgboost", 3),
}
"""What asks here for the job that was recorded there."""

NOT_OURS = {"pytorchjob-elastic": "no kind of ours has an elastic number of pods"}


def recording(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text())
    return found


def pod_name(job: str, pod: Pod) -> str:
    """Return what the operator calls a pod: the launcher of an MPIJob, of which there is one, has no number."""
    return f"{job}-launcher" if pod.role == "launcher" else f"{job}-{pod.name}"


def job_of(name: str) -> Job:
    """Return the recorded job with the addresses that its pods had."""
    there, shape = recording(name), RECORDED[name]
    known = {pod["name"]: pod for pod in there["pods"]}
    suffix = ".golden.svc" if shape.kind == "tensorflow" else ""
    addresses = []
    for pod in pods(shape):
        called = pod_name(there["name"], pod)
        ports = [port["containerPort"] for port in known[called]["ports"]]
        addresses.append(Address(called + suffix, ports[0] if ports else 0))
    return Job(there["name"], shape, addresses)


def as_a_process_sees_it(pod: dict[str, Any]) -> dict[str, str]:
    """Return the variables of a recorded pod, whose address is its name: Kubernetes puts in fields and variables."""
    seen: dict[str, str] = {}
    for variable in pod["env"]:
        value = pod["name"] if "valueFrom" in variable else variable.get("value", "")
        for name, known in seen.items():
            value = value.replace(f"$({name})", known)
        seen[variable["name"]] = value
    return seen


def recorded_pods() -> Iterator[tuple[str, str]]:
    for name in RECORDED:
        for pod in recording(name)["pods"]:
            yield name, pod["name"]


def local(shape: Shape) -> Job:
    """Return a job as this machine has it: one address, a port for each pod."""
    return Job("digits", shape, [Address("127.0.0.1", 20001 + at) for at in range(len(pods(shape)))])


def environments(shape: Shape) -> dict[str, dict[str, str]]:
    job = local(shape)
    return {pod.name: environment(job, pod) for pod in job.pods}


def names(found: list[Pod]) -> list[str]:
    return [pod.name for pod in found]


def test_every_recording_is_compared_or_said_not_to_be_ours():
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(RECORDED) | set(NOT_OURS)


def test_every_kind_of_an_operator_was_recorded():
    assert {shape.kind for shape in RECORDED.values()} == set(KINDS) - {"python"}


@pytest.mark.parametrize("name", RECORDED)
def test_a_run_has_the_pods_of_the_operators_job(name):
    there = recording(name)

    ours = [pod_name(there["name"], pod) for pod in pods(RECORDED[name])]

    assert sorted(ours) == sorted(pod["name"] for pod in there["pods"])


@pytest.mark.parametrize(("name", "called"), list(recorded_pods()))
def test_a_pod_has_exactly_the_variables_that_the_operator_gives_it(name, called):
    there, job = recording(name), job_of(name)
    [theirs] = [pod for pod in there["pods"] if pod["name"] == called]
    [ours] = [pod for pod in job.pods if pod_name(job.name, pod) == called]

    assert environment(job, ours) == as_a_process_sees_it(theirs)


def test_without_all_roles_the_recordings_would_prove_little():
    seen = {(RECORDED[name].kind, pod.role) for name in RECORDED for pod in pods(RECORDED[name])}

    assert seen == {
        ("jax", "worker"),
        ("mpi", "launcher"),
        ("mpi", "worker"),
        ("mxnet", "scheduler"),
        ("mxnet", "server"),
        ("mxnet", "worker"),
        ("paddle", "master"),
        ("paddle", "worker"),
        ("pytorch", "master"),
        ("pytorch", "worker"),
        ("tensorflow", "chief"),
        ("tensorflow", "evaluator"),
        ("tensorflow", "ps"),
        ("tensorflow", "worker"),
        ("xgboost", "master"),
        ("xgboost", "worker"),
    }


def test_rank_counts_pods_while_world_size_counts_processes():
    found = environments(Shape("pytorch", 3, slots=2))

    assert [each["RANK"] for each in found.values()] == ["0", "1", "2"]
    assert {each["WORLD_SIZE"] for each in found.values()} == {"6"}
    assert {each["PET_NNODES"] for each in found.values()} == {"3"}


def test_torchrun_decides_on_processes_only_where_nobody_said_how_many():
    assert environments(Shape("pytorch", 2))["worker-0"]["PET_NPROC_PER_NODE"] == "auto"
    assert environments(Shape("pytorch", 2, slots=4))["worker-0"]["PET_NPROC_PER_NODE"] == "4"


def test_a_lone_worker_of_tensorflow_has_no_cluster():
    assert environments(Shape("tensorflow", 1)) == {"worker-0": {}}
    assert environments(Shape("tensorflow", 1, chief=True)) == {"chief-0": {}}


def test_one_worker_with_a_parameter_server_or_an_evaluator_has_a_cluster():
    for shape in (Shape("tensorflow", 1, ps=1), Shape("tensorflow", 1, evaluator=True)):
        assert all("TF_CONFIG" in each for each in environments(shape).values())


def test_a_worker_of_mpi_is_given_nothing():
    found = environments(Shape("mpi", 2, slots=2))

    assert (found["worker-0"], found["worker-1"]) == ({}, {})


def test_the_launcher_of_mpi_is_told_its_files_and_sees_no_device():
    shape = Shape("mpi", 1)
    addresses = [Address("127.0.0.1", 1), Address("127.0.0.1", 2)]

    found = environment(Job("digits", shape, addresses, Files("/run/agent", "/run/hosts")), pods(shape)[-1])

    assert found["OMPI_MCA_plm_rsh_agent"] == found["I_MPI_HYDRA_BOOTSTRAP_EXEC"] == "/run/agent"
    assert found["OMPI_MCA_orte_default_hostfile"] == "/run/hosts"
    assert found["NVIDIA_VISIBLE_DEVICES"] == ""


def test_a_lone_master_of_xgboost_hears_of_no_workers():
    alone = environments(Shape("xgboost", 1))["master-0"]

    assert alone["WORLD_SIZE"] == "1"
    assert not {"WORKER_PORT", "WORKER_ADDRS"} & set(alone)


def test_only_the_first_pod_of_paddle_learns_its_own_address():
    collective = environments(Shape("paddle", 3))
    served = environments(Shape("paddle", 2, ps=2))

    assert [name for name, each in collective.items() if "POD_IP_DUMMY" in each] == ["worker-0"]
    assert [name for name, each in served.items() if "POD_IP_DUMMY" in each] == ["master-0"]
    assert {each["PADDLE_MASTER"] for each in served.values()} == {"127.0.0.1:20001"}


def test_the_nodes_of_paddle_count_its_parameter_servers():
    assert {each["PADDLE_NNODES"] for each in environments(Shape("paddle", 2, ps=1)).values()} == {"3"}


def test_only_workers_of_mxnet_have_a_number_of_their_own():
    found = environments(Shape("mxnet", 2, servers=2))

    assert [name for name, each in found.items() if "DMLC_WORKER_ID" in each] == ["worker-0", "worker-1"]
    assert {each["DMLC_NUM_SERVER"] for each in found.values()} == {"2"}
    assert {each["DMLC_PS_ROOT_PORT"] for each in found.values()} == {"20005"}


def test_processes_of_no_framework_count_from_zero_and_share_this_machine():
    found = environments(Shape("python", 2))

    assert [(each["RANK"], each["LOCAL_RANK"], each["WORLD_SIZE"]) for each in found.values()] == [
        ("0", "0", "2"),
        ("1", "1", "2"),
    ]


@pytest.mark.parametrize(
    "shape",
    [
        Shape("python", 3),
        Shape("pytorch", 3, slots=2),
        Shape("tensorflow", 3, chief=True, ps=2, evaluator=True),
        Shape("xgboost", 3),
        Shape("mpi", 3, slots=2),
        Shape("paddle", 3, slots=2),
        Shape("paddle", 3, ps=2),
        Shape("mxnet", 3, servers=2),
        Shape("jax", 3),
    ],
    ids=lambda shape: shape.kind,
)
def test_ranks_are_numbered_without_a_gap_and_those_that_train_come_first(shape):
    job = local(shape)
    training = {"master", "chief", "worker"}

    roles = [job.pod_of(rank).role for rank in range(rank_count(shape))]

    assert all(role in training for role in roles[: training_count(shape)])
    assert not any(role in training for role in roles[training_count(shape) :])


@pytest.mark.parametrize(
    ("shape", "starts"),
    [
        (Shape("python", 2), {CELL}),
        (Shape("pytorch", 2), {CELL}),
        (Shape("pytorch", 1, slots=2), {TORCHRUN}),
        (Shape("tensorflow", 2, ps=1), {CELL}),
        (Shape("xgboost", 2), {CELL}),
        (Shape("mpi", 2), {MPIRUN, MPI_WORKER}),
        (Shape("paddle", 2), {PADDLE}),
        (Shape("paddle", 2, ps=1), {PADDLE}),
        (Shape("mxnet", 2), {CELL}),
        (Shape("jax", 2), {CELL}),
    ],
)
def test_a_pod_starts_what_its_environment_is_input_for(shape, starts):
    assert {pod.starts for pod in pods(shape)} == starts
    assert set(starters(shape)) == starts - {CELL, MPI_WORKER}


@pytest.mark.parametrize(
    ("shape", "decide"),
    [
        # Nobody but the Master is asked.
        (Shape("pytorch", 3), ["master-0"]),
        (Shape("pytorch", 1), ["master-0"]),
        (Shape("xgboost", 3), ["master-0"]),
        # The Chief where there is one, else the first worker.
        (Shape("tensorflow", 3, chief=True, ps=1, evaluator=True), ["chief-0"]),
        (Shape("tensorflow", 1, chief=True), ["chief-0"]),
        (Shape("tensorflow", 3, ps=1), ["worker-0"]),
        (Shape("tensorflow", 1), ["worker-0"]),
        (Shape("mpi", 3), ["launcher-0"]),
        # All workers, or with parameter servers all of those.
        (Shape("paddle", 2), ["worker-0", "worker-1"]),
        (Shape("paddle", 2, ps=2), ["master-0", "master-1"]),
        (Shape("mxnet", 2), ["worker-0", "worker-1", "scheduler-0"]),
        (Shape("jax", 2), ["worker-0", "worker-1"]),
        (Shape("python", 2), ["worker-0", "worker-1"]),
    ],
)
def test_a_run_has_succeeded_when_the_pods_that_the_operator_asks_have(shape, decide):
    assert names(deciding(shape)) == decide


@pytest.mark.parametrize("kind", KINDS)
def test_a_pod_that_decides_ends_by_itself(kind):
    shape = Shape(kind, 2, ps=1 if "ps" in OPTIONS.get(kind, ()) else 0, evaluator=kind == "tensorflow")

    assert not any(is_lasting(shape, pod) for pod in deciding(shape))


@pytest.mark.parametrize(
    ("shape", "lasting"),
    [
        (Shape("tensorflow", 2, ps=1, evaluator=True), ["ps-0", "evaluator-0"]),
        (Shape("tensorflow", 2, ps=1, chief=True), ["worker-0", "ps-0"]),
        (Shape("tensorflow", 2, chief=True), []),
        (Shape("mpi", 2), ["worker-0", "worker-1"]),
        # Theirs end by themselves: the servers of mxnet with its scheduler, those of paddle when a trainer says so.
        (Shape("mxnet", 2), []),
        (Shape("paddle", 2, ps=1), []),
        (Shape("pytorch", 3), []),
        (Shape("xgboost", 3), []),
        (Shape("jax", 2), []),
        (Shape("python", 2), []),
    ],
)
def test_only_what_would_never_end_is_ended_at_once(shape, lasting):
    assert names([pod for pod in pods(shape) if is_lasting(shape, pod)]) == lasting


def test_a_shape_is_read_from_what_a_run_s_folder_says():
    shape = Shape.of({"kind": "tensorflow", "workers": 3, "ps": 1, "evaluator": True, "chief": True})

    assert names(pods(shape)) == ["chief-0", "worker-0", "worker-1", "ps-0", "evaluator-0"]
    assert names(pods(Shape.of({}))) == ["worker-0"]
