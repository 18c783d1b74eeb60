"""The replicas of one revision: as many as are wanted are kept, those that end are replaced, those that leave drain."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from jupyter_mlops.domain.endpoints import RevisionFact, RevisionSpec
from jupyter_mlops.domain.errors import Broken
from jupyter_mlops.domain.rollouts import replica_of
from jupyter_mlops.domain.scaling import Scaler
from jupyter_mlops.domain.units import format_size
from jupyter_mlops.platforms.local import intact, lastwords, replicas, sampling
from jupyter_mlops.platforms.local.bases import Base
from jupyter_mlops.platforms.local.processes import descendants
from jupyter_mlops.platforms.local.replicas import Replica

LONG_SECONDS = 60.0
"""A replica that has answered for so long before it ended begins a new count of ends in a row."""
DRAIN_SECONDS = 30.0
"""How long requests that a leaving replica still answers may take."""
END_SECONDS = 10.0
"""How long it may take to end when it is asked to."""
HOPELESS = 6
"""So many ends in a row without an answer, and it is given up where nothing else answers."""
_PAUSES = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Crew:
    """All replicas of one revision.

    Attributes:
        wanted: How many there should be.
        on_trial: Whether the first end before an answer settles it: the revision is new.
        failure: Why it cannot be served; empty if it can, for all that is known.
        trouble: Why the last replica ended by itself; empty once all answer again.
        ends: How many replicas have ended in a row.
        scaler: Decides how many are wanted.
    """

    def __init__(self, base: Base, fact: RevisionFact) -> None:
        self._base = base
        self.spec: RevisionSpec = fact.spec
        self.number = fact.spec.revision
        self.wanted = 0
        self.on_trial = False
        self.failure = self.trouble = ""
        self.ends = 0
        self.replicas: list[Replica] = []
        self.scaler = Scaler(base.calm_seconds)
        self.next_start = 0.0
        self._check: Iterator[None] | None = None
        self._is_checked = False

    @property
    def fact(self) -> RevisionFact:
        """What the endpoint's events say of it."""
        return self._base.keeper.fact(self.number)

    @property
    def title(self) -> str:
        """What a sentence calls the version: ``digits v4``."""
        return f"{self.spec.model} v{self.spec.version}"

    @property
    def serving(self) -> list[Replica]:
        """The replicas that requests may go to."""
        return [replica for replica in self.replicas if replica.is_serving]

    @property
    def staying(self) -> list[Replica]:
        """The replicas that are not leaving."""
        return [replica for replica in self.replicas if not replica.is_leaving]

    @property
    def is_complete(self) -> bool:
        """Say whether as many replicas answer as are wanted."""
        return len(self.serving) >= self.wanted

    @property
    def is_moving(self) -> bool:
        """Say whether something is about to change."""
        return len(self.replicas) != len(self.serving) or len(self.replicas) < self.wanted

    @property
    def fds(self) -> list[int]:
        """What becomes readable when there is something to do."""
        return [fd for replica in self.replicas for fd in (replica.member.fd, replica.probe.fd) if fd >= 0]

    @property
    def memory(self) -> int:
        """Bytes of all replicas, as they were measured last."""
        return sum(replica.memory for replica in self.replicas)

    def want(self, count: int, *, on_trial: bool = False) -> None:
        """Let there be so many replicas; those that are too many leave."""
        self.wanted, self.on_trial = count, on_trial
        if on_trial or count == 0:
            self.failure, self.trouble, self.ends, self.next_start = "", "", 0, 0.0
            self._is_checked = False
        staying = sorted(self.staying, key=lambda each: (not each.is_ready, each.number))
        for replica in staying[count:]:
            self._leave(replica)

    def adopt(self) -> None:
        """Take the replicas that another keeper has started; tell of those that are gone."""
        for known in list(self.fact.replicas):
            if known.state == "ended":
                continue
            replica = replicas.adopt(self._base, self.spec, known)
            if replica is None:
                self._base.keeper.replica_ended(self.number, known.replica, known.pid, "it ended without its keeper")
                continue
            self.replicas.append(replica)
        self._is_checked = bool(self.replicas)

    def look(self, flight: dict[str, int] | None) -> None:
        """See who has become ready, who has ended, and who may go; start what is missing.

        Args:
            flight: How many requests each socket is answering, if the router has said so since the replicas that
                leave get no more; None if it has not.
        """
        for replica in list(self.replicas):
            if replica.member.is_over():
                self._ended(replica)
            elif replica.is_leaving:
                self._see_off(replica, flight)
            elif not replica.is_ready:
                self._await_ready(replica)
        if len(self.staying) < self.wanted and not self.failure and self._base.now() >= self.next_start:
            self._start_missing()

    def freeze(self) -> None:
        """Start no replica any more; those that are there stay."""
        self.wanted = len(self.staying)

    def kill(self) -> None:
        """End all replicas now."""
        self.wanted = 0
        for replica in self.replicas:
            replica.is_leaving = replica.is_asked = True
            replica.member.kill()

    def hurry(self) -> None:
        """Let those that leave not wait for requests any more."""
        for replica in self.replicas:
            if replica.is_leaving and not replica.is_asked:
                self._ask_to_end(replica)

    def measure(self) -> None:
        """Measure the memory of each replica, and end those that use too much."""
        for replica in self.replicas:
            pids = [replica.member.pid, *descendants(replica.member.pid)]
            replica.memory = sum(map(sampling.memory_of, pids))
            with contextlib.suppress(LookupError):
                replica_of(self.fact, replica.number).memory = replica.memory
            if self.spec.memory and replica.memory > self.spec.memory and not replica.why:
                used, limit = format_size(replica.memory), format_size(self.spec.memory)
                replica.why = f"it used {used} of memory, and may use {limit}"
                replica.member.kill()

    def cut_logs(self) -> None:
        """Keep the logs short."""
        for replica in self.replicas:
            replica.member.cut_log()

    def _start_missing(self) -> None:
        if not self._is_checked and not self._is_intact():
            return
        self._is_checked = False
        taken = {replica.number for replica in self.replicas}
        free = (number for number in range(len(taken) + self.wanted) if number not in taken)
        while len(self.staying) < self.wanted and self._start(next(free)):
            pass

    def _is_intact(self) -> bool:
        """Say whether the version's files are what they were; False while they are still looked at."""
        folder = Path(self.spec.folder)
        memory = self._base.keeper.folder.revision_path(self.number) / "checked.json"
        try:
            if self._check is None:
                if self.on_trial:
                    memory.unlink(missing_ok=True)
                self._check = intact.check(folder, memory, self.title)
            next(self._check)
        except StopIteration:
            self._check, self._is_checked = None, True
            return True
        except Broken as error:
            self._check, self.failure = None, str(error).rstrip(".")
        return False

    def _start(self, number: int) -> bool:
        """Start a replica; say whether that worked."""
        try:
            replica = replicas.start(self._base, self.spec, number)
        except replicas.NoDevice as error:
            self._troubled(str(error))
            return False
        except OSError as error:
            self.failure = f"{self.spec.python} cannot be started: {error.strerror}"
            return False
        self._base.keeper.replica_started(self.number, number, replica.member.pid)
        self.replicas.append(replica)
        return True

    def _await_ready(self, replica: Replica) -> None:
        now = self._base.now()
        if replica.probe.look():
            replica.is_ready = True
            self._base.keeper.replica_ready(self.number, replica.number, replica.member.pid, now - replica.since)
            if self.is_complete:
                self.trouble = ""
        elif now > replica.deadline and not replica.why:
            replica.why = f"it did not answer within {self._base.ready_seconds:g} s"
            replica.member.kill()

    def _leave(self, replica: Replica) -> None:
        replica.is_leaving = True
        replica.deadline = self._base.now() + DRAIN_SECONDS
        if not replica.is_ready:
            self._ask_to_end(replica)

    def _see_off(self, replica: Replica, flight: dict[str, int] | None) -> None:
        now = self._base.now()
        if replica.is_asked:
            if now > replica.deadline:
                replica.member.kill()
        elif (flight is not None and not flight.get(replica.socket)) or now > replica.deadline:
            self._ask_to_end(replica)

    def _ask_to_end(self, replica: Replica) -> None:
        replica.is_asked = True
        replica.deadline = self._base.now() + END_SECONDS
        replica.member.terminate()

    def _ended(self, replica: Replica) -> None:
        code = replica.member.reap()
        replica.probe.close()
        replica.member.end_rest()
        replica.member.close()
        self.replicas.remove(replica)
        why = ""
        if not replica.is_leaving:
            why = replica.why or self._why_of(replica, code)
            self._count(replica, why)
        with contextlib.suppress(LookupError):
            self._base.keeper.replica_ended(self.number, replica.number, replica.member.pid, why)

    def _why_of(self, replica: Replica, code: int | None) -> str:
        member = replica.member
        if replica.is_ready:
            # What it said last may have been about anything.
            return lastwords.by_exit(code)
        return lastwords.sentence(self.spec.python, member.log, member.logged, code)

    def _count(self, replica: Replica, why: str) -> None:
        now = self._base.now()
        lived = now - replica.since if replica.is_ready else 0.0
        self.ends = 1 if lived > LONG_SECONDS else self.ends + 1
        self.trouble = why
        self.next_start = now + _PAUSES[min(self.ends, len(_PAUSES)) - 1]
        if self.on_trial or (self.ends >= HOPELESS and not replica.is_ready and not self.serving):
            self.failure = why

    def _troubled(self, why: str) -> None:
        self.ends += 1
        self.trouble = why
        self.next_start = self._base.now() + _PAUSES[min(self.ends, len(_PAUSES) - 1)]
        if self.on_trial:
            self.failure = why
