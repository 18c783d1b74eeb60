"""What a router is told when it starts: the file that its keeper writes."""

from __future__ import annotations

import json
from typing import Any


class Config:
    """Where an endpoint's router listens, and whom it tells when its keeper is gone.

    Attributes:
        endpoint: The endpoint's name.
        folder: The endpoint's; the router ends when it is gone.
        socket: Unix socket for requests.
        control: Unix socket for the keeper.
        revive: The command that starts a new keeper; empty if nobody should.
        port: On the loopback device, for those who know the token; 0 is none.
        body: Bytes of a request's body at most.
        hold: Seconds that a request waits for a replica while none is up.
        answer: Seconds that a replica may take for an answer.
        look: Seconds between two looks at the folder.
        drain: Seconds that requests have to end when the router is stopped.
    """

    def __init__(self, told: dict[str, Any]) -> None:
        self.endpoint: str = told["endpoint"]
        self.folder: str = told["folder"]
        self.socket: str = told["socket"]
        self.control: str = told["control"]
        self.revive: list[str] = told.get("revive") or []
        self.port: int = told.get("port") or 0
        self.token: str = told.get("token") or ""
        self.body: int = told.get("body") or 64 << 20
        self.hold: float = told.get("hold", 30.0)
        self.answer: float = told.get("answer") or 300.0
        self.look: float = told.get("look") or 10.0
        self.drain: float = told.get("drain", 10.0)

    @classmethod
    def read(cls, path: str) -> Config:
        """Return what the file says."""
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))
