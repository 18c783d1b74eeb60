"""What router and replicas have counted, handed to the one who keeps it."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import MlopsError
from jupyter_mlops.domain.observed import Drift
from jupyter_mlops.domain.profiles import Profile
from jupyter_mlops.domain.rollouts import Seen
from jupyter_mlops.platforms.local.endpoints import Endpoint
from jupyter_mlops.platforms.local.probes import Question
from jupyter_mlops.platforms.local.replicas import Replica
from jupyter_mlops.store.watched import ReplicaStats, Watched, replica_stats

_PATIENCE_SECONDS = 1.0
"""How long the replicas have to say what they have counted; one that is busy is asked again the next time."""
_DRIFT_SECONDS = 10.0


class Looks:
    """One look after the other: the router has answered, then the replicas are asked, then it is written down."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._watched: Watched | None = None
        self._router: dict[str, Any] | None = None
        self._questions: list[tuple[int, Replica, Question]] = []
        self._until = 0.0
        self._seen: Seen = endpoint.keeper.folder.seen()
        self._profiles: dict[int, Profile | None] = {}
        self._drift: Drift | None = None
        self._drift_at = 0.0

    @property
    def fds(self) -> list[int]:
        """What becomes readable when a replica has answered."""
        return [question.fd for _, _, question in self._questions if question.fd >= 0]

    @property
    def is_going(self) -> bool:
        """Say whether replicas are being asked."""
        return self._router is not None

    @property
    def watched(self) -> Watched:
        """What was seen so far."""
        if self._watched is None:
            self._watched = Watched(self._endpoint.keeper.folder.watched, writer=True)
        return self._watched

    def begin(self, router: dict[str, Any]) -> None:
        """Take what the router has counted, and ask the replicas."""
        self._router = router
        self._until = self._endpoint.base.now() + _PATIENCE_SECONDS
        self._questions = [
            (crew.number, replica, Question(replica.socket, "/mlops/stats"))
            for crew in self._endpoint.crews.values()
            for replica in crew.serving
        ]

    def look(self) -> int | None:
        """Return how many requests have come since the last look, when one is over; None if none is."""
        if self._router is None:
            return None
        waiting = [question for _, _, question in self._questions if not question.look()]
        if waiting and self._endpoint.base.now() < self._until:
            return None
        for question in waiting:
            question.close()
        router, self._router = self._router, None
        try:
            return self._write(router)
        except (MlopsError, msgspec.DecodeError, msgspec.ValidationError):
            # What cannot be written down now must not end the endpoint; what is counted is counted the next time.
            self.close()
            return 0

    def close(self) -> None:
        """Let go of the file. Idempotent."""
        if self._watched is not None:
            self._watched.close()
            self._watched = None

    def _write(self, router: dict[str, Any]) -> int:
        now = time.time()
        came = self.watched.take(now, router, self._answers())
        seen = self.watched.summary(now, self._drift_now(now))
        if came or seen != self._seen:
            self._seen = seen
            self._endpoint.keeper.write_seen(seen)
        return came

    def _answers(self) -> list[ReplicaStats]:
        found = []
        for revision, replica, question in self._questions:
            if question.status == 200:
                with contextlib.suppress(msgspec.DecodeError):
                    told = replica_stats(question.body, revision, replica.number, replica.member.pid, replica.memory)
                    found.append(told)
        self._questions = []
        return found

    def _drift_now(self, now: float) -> Drift | None:
        stable = self._endpoint.traffic.stable
        profile = self._profile(stable)
        if profile is None:
            return None
        if self._drift is None or self._drift.revision != stable or now >= self._drift_at:
            self._drift, self._drift_at = self.watched.drift(profile, stable), now + _DRIFT_SECONDS
        return self._drift

    def _profile(self, revision: int) -> Profile | None:
        if revision not in self._profiles and revision in self._endpoint.crews:
            path = Path(self._endpoint.crews[revision].spec.folder) / "profile.json"
            self._profiles[revision] = None
            with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
                self._profiles[revision] = wire.decode(path.read_bytes(), Profile)
        return self._profiles.get(revision)
