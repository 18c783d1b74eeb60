"""What a pod's process is: the cell itself, or what the operators' images start there, which then starts the cell.

Standard library only, and light: a keeper starts its pods before it imports anything else.
"""

from __future__ import annotations

import os
import sys

from jupyter_mlops.domain.kinds import MPI_WORKER, MPIRUN, PADDLE, TORCHRUN, Files, training_count
from jupyter_mlops.store.files import write_atomic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_mlops.domain.kinds import Pod, Shape

BOOTSTRAP = "from jupyter_mlops.runtime.bootstrap import main; main()"

# All ranks are on this machine, whatever else it is connected to; what the operators' environment says stays as it is.
_LOOPBACK = ("--mca", "oob_tcp_if_include", "lo", "--mca", "btl_tcp_if_include", "lo")
_AS_ROOT = "--allow-run-as-root"


class Starters:
    """Commands of the pods of one attempt.

    Args:
        home: The home of the run.
        python: The interpreter of the ranks.
        folder: Where the attempt's logs are.
        path: The ranks' ``PATH``.
    """

    def __init__(self, home: str, python: str, folder: str, path: str | None) -> None:
        self._home, self._python, self._folder, self._path = home, python, folder, path

    def argv(self, shape: Shape, pod: Pod) -> list[str]:
        """Return program and arguments of a pod."""
        if pod.starts == PADDLE:
            return self._paddle(shape, pod)
        make = _ARGV.get(pod.starts)
        return (
            make(self, shape)
            if make is not None
            else [self._python, "-c", program(self._home, self._python, BOOTSTRAP)]
        )

    def mpi_files(self, name: str, shape: Shape) -> Files:
        """Write what an MPI launcher reads, and return where."""
        agent, hosts = f"{self._folder}/agent.sh", f"{self._folder}/hosts"
        command = f"exec {_quoted(self._python)} -I -S {_quoted(self._script('mpi_agent.py'))}"
        write_atomic(agent, f'#!/bin/sh\n{command} "$@"\n'.encode())
        os.chmod(agent, 0o700)
        os.makedirs(self.mpi_place(), mode=0o700, exist_ok=True)
        lines = [f"{name}-worker-{index} slots={shape.slots}\n" for index in range(shape.workers)]
        write_atomic(hosts, "".join(lines).encode())
        return Files(agent, hosts)

    def mpi_place(self) -> str:
        """Return the folder of the sockets and the shared memory of an MPI run, whose path must be short."""
        import hashlib

        base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"
        return f"{base}/jm-{hashlib.sha256(self._folder.encode()).hexdigest()[:16]}"

    def clean(self) -> None:
        """Remove what an MPI run leaves behind outside its folder."""
        import shutil

        shutil.rmtree(self.mpi_place(), ignore_errors=True)

    def torchrun(self, _: Shape) -> list[str]:
        # How many, where and with whom is in the environment: PET_*.
        return [self._python, "-m", "torch.distributed.run", self._script("wrapper.py")]

    def mpirun(self, shape: Shape) -> list[str]:
        options = ["--oversubscribe", "--bind-to", "none", "-np", str(training_count(shape)), *_LOOPBACK]
        if os.getuid() == 0:
            options.append(_AS_ROOT)
        # Where it has gone meanwhile, the pod's log says that it is not there.
        mpirun = found("mpirun", self._path) or "mpirun"
        return [mpirun, *options, self._python, self._script("wrapper.py")]

    def mpi_worker(self, _: Shape) -> list[str]:
        return [self._python, "-S", self._script("mpi_worker.py")]

    def _paddle(self, shape: Shape, pod: Pod) -> list[str]:
        # Else whoever comes first is the first, and trainer 1 may be rank 0.
        number = pod.index if pod.role == "master" else shape.ps + pod.index
        options = ["--rank", str(number), "--log_level", "ERROR", "--log_dir", f"{self._folder}/paddle"]
        if shape.slots > 1:
            options += ["--nproc_per_node", str(shape.slots)]
        return [self._python, "-m", "paddle.distributed.launch", *options, self._script("wrapper.py")]

    def _script(self, name: str) -> str:
        if self._python == sys.executable:
            package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
            return f"{package}/runtime/{name}"
        return f"{_shim(self._home)}/jupyter_mlops/runtime/{name}"


def found(program: str, path: str | None) -> str | None:
    """Return where a program is in the folders of ``path``, a value of ``PATH``; None if it is nowhere."""
    for folder in (path or os.defpath).split(":"):
        if os.access(there := f"{folder}/{program}", os.X_OK):
            return there
    return None


def program(home: str, python: str, code: str) -> str:
    """Return ``code``, which imports from the runtime, for the interpreter ``python``, which may not have it."""
    if python == sys.executable:
        return code
    return f"import sys; sys.path.append({_shim(home)!r}); {code}"


_ARGV: dict[str, Callable[[Starters, Shape], list[str]]] = {
    TORCHRUN: Starters.torchrun,
    MPIRUN: Starters.mpirun,
    MPI_WORKER: Starters.mpi_worker,
}


_shims: dict[str, str] = {}


def _shim(home: str) -> str:
    # Once for all pods: it is known by the content of its files, which are many.
    if home not in _shims:
        from pathlib import Path

        from jupyter_mlops.platforms.local.shim import shim_dir

        _shims[home] = str(shim_dir(Path(home)))
    return _shims[home]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
