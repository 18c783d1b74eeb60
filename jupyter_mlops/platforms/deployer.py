"""What a platform's deployer promises. Each promise is checked by ``jupyter_mlops.testing.deployer_contract``."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import msgspec

from jupyter_mlops.domain.endpoints import Order, RevisionSpec
from jupyter_mlops.platforms.base import Prepared


class Address(msgspec.Struct, frozen=True):
    """How an endpoint is reached.

    Attributes:
        socket: Path of a Unix socket; empty where ``url`` is to be used.
        url: Such as ``http://127.0.0.1:8080``; where there is a socket, what stands before the path of a request.
        headers: What each request must carry, such as an authorization.
    """

    socket: str
    url: str
    headers: dict[str, str] = {}


class Deployer(Protocol):
    """Serves versions of models. Safe to call from several processes at once.

    What keeps an endpoint is its *keeper*. It alone writes the endpoint's facts, except what is asked of it.

    1. What cannot be served is refused by ``check``, in one sentence, before anything starts.
    2. Launching one folder twice serves it once.
    3. A revision starts, becomes ready, and only then gets traffic. One that does not become ready changes nothing of
       the traffic; its state is ``failed``, and its ``why`` says the reason in one sentence.
    4. There is one stable revision, and at most one canary or shadow beside it. A canary of P percent gets P of 100
       requests over any longer stretch; what it does not get goes to the stable revision.
    5. ``do`` returns when what was asked for is true of the next request: traffic has moved, replicas are ready.
    6. No request fails because a revision is rolled out, promoted, rolled back, or scaled.
    7. What was stable before can be rolled back to, until it is deleted.
    8. A replica that ends by itself is replaced. While another is ready, no request fails for it.
    9. ``stop`` ends every process of the endpoint; the end is written only when they are gone. ``start`` begins a new
       leg with the revisions and the traffic that were there.
    10. A keeper may vanish at any time, and the endpoint goes on answering. ``settle`` then gives it a keeper again.
        After a restart of the machine, an endpoint that is wanted up comes up.
    """

    name: str
    """The platform's word: ``local``, ``cluster``."""

    def check(self, spec: RevisionSpec) -> None:
        """Refuse what this platform cannot serve.

        Raises:
            Unsupported: it can never be done here, or the interpreter lacks what serving needs; the sentence has the
                command that installs it there.
            InvalidOption: an option makes no sense here.
        """

    def prepare(self, draft: Path) -> Prepared:
        """Start a keeper for an endpoint that is still being written to ``draft``, with its first revision."""

    def launch(self, folder: Path) -> None:
        """See to it that the published endpoint in ``folder``, which is wanted up, has a keeper. Idempotent."""

    def settle(self, folder: Path) -> None:
        """Return when the facts of ``folder`` are true: a live keeper has the endpoint, or it is wanted down."""

    def do(self, folder: Path, verb: str, order: Order, who: str, timeout: float | None = None) -> str:
        """Ask for something, and return when it is done, with what came of it in one sentence.

        Args:
            folder: The endpoint.
            verb: One of those that ``Order`` names.
            order: The rest of what is asked.
            who: Who asks.
            timeout: Seconds after which ``Unavailable`` is raised although the keeper goes on with it; None waits.

        Raises:
            Conflict: it cannot be done as things stand (no canary, two canaries, the port is taken), or was tried
                and did not come true (never ready); the sentence is the keeper's.
        """

    def address(self, folder: Path) -> Address:
        """Return how the endpoint is reached from this machine, whether it answers or not."""

    def wait(self, folder: Path, timeout: float) -> bool:
        """Return True as soon as the endpoint in ``folder`` is stopped or failed, False after ``timeout`` seconds."""
