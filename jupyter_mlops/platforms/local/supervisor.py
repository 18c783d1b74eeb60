"""A keeper from the start of its ranks to the end of its run.

One loop, no thread: it wakes when a guardian ends, else up to ten times a second, and then reads logs, answers requests
and enforces limits. What the run's end will be is decided once, by the first reason to end it (``Ending``), or by the
pods that decide (``domain.kinds.deciding``) when all of them have ended well; a stop that somebody asked for overrides
a failure, as long as a pod is still there.
"""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from jupyter_mlops.domain.causes import is_crash
from jupyter_mlops.domain.exits import describe_exit
from jupyter_mlops.domain.kinds import MPIRUN, deciding, is_lasting
from jupyter_mlops.domain.runs import AttemptBegun, Noted, RankExited, RankStarted, State
from jupyter_mlops.domain.units import format_duration
from jupyter_mlops.platforms.local import environment, guardian, leases, processes, ranks, wrapped
from jupyter_mlops.platforms.local.asked import Asked
from jupyter_mlops.platforms.local.blame import Blame
from jupyter_mlops.platforms.local.hang import HangWatch
from jupyter_mlops.platforms.local.logs import LogLimit
from jupyter_mlops.platforms.local.meter import Meter
from jupyter_mlops.platforms.local.straggler import StragglerWatch
from jupyter_mlops.platforms.local.whereabouts import Whereabouts
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.keeping import RunKeeper
from jupyter_mlops.store.locks import Lock

GRACE_SECONDS = 10.0
REST_SECONDS = 30.0
"""How long pods that do not decide may go on when those that do have ended well."""
RETRYABLE = 128
"""With ``restart`` ``exit-code``, exit codes from here on may be another time's success, those below are the cell's."""
_QUICK_SECONDS, _CALM_SECONDS = 0.02, 0.1
_SEEN_SECONDS = 30.0
_PORT_SECONDS = 10.0


class Ending(NamedTuple):
    """Why a run comes to its end.

    Attributes:
        state: What the run will be once its ranks are gone.
        why: One sentence.
        rank: The rank that failed first, where one did.
        may_retry: Whether another attempt could change it.
    """

    state: State
    why: str
    rank: int | None = None
    may_retry: bool = False


def supervise(work: ranks.Work, lock: Lock, attempt: ranks.Attempt, asked: Asked) -> None:
    """Keep the run of ``work``, whose first attempt has been started, until its end."""
    supervisor = Supervisor(work, attempt, asked)
    supervisor.keep(lock)
    work.grant.release()
    lock.release()
    # What is left to do is for the run's page alone.
    asked.end_at_once()
    supervisor.close()


