"""A worker pod of an MPI run: it waits, and runs in its own place what ``mpirun`` wants to run on its host.

On a cluster such a pod sleeps, and ``kubectl exec`` starts ``orted`` in it. Here ``mpi_agent.py`` asks for that over a
socket, so that what it starts, the ranks too, has this pod's environment, limits and guardian.

Run as a program, by its path. Standard library only.
"""

from __future__ import annotations

import array
import os
import signal
import socket
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_LONGEST = 1 << 16


def main() -> NoReturn:
    """Run what is asked for, each in a process of its own, until somebody ends this."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(address(os.environ["JUPYTER_MLOPS_INDEX"]))
        listener.listen(8)
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                _serve(connection)
            connection.close()


def address(index: str) -> str:
    """Return the abstract address of a worker of this run; nothing is left of it when the worker is gone."""
    return f"\0jupyter-mlops{os.environ['JUPYTER_MLOPS_MPI']}-{index}"


def _serve(connection: socket.socket) -> NoReturn:
    code = 255
    try:
        if _is_of_this_user(connection):
            command, fds = _receive(connection)
            code = _run(command, fds)
            connection.sendall(b"%d" % code)
    finally:
        os._exit(code)


def _is_of_this_user(connection: socket.socket) -> bool:
    # Anybody on this machine can reach an abstract address.
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", data)[1] == os.getuid())


def _receive(connection: socket.socket) -> tuple[str, list[int]]:
    fds = array.array("i")
    data, ancillary, _, _ = connection.recvmsg(_LONGEST, socket.CMSG_LEN(3 * fds.itemsize))
    for _, _, each in ancillary:
        fds.frombytes(each[: len(each) - len(each) % fds.itemsize])
    while not data.endswith(b"\0"):
        more = connection.recv(_LONGEST)
        if not more:
            raise EOFError
        data += more
    return data[:-1].decode("utf-8", "surrogateescape"), list(fds)


def _run(command: str, fds: list[int]) -> int:
    child = os.fork()
    if child == 0:
        for number, fd in enumerate(fds):
            os.dup2(fd, number)
        os.execv("/bin/sh", ["/bin/sh", "-c", command])
    _, status = os.waitpid(child, 0)
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


if __name__ == "__main__":
    sys.path.pop(0)
    main()
