"""What all parts of an endpoint's keeper share."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_mlops.store.endpointkeeping import EndpointKeeper
from jupyter_mlops.store.home import Home


@dataclass
class Base:
    """Where an endpoint is, and who writes down what happens to it.

    Attributes:
        sockets: The folder of its sockets.
        ready_seconds: How long a replica may take until it answers.
        calm_seconds: How long fewer replicas must have been enough before one is ended.
    """

    home: Home
    keeper: EndpointKeeper
    sockets: Path
    ready_seconds: float = field(default_factory=lambda: _seconds("JUPYTER_MLOPS_READY_SECONDS", 120.0))
    calm_seconds: float = field(default_factory=lambda: _seconds("JUPYTER_MLOPS_CALM_SECONDS", 60.0))

    @property
    def folder(self) -> Path:
        """The endpoint's folder."""
        return self.keeper.path

    @property
    def name(self) -> str:
        """The endpoint's name."""
        return self.keeper.spec.name

    def now(self) -> float:
        """Return seconds of a clock that never goes back."""
        return time.monotonic()

    def part(self, name: str) -> str:
        """Return what no other process of the endpoint was ever called."""
        return f"{name}-{os.urandom(6).hex()}"


def _seconds(variable: str, otherwise: float) -> float:
    try:
        return float(os.environ.get(variable, ""))
    except ValueError:
        return otherwise
