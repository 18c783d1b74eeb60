"""What a keeper does with a run that it did not start: end what is left, and write the true end."""

from __future__ import annotations

import os
import time
from pathlib import Path

from jupyter_mlops.domain.exits import describe_exit
from jupyter_mlops.domain.kinds import Pod, deciding, pods
from jupyter_mlops.domain.runs import Launched, RankExited, State
from jupyter_mlops.platforms.local import guardian, processes, ranks, wrapped
from jupyter_mlops.platforms.local.blame import Blame
from jupyter_mlops.store import machine
from jupyter_mlops.store.home import Home
from jupyter_mlops.store.keeping import RunKeeper
from jupyter_mlops.store.locks import Lock


def take_over(home: str, folder: str, lock: Lock, launches: int, previous: dict[str, object]) -> None:
    """End the unfinished run in ``folder``, whose lock is held here, with its true reason.

    Args:
        home: The home of the run.
        folder: The run's folder.
        lock: The run's lock.
        launches: How many keepers have taken the run before.
        previous: What the lock's file said of the last of them.
    """
    processes.end_survivors(folder)
    ranks.clean(home, folder)
    run = RunKeeper(Home.open(Path(home)), Path(folder))
    run.record(Launched(time=time.time(), pid=os.getpid(), host=machine.host()))
    failed = _record_ends(run)
    state, why = _judge(run, failed, launches, previous)
    run.finish(state, why, rank=failed if state is State.FAILED else None)
    lock.release()
    run.close()


def answer_while_queued(home: str, folder: str, *, by_signal: bool) -> bool:
    """Answer what is asked of a run that still waits for a slot; return whether that ended it."""
    run = RunKeeper(Home.open(Path(home)), Path(folder))
    try:
        stops = [request for request in run.requests() if request.verb == "stop"]
        if stops or by_signal:
            who = f" by {stops[0].who}" if stops and stops[0].who else ""
            why = stops[0].why if stops else ""
            run.finish(State.STOPPED, why or f"Stopped{who} before it started.")
            return True
        for request in run.requests():
            waits = "It waits for its turn: its ranks have not started."
            run.answer(request, waits if request.verb == "stacks" else f"A run has no request {request.verb!r}.")
        return False
    finally:
        run.close()


def _record_ends(run: RunKeeper) -> int | None:
    """Read what the ranks still wrote and what their guardians told; return the rank that failed first, if one did."""
    failures: list[int] = []
    for pod in pods(run.spec.shape) if run.status.has_started else []:
        for rank in range(pod.first, pod.first + pod.ranks):
            run.drain(rank)
            end = _end(run, pod, rank)
            if end is None:
                continue
            if end.code != 0 and not end.cut:
                failures.append(rank)
            if run.status.ranks[rank].ended is None:
                _record_end(run, rank, end)
    return Blame(run, ranks.logs_path(str(run.path), run.status.attempt)).first_of(failures)


def _end(run: RunKeeper, pod: Pod, rank: int) -> guardian.RankEnd | None:
    """Return how a rank ended, as far as somebody told it."""
    folder, attempt = str(run.path), run.status.attempt
    end = guardian.read_end(ranks.exit_path(folder, attempt, rank))
    if not pod.is_wrapped:
        return end
    of_pod = guardian.read_end(wrapped.starter_exit(folder, attempt, pod.first))
    if end is None:
        return of_pod
    # Its wrapper was still there to see it killed, with all else in the pod.
    end.cut = of_pod is not None and of_pod.cut and end.signal is not None and run.status.ranks[rank].ended is None
    return end


def _record_end(run: RunKeeper, rank: int, end: guardian.RankEnd) -> None:
    run.record(
        RankExited(
            time=end.time,
            rank=rank,
            attempt=run.status.attempt,
            code=end.code,
            signal=end.signal,
            why="was ended with its keeper" if end.cut else describe_exit(end.code, end.signal),
            peak=end.peak,
        )
    )


def _judge(run: RunKeeper, failed: int | None, launches: int, previous: dict[str, object]) -> tuple[State, str]:
    stops = [request for request in run.requests() if request.verb == "stop"]
    if stops:
        who = f" by {stops[0].who}" if stops[0].who else ""
        return State.STOPPED, stops[0].why or f"Stopped{who}; its keeper did not answer and was ended."
    if not run.status.has_started:
        return State.FAILED, f"{launches} keepers have taken this run and vanished before they could start it."
    if all(run.status.ranks[rank].code == 0 for rank in _deciding(run)):
        return State.SUCCEEDED, ""
    return State.FAILED, _reason(run, failed, previous)


def _deciding(run: RunKeeper) -> list[int]:
    return [rank for pod in deciding(run.spec.shape) for rank in range(pod.first, pod.first + pod.ranks)]


def _reason(run: RunKeeper, failed: int | None, previous: dict[str, object]) -> str:
    if failed is not None:
        return run.first_failure(failed, run.status.ranks[failed].why)
    if previous.get("boot") and previous["boot"] != machine.boot_id():
        return "The machine was restarted."
    return "Its keeper was killed, and its ranks were ended with it; retry() starts it again."
