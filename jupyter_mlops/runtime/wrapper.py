"""What torchrun, Paddle's launcher and mpirun start in the place of a rank: the rank, with its own number and log.

Those start processes that no guardian of ours owns. This one learns which rank of the run it is from what its starter
told it, lets the rank write to its own log, and leaves two files beside it: ``<rank>.pid``, who this is, and
``<rank>.exit``, how the rank ended. It ends as the rank ended, so that its starter sees what it would have seen.

Run as a program, by its path. Standard library only.
"""

from __future__ import annotations

import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_PASSED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the rank."""
    here = os.path.dirname(os.path.abspath(__file__))
    # What Python puts first for a program that is a file: modules of ours must not stand in for others.
    sys.path[0] = ""
    sys.path.append(os.path.dirname(os.path.dirname(here)))
    rank, local = numbers()
    os.environ.update({"JUPYTER_MLOPS_RANK": str(rank), "JUPYTER_MLOPS_LOCAL_RANK": str(local)})
    stem = os.path.join(os.environ["JUPYTER_MLOPS_RUN_DIR"], "logs", os.environ["JUPYTER_MLOPS_ATTEMPT"], str(rank))
    _open_log(stem + ".log")
    if os.environ.get("TRAINING_ROLE") != "PSERVER":
        # A server that Paddle starts beside a trainer shares its log, and does not stand for it.
        _watch_a_child(stem)
    from jupyter_mlops.runtime.bootstrap import main as run

    try:
        run()
    except SystemExit as end:
        if end.code:
            _abort_mpi(end.code)
        raise


def _watch_a_child(stem: str) -> None:
    """Return in a child; this process waits for it, and ends as it ended."""
    _write(stem + ".pid", str(os.getpid()))
    parent = os.getpid()
    child = os.fork()
    if child:
        _watch(child, stem + ".exit")
    _die_with(parent)


def _abort_mpi(code: object) -> None:
    """End the whole job, as ``python -m mpi4py`` does: else this rank waits at its end for those that wait for it."""
    mpi = sys.modules.get("mpi4py.MPI")
    if mpi is not None and mpi.Is_initialized() and not mpi.Is_finalized():
        sys.stdout.flush()
        sys.stderr.flush()
        mpi.COMM_WORLD.Abort(code if isinstance(code, int) else 1)


def numbers() -> tuple[int, int]:
    """Return which rank of the run this is, and which of those in its pod."""
    env = os.environ
    first = int(env.get("JUPYTER_MLOPS_RANK") or 0)
    if "OMPI_COMM_WORLD_RANK" in env:
        return int(env["OMPI_COMM_WORLD_RANK"]), int(env.get("OMPI_COMM_WORLD_LOCAL_RANK") or 0)
    if "TORCHELASTIC_RUN_ID" in env:
        return int(env["RANK"]), int(env["LOCAL_RANK"])
    local = int(env.get("PADDLE_LOCAL_RANK") or 0)
    return first + local, local


def _open_log(path: str) -> None:
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if log > 2:
        os.close(log)


def _watch(child: int, path: str) -> NoReturn:
    for number in _PASSED_ON:
        signal.signal(number, lambda number, frame: _send(child, number))
    signal.signal(signal.SIGUSR1, lambda number, frame: _send(child, signal.SIGKILL))
    _, status, usage = os.wait4(child, 0)
    ended = time.time()
    if os.WIFSIGNALED(status):
        how = f'"code":null,"signal":{os.WTERMSIG(status)}'
    else:
        how = f'"code":{os.WEXITSTATUS(status)},"signal":null'
    _write(path, f'{{"pid":{child},"time":{ended!r},{how},"peak":{usage.ru_maxrss * 1024},"cut":false}}')
    if os.WIFSIGNALED(status):
        _end_by(os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


def _end_by(number: int) -> None:
    # A second dump of the memory would say nothing.
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    os._exit(128 + number)


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _die_with(parent: int) -> None:
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def _write(path: str, text: str) -> None:
    draft = f"{path}.{os.getpid()}"
    try:
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(fd, text.encode())
        os.close(fd)
        os.rename(draft, path)
    except OSError:
        # A full disk or a vanished folder must not keep the rank from its work.
        pass


if __name__ == "__main__":
    main()
