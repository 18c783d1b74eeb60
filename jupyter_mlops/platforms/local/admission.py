"""The queue: runs begin in the order of their submission, as soon as a slot and their devices are free.

A waiting keeper holds the lock of its entry in ``queue/``, whose name sorts by time of submission; entries with a
free lock are rubbish. Only the first live entry may take a slot. Standard library only.
"""

from __future__ import annotations

import os

from jupyter_mlops.platforms.local import leases
from jupyter_mlops.store.locks import Lock, is_held, try_lock


class Wish:
    """What a run needs before it may begin.

    Attributes:
        created: Time of submission, in seconds since the epoch.
        run_id: The run's id.
        gpus: Devices of all ranks together.
        visible: The submitter's ``CUDA_VISIBLE_DEVICES``; None if it has none.
    """

    def __init__(self, created: float, run_id: str, gpus: int, visible: str | None) -> None:
        self.created, self.run_id = created, run_id
        self.gpus, self.visible = gpus, visible


class Grant:
    """What a run was given: a slot with its number, and its devices."""

    def __init__(self, slot: Lock, number: int, devices: list[tuple[str, Lock]]) -> None:
        self.slot, self.number, self.devices = slot, number, devices

    def release(self) -> None:
        """Give everything back."""
        self.slot.release()
        for _, lock in self.devices:
            lock.release()


class Place:
    """A run's place in the queue, held while it waits. Used as a context manager."""

    def __init__(self, home: str, wish: Wish) -> None:
        self._home = home
        self._wish = wish
        self._folder = f"{home}/queue"
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        self._name = entry_name(wish.created, wish.run_id)
        self._lock = self._take()

    def __enter__(self) -> Place:
        return self

    def __exit__(self, *_: object) -> None:
        _remove(f"{self._folder}/{self._name}")
        self._lock.release()

    def ask(self) -> Grant | None:
        """Return what the run needs if it is its turn and everything is free, else None."""
        if self._is_behind_another():
            return None
        found = leases.take_slot(self._home)
        if found is None:
            return None
        number, slot = found
        devices = leases.take_devices(
            self._home, leases.device_indices(self._home, self._wish.visible), self._wish.gpus
        )
        if devices is None:
            slot.release()
            return None
        return Grant(slot, number, devices)

    def _is_behind_another(self) -> bool:
        ahead = sorted(name for name in os.listdir(self._folder) if name < self._name)
        return any(_is_live(f"{self._folder}/{name}") for name in ahead)

    def _take(self) -> Lock:
        # The keeper alone has this entry; only a sweep that looks at the fresh file holds it, for an instant.
        while (lock := try_lock(f"{self._folder}/{self._name}")) is None:
            os.sched_yield()
        return lock


def entry_name(created: float, run_id: str) -> str:
    """Return the queue entry of a run; entries sort by time of submission."""
    return f"{created:017.6f}~{run_id}"


def waiting(home: str) -> list[str]:
    """Return the live entries of the queue, first in line first. Rubbish is swept on the way."""
    folder = f"{home}/queue"
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return []
    return [name for name in names if _is_live(f"{folder}/{name}")]


def place_sentence(home: str, run_id: str) -> str:
    """Return where a waiting run stands, in one sentence; empty if it is not in the queue."""
    names = [name.partition("~")[2] for name in waiting(home)]
    if run_id not in names:
        return ""
    ahead = names.index(run_id)
    slots = leases.slot_count(home)
    if ahead == 0:
        return f"Next in line; all {slots} slots are taken (%mlops set slots={slots + 1} allows one more at once)."
    return f"{ahead} {'run is' if ahead == 1 else 'runs are'} ahead of it; {slots} may go at once."


def _is_live(entry: str) -> bool:
    if is_held(entry):
        return True
    lock = try_lock(entry) if os.path.exists(entry) else None
    if lock is not None:
        _remove(entry)
        lock.release()
    return False


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
