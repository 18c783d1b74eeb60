"""Canaries judged by the keeper: held-out rows are replayed beside its loop, and gates decide on what was found."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.gates import LEAST_REQUESTS, Decision, decide
from jupyter_mlops.domain.observed import RevisionStats, Scoreboard
from jupyter_mlops.platforms.local.endpoints import Endpoint
from jupyter_mlops.store.endpoints import PUBLIC
from jupyter_mlops.store.files import write_atomic


class Replay:
    """Rows being replayed in a thread, so that the endpoint is kept meanwhile.

    Attributes:
        board: What came of it; None as long as it goes, or if it failed.
        why: Why it failed; empty if it did not.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.board: Scoreboard | None = None
        self.why = ""
        self._endpoint = endpoint
        self._status = endpoint.keeper.folder.status()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jupyter-mlops-replay", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Say whether it has ended."""
        return not self._thread.is_alive()

    def give_up(self) -> None:
        """Ask no more rows. Idempotent."""
        self._over.set()

    def _run(self) -> None:
        # An HTTP client is three megabytes, which most endpoints never need.
        from jupyter_mlops.platforms.judging import replay

        base = self._endpoint.base
        try:
            self.board = replay(base.folder, str(base.sockets / PUBLIC), self._status, time.time(), self._over.is_set)
        except MlopsError as error:
            self.why = str(error)
        except Exception as error:
            self.why = f"The held-out rows cannot be replayed: {type(error).__name__}: {error}."


def write_board(endpoint: Endpoint, board: Scoreboard) -> None:
    """Keep a scoreboard, and tell who looks."""
    with contextlib.suppress(OSError):
        write_atomic(endpoint.keeper.path / "scoreboard.json", wire.encode(board))
    endpoint.keeper.publish(is_news=True)


def of_board(endpoint: Endpoint, board: Scoreboard) -> tuple[Decision, str]:
    """Return what the gates decide on a replay."""
    from jupyter_mlops.platforms.judging import told_of

    traffic, status = endpoint.traffic, endpoint.keeper.status
    if not board.canary or board.canary not in (traffic.canary, traffic.shadow):
        return "", ""
    return decide(status.gates, told_of(board), board.canary)


def of_live(endpoint: Endpoint, stats: Callable[[float], list[RevisionStats]]) -> tuple[Decision, str]:
    """Return what the gates decide on live requests; nothing as long as the canary has had few."""
    status = endpoint.keeper.status
    gates = status.gates
    if not status.canary or not (gates.promote or gates.rollback):
        return "", ""
    from jupyter_mlops.platforms.judging import live_told

    told, count = live_told(status, stats(time.time()))
    return decide(gates, told, status.canary) if count >= LEAST_REQUESTS else ("", "")
