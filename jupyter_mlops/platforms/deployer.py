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

    What keeps an endpoint is its *keeper*. It alone writes the endpoint's facts, except what is asked of it. Processes,
    or whatever answers elsewhere, are *replicas*; what splits requests over them is the endpoint's *router*, which need
    not be ours: what is promised of traffic is promised of requests to the endpoint's address, and of nothing between.

    1. What cannot be served is refused by ``check``, in one sentence, before anything starts. What only shows when it
       is tried, such as a model that cannot be loaded, is said by the revision that was tried.
    2. Launching one folder twice serves it once. A draft that is cancelled leaves nothing.
    3. A revision starts, becomes ready, and only then gets traffic. One that does not become ready changes nothing of
       the traffic; its state is ``failed``, and its ``why`` says the reason in one sentence, not only that it took too
       long. If it was the first one, the endpoint is ``failed``.
    4. There is one stable revision, and at most one canary or shadow beside it. A canary of P percent gets P of 100
       requests over any longer stretch, each whole percent from 0 to 100; what it does not get goes to the stable
       revision. A canary of 0 percent is ready and gets nothing, one of 100 gets all and is not stable for that. A
       shadow gets copies, whose answers nobody sees. An answer's header ``X-Mlops-Revision`` names the revision that
       gave it; a request that has it is answered by that revision, whatever the percentages, if it has replicas.
    5. ``do`` returns when what was asked for is true of the next request: traffic has moved, replicas are ready. What
       it returns or raises is one sentence, and the events have it. Orders are done one after the other; ``stop`` goes
       before all others.
    6. No request fails because a revision is rolled out, promoted, rolled back, or scaled. One that is being answered
       while its revision loses its traffic is answered still.
    7. What was stable before can be rolled back to, until it is deleted; without a number the one before is meant, or,
       where there is a canary or a shadow, that it is dropped. Deleting what has traffic is refused.
    8. A replica that ends by itself is replaced. While another is ready, no request fails for it.
    9. ``stop`` ends every process of the endpoint; the end is written only when they are gone. ``start`` begins a new
       leg with the revisions and the traffic that were there, at the same address; so does a ``deploy``, whose
       revision is then the stable one.
    10. A keeper may vanish at any time, and the endpoint goes on answering. ``settle`` then gives it a keeper again,
        which does what was asked in between. After a restart of the machine, an endpoint that is wanted up comes up
        with the traffic that it had, and one that is stopped stays so.
    11. Facts come in the order in which they happened: a revision has traffic only after it was ready, and a leg ends
        once. The index says what the folder does.

    How KServe, Seldon and TensorFlow Serving fit: the stable revision is the predictor of an InferenceService, or the
    default candidate of an Experiment; a canary is the entry of ``canary`` with its ``trafficPercent`` (which, unlike
    ``canaryTrafficPercent``, leaves the stable revision its own name, and works without Knative), or a candidate with
    its weight; a shadow is ``mirror``. Promoting replaces the predictor by what is ready already. TensorFlow Serving
    has versions with labels and no weights, so a route before it splits. There, ``why`` is the last failure's message,
    else that of the pod that does not start: the conditions of an InferenceService say only that a deployment does not
    have minimum availability. What a system cannot do (a shadow in KServe) is refused by ``do`` as a ``Conflict``
    before anything has changed.
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
