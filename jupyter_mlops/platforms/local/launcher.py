"""The submitter's side of the local platform: what can be run, and who keeps it."""

from __future__ import annotations

import os
import resource
from pathlib import Path

from jupyter_mlops.domain.errors import InvalidOption, Unsupported
from jupyter_mlops.domain.kinds import KINDS, pods, training_count
from jupyter_mlops.domain.runs import RunSpec
from jupyter_mlops.platforms.local import admission, leases
from jupyter_mlops.platforms.local.keepers import Keepers, PreparedKeeper
from jupyter_mlops.platforms.local.needs import check_starters
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.runs import RunFolder

_HANG_SECONDS = 5.0
_OTHER_FILES, _FILES_OF_A_POD = 200, 4
"""What a keeper has open: for itself, and for each pod its port, its lock, its guardian and its log."""


class LocalLauncher:
    """``Launcher`` for detached processes of this machine."""

    name = "local"

    def __init__(self, home: Home) -> None:
        self._home = home
        self._keepers = Keepers(home, RunFolder, _HANG_SECONDS, is_warm=True)

    def check(self, spec: RunSpec) -> None:
        if spec.kind not in KINDS:
            raise Unsupported(f"The local platform has no kind {spec.kind!r}; it has: {', '.join(KINDS)}.")
        if not os.access(spec.python, os.X_OK):
            raise InvalidOption(f"--python: {spec.python!r} is not a program; give the path of an interpreter.")
        if not os.path.isdir(spec.cwd):
            raise InvalidOption(f"The working directory {spec.cwd!r} is not there any more; change to one that is.")
        self._check_resources(spec)
        _check_files(spec)
        check_starters(spec)

    def prepare(self, draft: Path) -> PreparedKeeper:
        return self._keepers.prepare(draft)

    def launch(self, folder: Path) -> None:
        self._keepers.launch(folder)

    def settle(self, folder: Path) -> None:
        self._keepers.settle(folder)

    def stop(self, folder: Path, who: str, why: str = "") -> None:
        self._keepers.stop(folder, who, why)

    def wait(self, folder: Path, timeout: float) -> bool:
        return self._keepers.wait(folder, timeout)

    def place(self, folder: Path) -> str:
        return admission.place_sentence(str(self._home.path), folder.name)

    def _check_resources(self, spec: RunSpec) -> None:
        cores = len(os.sched_getaffinity(0))
        if spec.resources.cpus and spec.resources.cpus > cores:
            raise Unsupported(
                f"A rank wants {spec.resources.cpus:g} cores; this machine has {cores}: use --cpus {cores}."
            )
        training = training_count(spec.shape)
        wanted = spec.resources.gpus * training
        there = len(leases.device_indices(str(self._home.path), spec.env.get("CUDA_VISIBLE_DEVICES")))
        if wanted > there:
            has = f"{there} GPU{'s' if there > 1 else ''}" if there else "no GPU"
            remedy = f"use --gpus {there // training}" if there >= training else "leave --gpus out"
            raise Unsupported(f"The run wants {wanted} GPUs and this machine has {has}; {remedy}.")


def _check_files(spec: RunSpec) -> None:
    """Refuse more pods than their keeper can hold at once."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    most = max(1, (allowed - _OTHER_FILES) // _FILES_OF_A_POD)
    wanted = len(pods(spec.shape))
    if wanted > most:
        raise Unsupported(
            f"{wanted:,} pods need more open files than one process may have here ({allowed:,}, ulimit -n); "
            f"use --workers {most} at most."
        )
