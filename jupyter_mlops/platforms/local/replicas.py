"""One replica: how it is started, with what it is told, and found again by another keeper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.endpoints import ReplicaFact, RevisionSpec
from jupyter_mlops.platforms.local import leases, programs
from jupyter_mlops.platforms.local.bases import Base
from jupyter_mlops.platforms.local.members import Member
from jupyter_mlops.platforms.local.probes import Probe
from jupyter_mlops.store.files import write_atomic
from jupyter_mlops.store.locks import Lock


class NoDevice(Exception):
    """Others have the devices that a replica wants. One sentence."""


class Replica:
    """One process that answers, or will.

    Attributes:
        member: Its process.
        since: When it started, or was adopted.
        is_ready: Whether it answers.
        is_leaving: Whether it gets no more requests.
        is_asked: Whether it was asked to end.
        deadline: When patience with what it does now ends.
        why: The reason for which it was ended; empty if for none.
    """

    def __init__(self, number: int, member: Member, socket: Path, since: float, patience: float) -> None:
        self.number, self.member, self.socket, self.since = number, member, str(socket), since
        self.probe = Probe(self.socket)
        self.deadline = since + patience
        self.is_ready = self.is_leaving = self.is_asked = False
        self.memory = 0
        self.why = ""

    @property
    def is_serving(self) -> bool:
        """Say whether requests may go there."""
        return self.is_ready and not self.is_leaving


def start(base: Base, spec: RevisionSpec, number: int) -> Replica:
    """Start a replica of a revision.

    Raises:
        NoDevice: it wants devices, and others have them.
        OSError: its interpreter cannot be started.
    """
    name = _name(spec, number)
    config, socket = base.sockets / f"{name}.json", base.sockets / f"{name}.sock"
    environment = programs.environment(base.folder, spec.environment)
    held = _devices(base, spec)
    if held:
        environment["CUDA_VISIBLE_DEVICES"] = ",".join(index for index, _ in held)
    try:
        socket.unlink(missing_ok=True)
        write_atomic(config, wire.encode(_config(base, spec, number, socket)))
        argv = programs.serving(spec.python, "replica", config)
        fds = [lock.fd for _, lock in held]
        member = Member.start(argv, environment, base.part(name), _log(base, name), fds)
    finally:
        # The replica holds them now, and whatever it starts.
        for _, lock in held:
            lock.release()
    return Replica(number, member, socket, base.now(), base.ready_seconds)


def adopt(base: Base, spec: RevisionSpec, known: ReplicaFact) -> Replica | None:
    """Return the replica that another keeper has started; None if it is gone."""
    name = _name(spec, known.replica)
    member = Member.adopt(known.pid, known.ticks, _log(base, name))
    if member is None:
        return None
    found = Replica(known.replica, member, base.sockets / f"{name}.sock", base.now(), base.ready_seconds)
    found.is_ready = known.state == "ready"
    return found


def _name(spec: RevisionSpec, number: int) -> str:
    return f"r{spec.revision}-{number}"


def _log(base: Base, name: str) -> str:
    return str(base.folder / "logs" / f"{name}.log")


def _devices(base: Base, spec: RevisionSpec) -> list[tuple[str, Lock]]:
    if not spec.gpus:
        return []
    home = str(base.home.path)
    indices = leases.device_indices(home, spec.environment.get("CUDA_VISIBLE_DEVICES"))
    found = leases.take_devices(home, indices, spec.gpus)
    if found is None:
        raise NoDevice(f"{spec.gpus} of {len(indices)} GPUs are wanted, and others have them")
    return found


def _config(base: Base, spec: RevisionSpec, number: int, socket: Path) -> dict[str, Any]:
    folder = Path(spec.folder)
    return {
        "folder": spec.folder,
        "flavor": spec.flavor,
        "model": spec.model,
        "version": spec.version,
        "endpoint": base.name,
        "revision": spec.revision,
        "replica": number,
        "socket": str(socket),
        "methods": spec.methods,
        "classes": _told(folder / "version.json", dict[str, Any], {}).get("classes", []),
        "signature": msgspec.to_builtins(spec.signature),
        "profile": _told(folder / "profile.json", dict[str, Any] | None, None),
        "cpus": spec.cpus,
        "path": spec.path,
    }


def _told(path: Path, kind: Any, otherwise: Any) -> Any:
    try:
        return wire.decode(path.read_bytes(), kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return otherwise
