"""What a replica is told by its keeper: a JSON file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

BODY_BYTES = 256 * 1024 * 1024
"""How much of a request is kept in memory, unpacked; the router refuses much earlier."""


@dataclass(frozen=True)
class Config:
    """One replica.

    Attributes:
        folder: Where the version's files are.
        flavor: How the model is loaded.
        model: Its name; requests may also call it by the endpoint's.
        version: Its number.
        socket: Path of the Unix socket that it listens on.
        port: Of a loopback port that it listens on besides; 0 is none.
        methods: What can be asked of the model, the usual one first.
        classes: What a classifier tells apart, in the order of its scores.
        signature: As in the version's ``version.json``; None if it is not known.
        profile: As in the version's ``profile.json``; None if there is none.
        cpus: Threads that libraries may use; 0 is not limited.
        path: Where modules are found, besides the interpreter's own.
        limit: Bytes of a request's body, unpacked.
    """

    folder: str
    flavor: str
    model: str
    version: int
    socket: str = ""
    endpoint: str = ""
    revision: int = 1
    replica: int = 0
    port: int = 0
    methods: list[str] = field(default_factory=lambda: ["predict"])
    classes: list[str] = field(default_factory=list)
    signature: dict[str, Any] | None = None
    profile: dict[str, Any] | None = None
    cpus: int = 0
    path: list[str] = field(default_factory=list)
    limit: int = BODY_BYTES

    @property
    def names(self) -> list[str]:
        """Return what the model is called by."""
        return list(dict.fromkeys(name for name in (self.endpoint, self.model) if name))


def read(path: str) -> Config:
    """Return what stands in a file; what a newer keeper says besides is passed over."""
    with open(path, encoding="utf-8") as file:
        told = json.load(file)
    known = {each.name for each in fields(Config)}
    return Config(**{name: value for name, value in told.items() if name in known})
