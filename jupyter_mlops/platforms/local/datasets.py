"""Starts the child that takes the fingerprints of a run's data: it must neither delay the ranks nor fail the run."""

from __future__ import annotations

import errno
import json
import os

from jupyter_mlops.platforms.local import starters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jupyter_mlops.platforms.local.ranks import Spec

NAME = "datasets.json"
_PROGRAM = "from jupyter_mlops.runtime.datasets import main; main()"
_NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


def start(home: str, folder: str, spec: Spec) -> int:
    """Return the pid of a child that writes ``datasets.json`` of the run; 0 if none is needed.

    Runs of one bundle share the file: a trial has its sweep's, a run that repeats another has that one's.
    """
    target = f"{folder}/{NAME}"
    if os.path.exists(target):
        return 0
    sweep, origin = spec.get("sweep", ""), spec.get("retry_of", "")
    shared = f"{home}/sweeps/{sweep}/{NAME}" if sweep and os.path.isdir(f"{home}/sweeps/{sweep}") else ""
    for known in (shared, f"{home}/runs/{origin}/{NAME}" if origin else ""):
        if known and link(known, target):
            return 0
    if not _has_tables(folder):
        return 0
    program = starters.program(home, spec["python"], _PROGRAM)
    argv = [spec["python"], "-c", program, folder, spec["cwd"], shared, str(os.getpid())]
    null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    # Devices and cores are the ranks'.
    env = {**spec.get("env", {}), "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        return os.posix_spawn(argv[0], argv, env, file_actions=null, setsid=True)
    except OSError:
        # An interpreter that is not there: the ranks say so themselves.
        return 0


def give_up(folder: str, why: str) -> None:
    """Write that there are no fingerprints; a file that is there stays."""
    target = f"{folder}/{NAME}"
    draft = f"{target}.{os.getpid()}.tmp"
    try:
        with open(draft, "w", encoding="utf-8") as file:
            json.dump({"notes": [f"There are no fingerprints: {why}."], "format": 1}, file)
        try:
            os.link(draft, target)
        finally:
            os.unlink(draft)
    except OSError:
        # It is there; or the folder is gone, or full, and nobody misses this sentence.
        pass


def link(source: str, target: str) -> bool:
    """Let ``target`` be the file ``source``, if there is one; say whether it is there now."""
    try:
        os.link(source, target)
    except FileExistsError:
        return True
    except OSError as error:
        if error.errno not in _NO_LINKS:
            return False
        return _copy(source, target)
    return True


def _copy(source: str, target: str) -> bool:
    draft = f"{target}.{os.getpid()}.tmp"
    with open(source, "rb") as file, open(draft, "wb") as to:
        to.write(file.read())
    os.replace(draft, target)
    return True


def _has_tables(folder: str) -> bool:
    try:
        with open(f"{folder}/bundle/receipt.json", "rb") as file:
            items = json.load(file).get("items", ())
    except (OSError, ValueError, AttributeError):
        return False
    return any(item.get("table") for item in items)
