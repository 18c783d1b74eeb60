"""What starts the pods of a kind is asked for before anything starts, and the refusal says how it is installed."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_mlops.domain.errors import Unsupported
from jupyter_mlops.domain.kinds import KINDS
from jupyter_mlops.domain.runs import Resources
from jupyter_mlops.platforms.local.launcher import LocalLauncher
from jupyter_mlops.store.home import Home
from jupyter_mlops.testing.launcher_contract import make_spec


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter that has nothing but its standard library."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return f"{folder}/bin/python"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("mpi", "paddle")])
def test_a_kind_whose_ranks_nothing_else_starts_needs_nothing(home: Home, bare: str, kind: str) -> None:
    LocalLauncher(home).check(make_spec(kind=kind, workers=2, python=bare))


@pytest.mark.parametrize(
    ("shape", "needed", "package"),
    [
        ({"kind": "pytorch", "slots": 2}, "Several processes in a pod (--slots) are started by torchrun", "torch"),
        ({"kind": "paddle"}, "Runs of kind paddle are started by paddle.distributed.launch", "paddlepaddle"),
    ],
    ids=["torchrun", "paddle"],
)
def test_a_package_that_is_missing_is_named_with_the_command_for_that_interpreter(
    home: Home, bare: str, tmp_path: Path, shape: dict[str, Any], needed: str, package: str
) -> None:
    spec = make_spec(workers=2, python=bare, **shape)
    with pytest.raises(Unsupported) as refused:
        LocalLauncher(home).check(spec)
    assert str(refused.value).startswith(needed)
    assert f"; {bare} -m pip install {package} installs it there." in str(refused.value)
    module = tmp_path / {"torch": "torch.py", "paddlepaddle": "paddle.py"}[package]
    module.touch()
    env = {**spec.env, "PYTHONPATH": str(tmp_path)}
    LocalLauncher(home).check(msgspec.structs.replace(spec, env=env))


def test_what_is_installed_after_a_refusal_is_found(home: Home, bare: str, tmp_path: Path) -> None:
    spec = make_spec(kind="paddle", python=bare, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    with pytest.raises(Unsupported):
        LocalLauncher(home).check(spec)
    (tmp_path / "paddle.py").touch()
    LocalLauncher(home).check(spec)


def test_mpi_without_mpirun_is_refused_with_how_to_get_it(home: Home, tmp_path: Path) -> None:
    spec = make_spec(kind="mpi", workers=2, env={**os.environ, "PATH": str(tmp_path)})
    with pytest.raises(Unsupported, match=r"mpirun, which is not here; apt install openmpi-bin"):
        LocalLauncher(home).check(spec)


@pytest.mark.parametrize(
    ("version", "refusal"),
    [
        ("HYDRA build details:", r"mpirun is of another MPI"),
        ("mpirun (Open MPI) 5.0.11", r"mpirun is Open MPI 5, which .*conda install .*'openmpi<5'"),
    ],
    ids=["mpich", "open-mpi-5"],
)
def test_an_mpirun_that_does_otherwise_is_refused(home: Home, tmp_path: Path, version: str, refusal: str) -> None:
    other = tmp_path / "mpirun"
    other.write_text(f"#!/bin/sh\necho '{version}'\n")
    other.chmod(0o700)
    spec = make_spec(kind="mpi", workers=2, env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    with pytest.raises(Unsupported, match=refusal):
        LocalLauncher(home).check(spec)


def test_devices_are_counted_for_every_process_that_trains(home: Home) -> None:
    (home.path / "settings.json").write_text('{"gpus": 3}')
    launcher = LocalLauncher(home)
    env = {name: value for name, value in os.environ.items() if name != "CUDA_VISIBLE_DEVICES"}
    launcher.check(make_spec(kind="tensorflow", workers=3, ps=2, env=env, resources=Resources(gpus=1)))
    with pytest.raises(Unsupported, match=r"wants 4 GPUs and this machine has 3 GPUs"):
        launcher.check(make_spec(kind="mpi", workers=2, slots=2, env=env, resources=Resources(gpus=1)))


def test_more_pods_than_one_process_can_hold_are_refused(home: Home) -> None:
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    with pytest.raises(Unsupported, match=r"ulimit -n\); use --workers \d+ at most"):
        LocalLauncher(home).check(make_spec(workers=allowed))
