"""What starts the pods of some kinds beside the cell, and whether it is here: known before anything starts.

A kind needs only what is started for it; what its cell imports is the cell's own affair.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

from jupyter_mlops.domain.algorithms import is_here
from jupyter_mlops.domain.errors import Unsupported
from jupyter_mlops.domain.kinds import MPIRUN, PADDLE, TORCHRUN, starters
from jupyter_mlops.domain.runs import RunSpec
from jupyter_mlops.platforms.local.starters import found

_ASK_SECONDS = 30.0
_NEWEST_MPI = 4
_QUESTION = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"
_MODULES = {
    TORCHRUN: ("torch", "torch", "Several processes in a pod (--slots) are started by torchrun"),
    PADDLE: ("paddle", "paddlepaddle", "Runs of kind paddle are started by paddle.distributed.launch"),
}
"""Module, package, and what it is needed for."""

_known: set[tuple[str, ...]] = set()


def check_starters(spec: RunSpec) -> None:
    """Refuse a run whose pods could not be started here.

    Raises:
        Unsupported: what starts them is missing; the message says how it is installed.
    """
    for starter in starters(spec.shape):
        if starter == MPIRUN:
            _check_mpirun(spec)
        else:
            _check_module(spec, *_MODULES[starter])


def _check_mpirun(spec: RunSpec) -> None:
    path = found("mpirun", spec.env.get("PATH"))
    if path is None:
        raise Unsupported(
            "Runs of kind mpi are started by Open MPI's mpirun, which is not here; apt install openmpi-bin installs it "
            "on Debian and Ubuntu, dnf install openmpi on Fedora, conda install -c conda-forge openmpi anywhere."
        )
    key = ("mpirun", path, _changed(path))
    if key not in _known:
        _check_version(path)
        _known.add(key)


def _check_version(mpirun: str) -> None:
    said = re.search(r"\(Open MPI\) (\d+)", _said([mpirun, "--version"]))
    if said is None:
        raise Unsupported(f"Runs of kind mpi are started by Open MPI's mpirun, and {mpirun} is of another MPI.")
    # It does not hear what the operator's environment says of agent and hosts; told by its arguments, two workers on
    # one machine wait for each other for ever (5.0.11).
    if int(said[1]) > _NEWEST_MPI:
        raise Unsupported(
            f"{mpirun} is Open MPI {said[1]}, which does not start workers as the MPI operator has them; "
            f"conda install -c conda-forge 'openmpi<{_NEWEST_MPI + 1}' installs one that does."
        )


def _check_module(spec: RunSpec, module: str, package: str, what: str) -> None:
    key = (module, spec.python, _changed(spec.python), spec.env.get("PYTHONPATH", ""))
    # What is missing may be installed a minute later; what is there stays.
    if key in _known:
        return
    is_there = (spec.python == sys.executable and is_here(module)) or _has(spec, module)
    if not is_there:
        raise Unsupported(
            f"{what} of the package {package}, which {spec.python} does not have; "
            f"{spec.python} -m pip install {package} installs it there."
        )
    _known.add(key)


def _has(spec: RunSpec, module: str) -> bool:
    try:
        asked = subprocess.run(
            [spec.python, "-c", _QUESTION, module],
            env=spec.env or None,
            cwd=spec.cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ASK_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        # That it does not even answer is said by who asks it for more.
        return True
    return asked.returncode == 0


def _said(command: list[str]) -> str:
    try:
        said = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_ASK_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return said.stdout.decode("utf-8", "replace")


def _changed(program: str) -> str:
    try:
        return str(os.stat(program).st_mtime_ns)
    except OSError:
        return ""