class Supervisor:
    """The state of one keeper."""

    def __init__(self, work: ranks.Work, attempt: ranks.Attempt, asked: Asked) -> None:
        self.work = work
        self.asked = asked
        self.folder = work.folder
        self.environment = environment.Collector(work.home, work.folder, work.spec)
        self.run = RunKeeper(Home.open(Path(work.home)), Path(work.folder))
        self.limits = self.run.spec.limits
        self.started = time.monotonic()
        self.log_limit = LogLimit(self.run)
        self.port_was_taken = False
        self.lost_a_guardian = False
        self.failures = 0
        self._begin(attempt)

    def keep(self, lock: Lock) -> None:
        """Return when the run is finished and nothing of it is left."""
        seen = time.monotonic()
        while not self._is_finished():
            self._wait()
            if not self._folder_is_there(lock):
                self.attempt.close()
                return
            self._turn()
            if time.monotonic() - seen > _SEEN_SECONDS:
                lock.renew()
                seen = time.monotonic()

    def close(self) -> None:
        """Finish what may come after the end of the run."""
        self.attempt.templates.turn(is_over=True)
        self.environment.finish()
        self.run.close()

    def _begin(self, attempt: ranks.Attempt) -> None:
        self.attempt = attempt
        self.where = Whereabouts(self.folder, attempt)
        self.ending: Ending | None = None
        self.rest_until: float | None = None
        self.began = time.monotonic()
        self.left: set[int] = set()
        self.kill_at: dict[int, float] = {}
        self.announced: set[int] = set()
        self.ended: set[int] = set()
        self.undecided = {self.where.place(pod) for pod in deciding(attempt.job.shape)}
        self.meter = Meter(self.where.root, self.run.spec.resources.memory)
        logs = ranks.logs_path(self.folder, attempt.number)
        self.blame = Blame(self.run, logs)
        self.exits: dict[int, guardian.RankEnd] = {}
        self.told_at = 0.0
        self.straggler = StragglerWatch(self.run, self.where.root)
        self.hang = HangWatch(self.run, logs, self.where.root, self.where.cell_pid)
        self.poller = select.poll()
        self.ends: dict[int, int] = {}
        for pod in attempt.guarded:
            self._watch(pod)
        self.pause = _QUICK_SECONDS
        templates = attempt.templates
        self.run.record(
            AttemptBegun(time=time.time(), attempt=attempt.number, warm=templates.is_warm, why=templates.why)
        )

    def _watch(self, pod: int) -> None:
        fd = self.attempt.guarded[pod].fd
        self.ends[fd] = pod
        self.left.add(pod)
        self.poller.register(fd, select.POLLIN)

    def _is_finished(self) -> bool:
        return self.run.status.state.is_finished

    def _wait(self) -> None:
        self.ready = [self.ends[fd] for fd, _ in self.poller.poll(self.pause * 1000)]

    def _turn(self) -> None:
        self._announce_ranks()
        self._look_at_wrapped_ranks()
        self.environment.reap()
        self.attempt.templates.turn()
        read = self.run.ingest()
        self.pause = _QUICK_SECONDS if read else min(_CALM_SECONDS, self.pause * 1.5)
        self._collect(self.ready)
        self._read_requests()
        self.hang.turn(read, [rank for rank in self._running_ranks() if self.where.runs_the_cell(rank)])
        self._enforce()
        self._sample()
        self.straggler.turn()
        self._find_the_first()
        if not self.left:
            self._conclude()
        elif not self._is_finished():
            self.run.publish_row()

    def _folder_is_there(self, lock: Lock) -> bool:
        try:
            there, held = os.stat(f"{self.folder}/keeper.lock"), os.fstat(lock.fd)
        except FileNotFoundError:
            return False
        return there.st_ino == held.st_ino

    # -- pods and ranks --------------------------------------------------------------------------------------------

    def _running_ranks(self) -> list[int]:
        return [rank for pod in self.left for rank in self.where.ranks_of(pod) if rank not in self.ended]

    def _announce_ranks(self) -> None:
        for rank in self._running_ranks():
            if rank not in self.announced and (pid := self.where.pid(rank)):
                self._announce(rank, pid)

    def _announce(self, rank: int, pid: int) -> None:
        self.announced.add(rank)
        self.run.record(RankStarted(time=time.time(), rank=rank, attempt=self.attempt.number, pid=pid))

    def _collect(self, ended: list[int]) -> None:
        found = [(pod, self._reap(pod)) for pod in ended]
        # The order in which the pods ended, not the one in which their guardians were noticed.
        for pod, end in sorted(found, key=lambda pair: pair[1].time):
            self._end_ranks(pod, end)
            self._judge(pod, end)

    def _reap(self, pod: int) -> guardian.RankEnd:
        guarded = self.attempt.guarded[pod]
        self.poller.unregister(guarded.fd)
        del self.ends[guarded.fd]
        guarded.reap()
        self.left.discard(pod)
        return self.where.end_of_pod(pod) or self._end_without_guardian(guarded.is_child)

    def _end_without_guardian(self, was_child: bool) -> guardian.RankEnd:
        """End what a killed guardian left: it belongs to this process now, or to nobody that is known."""
        self.lost_a_guardian = True
        if not was_child:
            processes.end_survivors(self.folder, lambda: self.where.processes_of(self.left))
            return guardian.RankEnd(0, time.time(), None, None)
        own = {self.attempt.guarded[each].pid for each in self.left} | self.environment.pids()
        # A dying rank hands its children on while this looks, so it looks until there are none.
        while orphans := set(processes.children(os.getpid())) - own:
            for pid in orphans:
                for each in [*processes.descendants(pid), pid]:
                    processes.kill(each)
                os.waitpid(pid, 0)
        return guardian.RankEnd(0, time.time(), None, None)

    def _look_at_wrapped_ranks(self) -> None:
        """Take the ends of ranks that a starter has started: it may go on for a while when they are gone."""
        self._take_told_ends(self._running_wrapped())

    def _take_told_ends(self, ranks_of_starters: Iterable[int]) -> None:
        told = [(rank, self.where.end_of(rank)) for rank in ranks_of_starters]
        # In the order in which they ended: what starts them ends the others at once when one fails.
        for rank, end in sorted(((rank, end) for rank, end in told if end), key=lambda pair: pair[1].time):
            self._record_end(rank, end)
            if end.code != 0 and not self._may_restart(end):
                self._fail(rank)

    def _end_ranks(self, pod: int, end: guardian.RankEnd) -> None:
        """Record the ends of the ranks of a pod that has ended."""
        of = self.where.ranks_of(pod)
        if self.attempt.pods[pod].is_wrapped:
            if end.code != 0 and self.ending is None and not any(self._failed_itself(rank) for rank in of):
                wrapped.tell(self.folder, self.attempt.number, of[0])
            self._take_told_ends(rank for rank in of if rank not in self.ended)
        for rank in of:
            if rank not in self.ended:
                self._record_end(rank, end)

    def _failed_itself(self, rank: int) -> bool:
        end = self.where.end_of(rank)
        return end is not None and bool(end.code)

    def _record_end(self, rank: int, end: guardian.RankEnd) -> None:
        if rank not in self.announced:
            self._announce(rank, end.pid)
        self.ended.add(rank)
        self.exits[rank] = end
        self.run.drain(rank)
        self._record_exit(rank, end, self._words(rank, end))

    def _record_exit(self, rank: int, end: guardian.RankEnd, why: str) -> None:
        self.run.record(
            RankExited(
                time=end.time,
                rank=rank,
                attempt=self.attempt.number,
                code=end.code,
                signal=end.signal,
                why=why,
                peak=end.peak,
            )
        )

    def _judge(self, pod: int, end: guardian.RankEnd) -> None:
        """Say what the end of a pod means for the run."""
        if self.ending is not None:
            self._tell_all_to_end()
            return
        if end.code == 0:
            self.undecided.discard(pod)
            if not self.undecided and self.rest_until is None and not self.blame.is_pending:
                self._let_the_rest_end()
        elif self.rest_until is not None:
            if pod not in self.kill_at:
                self.run.record(Noted(time=time.time(), text=self._late_failure(pod)))
        elif self._may_restart(end) and not self.blame.is_pending:
            self._restart(pod)
        else:
            self._fail(self._first_failed(pod))

    def _first_failed(self, pod: int) -> int:
        status = self.run.status.ranks
        failed = [rank for rank in self.where.ranks_of(pod) if status[rank].code != 0]
        return min(failed, key=lambda rank: status[rank].ended or 0.0, default=self.attempt.pods[pod].first)

    def _late_failure(self, pod: int) -> str:
        rank = self.attempt.pods[pod].first
        return f"Rank {rank} {self.run.status.ranks[rank].why} when the run had succeeded already."

    def _fail(self, rank: int) -> None:
        if self.ending is None and self.rest_until is None:
            self.blame.suspect(rank)
            self._find_the_first()

    def _find_the_first(self) -> None:
        """End the run if a rank has failed and it is known which was the first."""
        if self.ending is not None or self.rest_until is not None:
            return
        running = self._running_ranks()
        stuck = self.blame.stuck(running)
        if stuck is not None:
            self.blame.suspect(stuck)
        rank = self.blame.verdict(can_wait=bool(running))
        if rank is not None:
            self._end(self._failure_of(rank))

    def _failure_of(self, rank: int) -> Ending:
        return Ending(State.FAILED, self.run.first_failure(rank, self.run.status.ranks[rank].why), rank, may_retry=True)

    def _may_restart(self, end: guardian.RankEnd) -> bool:
        policy = self.limits.restart
        if policy == "never" or self.failures >= self.limits.retries:
            return False
        return policy == "on-failure" or end.code is None or end.code >= RETRYABLE

    def _restart(self, pod: int) -> None:
        self.failures += 1
        for rank in self.attempt.ranks_of(pod):
            self.announced.discard(rank)
            self.ended.discard(rank)
            self.meter.forget(rank)
            self.run.failures.pop(rank, None)
        self.attempt.start(pod)
        self._watch(pod)

    def _words(self, rank: int, end: guardian.RankEnd) -> str:
        if end.code is None and end.signal is None:
            return "was ended, because its guardian was killed"
        if self.ending is None and end.code != 0 and self.where.pod_of(rank) in self.kill_at:
            return "was ended, because the others were done"
        if self.ending is not None and end.code != 0 and not self.meter.is_over(rank) and not is_crash(end.signal):
            return self._consequence(self.ending, rank, end)
        return self._own_words(rank, end)

    def _own_words(self, rank: int, end: guardian.RankEnd) -> str:
        return describe_exit(end.code, end.signal, self.meter.words(rank, end.peak))

    def _consequence(self, ending: Ending, rank: int, end: guardian.RankEnd) -> str:
        if ending.rank is None:
            return f"was ended: {ending.why}"
        if ending.rank == rank:
            return self._own_words(rank, end) if end.code is not None else "was ended after its error"
        if end.code is not None and end.time < self.told_at:
            return f"ended itself with exit code {end.code}, because rank {ending.rank} failed"
        return f"was ended, because rank {ending.rank} failed"

    # -- ends ------------------------------------------------------------------------------------------------------

    def _end(self, ending: Ending) -> None:
        self.ending = ending
        self.told_at = time.time()
        self.hang.leave()
        self._tell_all_to_end()

    def _tell_all_to_end(self) -> None:
        # What mpirun has started it ends itself.
        launchers = {pod for pod in self.left if self.attempt.pods[pod].starts == MPIRUN}
        for pod in launchers or self.left:
            self._tell_to_end(pod)

    def _let_the_rest_end(self) -> None:
        """The run has succeeded: what served it ends now, and the others have a while to come to their own end."""
        self.rest_until = time.monotonic() + REST_SECONDS
        self.hang.leave()
        for pod in self.left:
            if is_lasting(self.attempt.job.shape, self.attempt.pods[pod]):
                self._tell_to_end(pod)

    def _tell_to_end(self, pod: int) -> None:
        # Who asks again does not give it more time.
        if pod in self.kill_at:
            return
        self.kill_at[pod] = time.monotonic() + GRACE_SECONDS
        if self.attempt.pods[pod].starts == MPIRUN and self._running_wrapped():
            self._tell_mpi_ranks_to_end()
        elif not self._ends_by_itself(pod):
            self.attempt.guarded[pod].terminate()

    def _ends_by_itself(self, pod: int) -> bool:
        """Say whether a pod is the one whose cell has just failed: what it does at its exit is not cut short."""
        if self.ending is None or self.ending.rank is None or self.blame.stuck([self.ending.rank]) is not None:
            return False
        is_it = not self.attempt.pods[pod].is_wrapped and self.ending.rank in self.where.ranks_of(pod)
        return is_it and self.ending.rank in self.run.failures

    def _tell_mpi_ranks_to_end(self) -> None:
        # mpirun gives ranks a second to save their work, and is confused by being told while it aborts by itself.
        if self.ending is not None and self.ending.rank is not None:
            return
        for rank in self._running_wrapped():
            processes.kill(self.where.root(rank), signal.SIGTERM)

    def _running_wrapped(self) -> list[int]:
        return [rank for rank in self._running_ranks() if self.where.is_wrapped(rank) and self.where.root(rank)]

    def _read_requests(self) -> None:
        if self.left and self.asked.news():
            self._end(Ending(State.STOPPED, "Its keeper was asked to end, as at a shutdown of the machine."))
        for request in self.run.requests():
            if request.verb == "stacks" and self.left:
                self.hang.ask(request)
            elif request.verb != "stop":
                self.run.answer(request, f"A run has no request {request.verb!r}.")
            elif not self.left:
                continue
            else:
                self.run.answer(request, "Stopping.")
                by = f"Stopped by {request.who}." if request.who else "Stopped."
                self._end(Ending(State.STOPPED, request.why or by))

    def _enforce(self) -> None:
        self._end_those_that_were_told()
        if self.ending is not None or self.rest_until is not None:
            return
        timeout = self.limits.timeout
        if timeout is not None and time.monotonic() - self.started > timeout and self.left:
            option = "--trial-timeout" if self.run.spec.sweep else "--timeout"
            longer = f"It ran longer than its limit of {format_duration(timeout)} ({option})"
            self._end(Ending(State.FAILED, f"{longer}{self.hang.words()}."))
        elif sentence := self.log_limit.enforce():
            self._end(Ending(State.FAILED, sentence))

    def _end_those_that_were_told(self) -> None:
        now = time.monotonic()
        if self.rest_until is not None and now > self.rest_until:
            for pod in self.left:
                self._tell_to_end(pod)
        for pod in self.left & self.kill_at.keys():
            if now > self.kill_at[pod]:
                self.kill_at[pod] = now + 1.0
                self.attempt.guarded[pod].kill()

    def _sample(self) -> None:
        for rank, use in self.meter.read(self._running_ranks()):
            self.run.sample(rank, use.cpu, use.memory)
            if self.meter.is_over(rank):
                self._kill(rank)

    def _kill(self, rank: int) -> None:
        if self.where.is_wrapped(rank):
            processes.kill(self.where.root(rank), signal.SIGUSR1)
        else:
            self.attempt.guarded[self.where.pod_of(rank)].kill()

    def _conclude(self) -> None:
        self.attempt.close()
        self.hang.close(range(self.run.spec.rank_count))
        if self.lost_a_guardian:
            processes.end_survivors(self.folder)
        self.log_limit.enforce(at_the_end=True)
        ending = self.ending or Ending(State.SUCCEEDED, "")
        if ending.rank is not None and (rank := self.blame.revised(ending.rank, self.told_at)) != ending.rank:
            # What was said of its end was said of one that another had caused.
            self._record_exit(rank, self.exits[rank], self._own_words(rank, self.exits[rank]))
            ending = self._failure_of(rank)
        if ending.may_retry and self._start_again(ending):
            return
        self.run.finish(ending.state, ending.why, rank=ending.rank)

    def _start_again(self, ending: Ending) -> bool:
        number = self.attempt.number
        if self._died_of_its_port(ending):
            self.port_was_taken = True
            why = f"Port {self.attempt.taken} was taken by another program: started again on a new one."
        elif self.failures < self.limits.retries:
            self.failures += 1
            why = f"Attempt {number} failed: {ending.why}"
        else:
            return False
        self.run.change(State.STARTING, why, attempt=number + 1)
        self._begin(ranks.start_attempt(self.work, number + 1))
        return True

    def _died_of_its_port(self, ending: Ending) -> bool:
        if self.port_was_taken or ending.rank is None or time.monotonic() - self.began > _PORT_SECONDS:
            return False
        return leases.says_taken(ranks.log_path(self.folder, self.attempt.number, ending.rank))
