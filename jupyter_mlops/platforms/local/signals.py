"""Signals by the C module behind ``signal``, which would import ``enum`` and cost a keeper 5 ms of every start."""

from __future__ import annotations

from _signal import (  # type: ignore[import-not-found]  # typeshed does not know it
    SIG_BLOCK,
    SIG_DFL,
    SIG_IGN,
    SIG_SETMASK,
    SIG_UNBLOCK,
    SIGCHLD,
    SIGHUP,
    SIGINT,
    SIGKILL,
    SIGPIPE,
    SIGTERM,
    SIGUSR1,
    pidfd_send_signal,
    pthread_sigmask,
    signal,
)

__all__ = [
    "SIGCHLD",
    "SIGHUP",
    "SIGINT",
    "SIGKILL",
    "SIGPIPE",
    "SIGTERM",
    "SIGUSR1",
    "SIG_BLOCK",
    "SIG_DFL",
    "SIG_IGN",
    "SIG_SETMASK",
    "SIG_UNBLOCK",
    "pidfd_send_signal",
    "pthread_sigmask",
    "signal",
]
