"""What the runs of one home share: slots, devices, ports. Each is a lock file that its holder's end frees.

Standard library only: a keeper asks for its leases before it imports anything else.
"""

from __future__ import annotations

import _socket
import os

from jupyter_mlops.store import plainjson
from jupyter_mlops.store.locks import Lock, try_lock

# The C module behind ``socket``: importing the latter builds its enums, which costs a keeper 3 ms of every start.
_AF_INET, _SOCK_STREAM = _socket.AF_INET, _socket.SOCK_STREAM

_TAIL_BYTES = 8192
_TAKEN = (b"Address already in use", b"EADDRINUSE", b"address already in use")


def slot_count(home: str) -> int:
    """Return how many runs may go at once: the setting ``slots``, else one for each core, at least two."""
    return _setting(home, "slots") or usual_slot_count()


def usual_slot_count() -> int:
    """Return how many runs may go at once where nobody has said anything."""
    return max(2, os.cpu_count() or 2)


def device_indices(home: str, visible: str | None) -> list[str]:
    """Return the devices that runs of this home may use.

    Args:
        home: The home, whose setting ``gpus`` overrides what the machine shows.
        visible: The submitter's ``CUDA_VISIBLE_DEVICES``; None if it has none.
    """
    if visible is not None:
        return [index.strip() for index in visible.split(",") if index.strip() not in ("", "-1")]
    count = _setting(home, "gpus")
    if count is None:
        count = sum(1 for name in os.listdir("/dev") if name.startswith("nvidia") and name[6:].isdecimal())
    return [str(index) for index in range(count)]


def take_slot(home: str) -> tuple[int, Lock] | None:
    """Return a free slot with its number, or None."""
    folder = _folder(home, "slots")
    for number in range(slot_count(home)):
        if lock := try_lock(f"{folder}/slot-{number}.lock"):
            return number, lock
    return None


def take_devices(home: str, indices: list[str], count: int) -> list[tuple[str, Lock]] | None:
    """Return ``count`` free devices out of ``indices``, all or None."""
    folder = _folder(home, "slots")
    taken: list[tuple[str, Lock]] = []
    for index in indices:
        if len(taken) == count:
            break
        if lock := try_lock(f"{folder}/gpu-{index}.lock"):
            taken.append((index, lock))
    if len(taken) == count:
        return taken
    for _, lock in taken:
        lock.release()
    return None


class Port:
    """A port that no other run of this home gets, and that nobody else can bind until ``open``."""

    def __init__(self, lock: Lock, holder: _socket.socket) -> None:
        self._lock = lock
        self._holder = holder
        self.number: int = holder.getsockname()[1]

    def open(self) -> None:
        """Let the run's first rank bind it."""
        self._holder.close()

    def release(self) -> None:
        """Give it back."""
        self._holder.close()
        self._lock.release()


def take_port(home: str) -> Port:
    """Return a free port of the loopback interface."""
    folder = _folder(home, "ports")
    while True:
        holder = _socket.socket(_AF_INET, _SOCK_STREAM)
        holder.bind(("127.0.0.1", 0))
        lock = try_lock(f"{folder}/{holder.getsockname()[1]}.lock")
        if lock is not None:
            return Port(lock, holder)
        holder.close()


def says_taken(log: str) -> bool:
    """Say whether the end of a log is that of a program whose port another one had."""
    try:
        with open(log, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
            tail = file.read()
    except FileNotFoundError:
        return False
    return any(words in tail for words in _TAKEN)


def _folder(home: str, name: str) -> str:
    path = f"{home}/{name}"
    os.makedirs(path, mode=0o700, exist_ok=True)
    return path


def _setting(home: str, name: str) -> int | None:
    # Read without the store's struct, which would import msgspec before the ranks have started.
    try:
        with open(f"{home}/settings.json", "rb") as file:
            value = plainjson.loads(file.read()).get(name)
    except (FileNotFoundError, ValueError, AttributeError):
        return None
    return value if isinstance(value, int) else None
