"""What ``mpirun`` calls to start a command on a host: ``agent HOST COMMAND …``; the host is a worker pod of this run.

It hands its own streams on, so that what the command says comes here, and ends as the command ends. Run as a program,
by its path. Standard library only.
"""

from __future__ import annotations

import array
import os
import socket
import sys
import time

_START_SECONDS = 60.0


def main() -> int:
    """Let a worker run what the command line says, and return its exit code."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[0] = os.path.dirname(os.path.dirname(here))
    from jupyter_mlops.runtime.mpi_worker import address

    host, command = sys.argv[1], " ".join(sys.argv[2:])
    index = host.rpartition("-")[2]
    # On a cluster each host has a file system of its own. Here, daemons would fail over the folder that all make, and
    # ranks over the memory that those of a host share, which is known by a name.
    place = os.path.join(os.environ["JUPYTER_MLOPS_MPI"], index)
    os.makedirs(place, mode=0o700, exist_ok=True)
    command = f"export OMPI_MCA_btl_vader_backing_directory={place}; {command} -mca orte_tmpdir_base {place}"
    connection = _connect(address(index))
    if connection is None:
        sys.stderr.write(f"The worker {host} of this run does not answer.\n")
        return 255
    streams = array.array("i", [0, 1, 2])
    text = command.encode("utf-8", "surrogateescape") + b"\0"
    sent = connection.sendmsg([text], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    connection.sendall(text[sent:])
    return int(connection.recv(16) or 255)


def _connect(address: str) -> socket.socket | None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(address)
            return connection
        except OSError:
            # The worker is a process that is just starting, as this one is.
            connection.close()
            time.sleep(0.01)
    return None


if __name__ == "__main__":
    raise SystemExit(main())
