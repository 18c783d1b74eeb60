"""The process of a replica: it listens, loads its model, answers, and drains when it is asked to end."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from threading import Thread

from .config import Config, read

# Read by the libraries when they are imported.
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
BACKLOG = 2048
MARK = "JUPYTER_MLOPS_ENDPOINT"


def main(path: str) -> int:
    """Serve what a configuration says until the process is asked to end; return its exit code."""
    began = time.monotonic()
    # Until requests are answered there is nothing to drain.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    config = read(path)
    if config.cpus:
        os.environ.update(dict.fromkeys(THREADS, str(config.cpus)))
    sys.path += [each for each in config.path if each not in sys.path]
    # Whoever asks before the model is loaded waits in the backlog, and is answered in the moment it is.
    sockets = listening(config)
    beside = Thread(target=_import_server, daemon=True)
    beside.start()
    try:
        from ..loading import load, predictor

        model = predictor(load(config.folder, config.flavor), config.flavor)
        beside.join()
        from .app import App
        from .server import serve

        app = App(config, model)
    except Exception as error:
        traceback.print_exc()
        # The keeper shows the last line.
        print(_sentence(config, error), file=sys.stderr, flush=True)
        return 1
    print(f"{config.model} v{config.version} answers after {time.monotonic() - began:.2f} s.", flush=True)
    serve(app, sockets, os.environ.get(MARK) or config.folder)
    sys.stdout.flush()
    sys.stderr.flush()
    # Without taking everything apart: a thread that still predicts would be waited for.
    os._exit(0)


def listening(config: Config) -> list[socket.socket]:
    """Return the sockets that a replica answers on; only this user may connect to the Unix socket."""
    sockets = []
    if config.socket:
        sockets.append(_unix(config.socket))
    if config.port:
        loopback = socket.socket(socket.AF_INET)
        loopback.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        loopback.bind(("127.0.0.1", config.port))
        sockets.append(loopback)
    for each in sockets:
        each.listen(BACKLOG)
        each.setblocking(False)
    return sockets


def _unix(path: str) -> socket.socket:
    if os.path.exists(path):
        os.unlink(path)
    unix = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        unix.bind(path)
    finally:
        os.umask(before)
    return unix


def _import_server() -> None:
    """Import what needs no model, while the disk is read for the model's libraries."""
    # What is missing is said by the import that needs it.
    with suppress(ImportError):
        from . import server  # noqa: F401


def _sentence(config: Config, error: Exception) -> str:
    lines = str(error).strip().splitlines()
    why = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    if isinstance(error, ModuleNotFoundError) and error.name:
        why = f"{sys.executable} has no module {error.name!r}"
    return f"{config.model} v{config.version} cannot be loaded: {why}"
