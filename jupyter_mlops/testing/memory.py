"""A platform without processes: the second implementation of ``Launcher``, which judges the first.

Keepers and ranks are threads of this process. A rank executes its cell with a ``print``, ``report`` and ``sleep`` of
its own, at which it can be ended, as a process can anywhere. All facts are real: folders, locks, logs, index.
"""

from __future__ import annotations

import builtins
import json
import os
import shutil
import sys
import threading
import time
import traceback
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jupyter_mlops.domain.errors import Conflict, Unsupported
from jupyter_mlops.domain.exits import describe_exit
from jupyter_mlops.domain.kinds import (
    KINDS,
    Address,
    Job,
    deciding,
    environment,
    is_lasting,
    job_name,
    pods,
    starters,
    training_count,
)
from jupyter_mlops.domain.runs import Launched, Noted, RankExited, RankStack, RankStarted, RunSpec, StacksTaken, State
from jupyter_mlops.store.home import Home, publish_folder
from jupyter_mlops.store.keeping import RunKeeper
from jupyter_mlops.store.locks import Lock, try_lock
from jupyter_mlops.store.runs import RunFolder

_TURN_SECONDS = 0.005
_REST_SECONDS = 30.0
_RETRYABLE = 128
LAUNCHES = 3


class MemoryLauncher:
    """``Launcher`` with threads for processes. A second one on the same home stands for another process.

    Args:
        home: Where the runs are.
        before_start: Called by each keeper when it has a run's lock and has not started a rank.
    """

    name = "memory"

    def __init__(self, home: Home, before_start: Callable[[], None] = lambda: None) -> None:
        self._home = home
        self._before_start = before_start
        self._keepers: list[_Keeper] = []

    def check(self, spec: RunSpec) -> None:
        if spec.kind not in KINDS:
            raise Unsupported(f"The memory platform has no kind {spec.kind!r}; it has: {', '.join(KINDS)}.")
        if missing := starters(spec.shape):
            raise Unsupported(f"The memory platform has no {missing[0]}, which starts the ranks of {spec.kind}.")

    def prepare(self, draft: Path) -> PreparedThread:
        lock = try_lock(draft / "keeper.lock")
        assert lock is not None
        return PreparedThread(self, draft, lock)

    def launch(self, folder: Path) -> None:
        lock = try_lock(folder / "keeper.lock")
        if lock is not None:
            self.keep(folder, lock)

    def keep(self, folder: Path, lock: Lock) -> None:
        """Start a keeper on ``folder``, whose lock is given to it."""
        keeper = _Keeper(self._home, folder, lock, self._before_start)
        self._keepers.append(keeper)
        keeper.start()

    def settle(self, folder: Path) -> None:
        run = RunFolder(folder)
        while not run.status().state.is_finished and not run.is_kept() and not run.is_elsewhere():
            self.launch(folder)
            time.sleep(_TURN_SECONDS)

    def stop(self, folder: Path, who: str, why: str = "") -> None:
        self.settle(folder)
        run = RunFolder(folder)
        if run.status().state.is_finished:
            return
        if run.is_elsewhere():
            raise Conflict(
                f"{run.id} is kept by another machine, which must be asked; %runs close {run.id} ends it here."
            )
        run.request("stop", who, why)
        while not self.wait(folder, 1.0):
            pass

    def wait(self, folder: Path, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        run = RunFolder(folder)
        while not run.status().state.is_finished:
            if time.monotonic() > deadline:
                return False
            self.settle(folder)
            time.sleep(_TURN_SECONDS)
        return True

    def place(self, folder: Path) -> str:
        # Everything starts at once here, so nothing ever waits.
        del folder
        return ""

    def vanish(self) -> None:
        """End every keeper of this launcher as SIGKILL would: nothing more is written, the locks are free."""
        for keeper in self._keepers:
            keeper.vanish()


class PreparedThread:
    """A lock on a draft; its keeper starts with the publication."""

    def __init__(self, launcher: MemoryLauncher, draft: Path, lock: Lock) -> None:
        self._launcher = launcher
        self._draft = draft
        self._lock = lock

    def publish(self, folder: Path) -> None:
        publish_folder(self._draft, folder)
        self._launcher.keep(folder, self._lock)

    def cancel(self) -> None:
        self._lock.release()
        shutil.rmtree(self._draft, ignore_errors=True)


_Ending = tuple[State, str, int | None]


class _Ended(BaseException):
    """Ends a rank's thread, as a signal ends a process."""


class _Rank(threading.Thread):
    """One rank: executes the cell, and ends at the next line it prints once it is told to."""

    def __init__(self, folder: Path, spec: RunSpec, attempt: int, rank: int) -> None:
        super().__init__(name=f"{spec.id}/{rank}", daemon=True)
        self.rank = rank
        self.code: int | None = None
        self.is_told_to_end = self.is_reaped = False
        self._attempt = attempt
        self._told_to_end = threading.Event()
        self._spec = spec
        self._source = (folder / "bundle" / "cell.py").read_text(encoding="utf-8")
        log = folder / "logs" / str(attempt) / f"{rank}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def run(self) -> None:
        try:
            self._say(cell="started")
            exec(compile(self._source, "cell", "exec"), self._namespace())
            self.code = 0
        except SystemExit as leaving:
            self.code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        except _Ended:
            pass
        except BaseException as error:
            self._say(error={"type": type(error).__name__, "message": str(error), "line": _line_of(error)})
            self.code = 1
        finally:
            os.close(self._log)

    def stack(self) -> RankStack:
        """Return where the rank is."""
        frame = sys._current_frames().get(self.ident or 0)
        calls = traceback.extract_stack(frame)[::-1] if frame else []
        lines = [call.lineno or 0 for call in calls if call.filename == "cell"]
        text = "\n".join(f'  File "{call.filename}", line {call.lineno} in {call.name}' for call in calls)
        return RankStack(self.rank, text, lines[0] if lines else 0)

    def end(self) -> None:
        """Tell the rank to end."""
        self.is_told_to_end = True
        self._told_to_end.set()

    def _namespace(self) -> dict[str, Any]:
        own = {**vars(builtins), "print": self._print, "__import__": self._import}
        return {"__name__": "__main__", "__builtins__": own}

    def _import(self, name: str, *rest: Any) -> Any:
        replaced: Mapping[str, dict[str, Any]] = {
            "time": {"sleep": self._sleep, "time": time.time},
            "os": {"environ": self._environment()},
            "sys": {"exit": sys.exit},
            "jupyter_mlops": {"report": self._report},
        }
        if name in replaced:
            module = types.ModuleType(name)
            vars(module).update(replaced[name])
            return module
        return builtins.__import__(name, *rest)

    def _environment(self) -> dict[str, str]:
        shape = self._spec.shape
        addresses = [Address("127.0.0.1", 10001 + number) for number, _ in enumerate(pods(shape))]
        job = Job(job_name(self._spec.name), shape, addresses)
        pod = job.pod_of(self.rank)
        ours = {
            "RUN": self._spec.id,
            "ATTEMPT": self._attempt,
            "RANK": self.rank,
            "WORLD_SIZE": training_count(shape),
            "LOCAL_RANK": 0,
            "ROLE": pod.role,
            "INDEX": pod.index,
        }
        return {**environment(job, pod), **{f"JUPYTER_MLOPS_{name}": str(value) for name, value in ours.items()}}

    def _print(self, *values: object, end: str = "\n", **_: object) -> None:
        self._write((" ".join(map(str, values)) + end).encode())

    def _report(self, **values: float) -> None:
        self._say(report=values)

    def _say(self, **record: object) -> None:
        self._write(b"\x1e" + json.dumps({**record, "rank": self.rank, "time": time.time()}).encode() + b"\n")

    def _write(self, data: bytes) -> None:
        if self._told_to_end.is_set():
            raise _Ended
        os.write(self._log, data)

    def _sleep(self, seconds: float) -> None:
        if self._told_to_end.wait(seconds):
            raise _Ended


class _Keeper(threading.Thread):
    """Keeps one run from its lock to its end."""

    def __init__(self, home: Home, folder: Path, lock: Lock, before_start: Callable[[], None]) -> None:
        super().__init__(name=f"keeper {folder.name}", daemon=True)
        self._home = home
        self._folder = folder
        self._lock = lock
        self._before_start = before_start
        self._vanished = threading.Event()
        self._gone = threading.Event()
        self._ranks: list[_Rank] = []
        self._failures = 0

    def run(self) -> None:
        try:
            self._keep(RunKeeper(self._home, self._folder))
        except _Ended:
            self._end_ranks()
        except Exception:
            traceback.print_exc()
            raise
        finally:
            self._lock.release()
            self._gone.set()

    def vanish(self) -> None:
        """Return when nothing of this keeper and its ranks is left."""
        self._vanished.set()
        self._gone.wait(10)

    def _keep(self, run: RunKeeper) -> None:
        if not run.status.state.is_finished:
            run.record(Launched(time=time.time(), pid=os.getpid()))
            self._pause()
            if run.status.has_started:
                self._take_over(run)
            elif run.status.launches > LAUNCHES:
                run.finish(
                    State.FAILED, f"{LAUNCHES} keepers have taken this run and vanished before they could start it."
                )
            else:
                self._before_start()
                self._pause()
                self._attempt(run, 1)
        run.close()

    def _take_over(self, run: RunKeeper) -> None:
        for rank in range(run.spec.rank_count):
            run.drain(rank)
        stops = [request for request in run.requests() if request.verb == "stop"]
        if stops:
            run.finish(State.STOPPED, stops[0].why or "Stopped; its keeper had vanished.")
        elif all(run.status.ranks[pod.first].code == 0 for pod in deciding(run.spec.shape)):
            run.finish(State.SUCCEEDED)
        else:
            run.finish(State.FAILED, "Its keeper was killed, and its ranks were ended with it.")

    def _attempt(self, run: RunKeeper, number: int) -> None:
        run.change(State.STARTING, attempt=number)
        self._ranks = [_Rank(self._folder, run.spec, number, rank) for rank in range(run.spec.rank_count)]
        for rank in self._ranks:
            self._start(run, number, rank)
        state, why, failed = self._await_end(run, number)
        if state is State.FAILED and self._failures < run.spec.limits.retries and failed is not None:
            self._failures += 1
            self._attempt(run, number + 1)
        else:
            run.finish(state, why, rank=failed)

    def _start(self, run: RunKeeper, number: int, rank: _Rank) -> None:
        run.record(RankStarted(time=time.time(), rank=rank.rank, attempt=number, pid=os.getpid()))
        rank.start()

    def _await_end(self, run: RunKeeper, number: int) -> _Ending:
        self._ending: _Ending | None = None
        self._undecided = {pod.first for pod in deciding(run.spec.shape)}
        self._rest_until: float | None = None
        began = time.monotonic()
        while any(not rank.is_reaped for rank in self._ranks):
            self._pause()
            for rank in [each for each in self._ranks if not each.is_reaped and not each.is_alive()]:
                self._reap(run, number, rank)
            run.ingest()
            for request in run.requests() if any(rank.is_alive() for rank in self._ranks) else []:
                if request.verb == "stacks":
                    run.record(StacksTaken(time.time(), number, request.id, [rank.stack() for rank in self._ranks]))
                    run.answer(request, "Taken.")
                    continue
                run.answer(request, "Stopping.")
                self._ending = (State.STOPPED, request.why or f"Stopped by {request.who}.", None)
            if run.spec.limits.timeout and time.monotonic() - began > run.spec.limits.timeout and not self._ending:
                self._ending = (State.FAILED, f"It ran longer than its limit of {run.spec.limits.timeout:g} s.", None)
            if self._ending or (self._rest_until is not None and time.monotonic() > self._rest_until):
                self._end_ranks()
            run.publish_row()
        return self._ending or (State.SUCCEEDED, "", None)

    def _reap(self, run: RunKeeper, number: int, rank: _Rank) -> None:
        rank.is_reaped = True
        run.drain(rank.rank)
        number_of_signal = 15 if rank.code is None else None
        why = describe_exit(rank.code, number_of_signal)
        run.record(RankExited(time.time(), rank.rank, number, rank.code, number_of_signal, why))
        if self._ending is None:
            self._judge(run, number, rank, why)

    def _judge(self, run: RunKeeper, number: int, rank: _Rank, why: str) -> None:
        """Say what the end of a rank means for the run, which has not come to its own yet."""
        if rank.code == 0:
            self._undecided.discard(rank.rank)
            if not self._undecided and self._rest_until is None:
                self._let_the_rest_end(run.spec)
        elif self._rest_until is not None:
            if not rank.is_told_to_end:
                run.record(Noted(time.time(), f"Rank {rank.rank} {why} when the run had succeeded already."))
        elif self._may_restart(run.spec, rank):
            self._failures += 1
            again = self._ranks[rank.rank] = _Rank(self._folder, run.spec, number, rank.rank)
            self._start(run, number, again)
        else:
            self._ending = (State.FAILED, run.first_failure(rank.rank, why), rank.rank)

    def _may_restart(self, spec: RunSpec, rank: _Rank) -> bool:
        if spec.limits.restart == "never" or self._failures >= spec.limits.retries:
            return False
        return spec.limits.restart == "on-failure" or rank.code is None or rank.code >= _RETRYABLE

    def _let_the_rest_end(self, spec: RunSpec) -> None:
        self._rest_until = time.monotonic() + _REST_SECONDS
        for pod in pods(spec.shape):
            if is_lasting(spec.shape, pod):
                self._ranks[pod.first].end()

    def _end_ranks(self) -> None:
        for rank in self._ranks:
            rank.end()
        for rank in self._ranks:
            rank.join(10)

    def _pause(self) -> None:
        if self._vanished.wait(_TURN_SECONDS):
            raise _Ended


def _line_of(error: BaseException) -> int:
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == "cell"), 0)
