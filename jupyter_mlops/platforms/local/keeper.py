"""The first milliseconds of a keeper: lock, wait for the folder's publication, slot, ranks; imports come after.

A keeper is started by ``keepers.py`` on a draft, while its submitter still writes it, or on a published folder that
has no keeper. It decides by the folder alone what there is to do: run it, take over what another keeper left, or
nothing. Where the folder is a sweep's it becomes the sweep's conductor, in the interpreter that the sweep names. Where
it is an endpoint's, ``endpointkeeper.py`` goes on.

Neither this file nor what it imports may import ``json``, ``pathlib``, ``typing``, ``re`` or ``enum``: they would
double the time until the ranks start, and the memory of each guardian, which is a fork of this process. A test holds
it.
"""

from __future__ import annotations

import os
import select
import sys
import time

from jupyter_mlops.platforms.local import admission, processes, ranks
from jupyter_mlops.platforms.local.asked import Asked
from jupyter_mlops.store import machine, plainjson
from jupyter_mlops.store.files import RESERVE, append_line, complete_lines, hold_reserve, repair_tail
from jupyter_mlops.store.locks import Lock, try_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

LAUNCHES = 3
"""How many keepers may take a run before one of them has started a rank."""

PLACES = ("runs", "sweeps", "endpoints")
FINISHED = ("succeeded", "failed", "stopped")
_QUEUE_SECONDS = 0.05


class Past:
    """What earlier keepers of a folder have written."""

    def __init__(self, launches: int = 0, *, attempt: int = 1, has_started: bool = False, is_finished: bool = False):
        self.launches, self.attempt = launches, attempt
        self.has_started, self.is_finished = has_started, is_finished


class CannotStart(Exception):
    """A conductor's interpreter cannot be started; the message is one sentence."""


def main() -> NoReturn:
    """Keep what is in ``argv[1]`` until its end.

    Arguments: folder, home, fd to say ready, fd to hear go, both -1 if there is none, submitter, noun.
    """
    folder, home, ready, go, submitter = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    # The submitter waits for its child only; a keeper is nobody's child.
    if os.fork():
        os._exit(0)
    os.setsid()
    keep(folder, home, ready, go, submitter, noun=sys.argv[6])


def keep(folder: str, home: str, ready: int, go: int, submitter: int, *, noun: str = "") -> NoReturn:
    """Keep what is in ``folder`` until its end, in a process of its own; the arguments are those of ``main``."""
    previous = _parse_file(f"{folder}/keeper.lock")
    lock = _take_lock(f"{folder}/keeper.lock")
    _say(ready, b"1" if lock else b"0")
    if lock is None:
        os._exit(0)
    if noun == "endpoint":
        _import_ahead()
    published = _await_publication(lock, home, go, submitter)
    if published is None:
        _remove(folder)
    else:
        _keep_or_say_why_not(home, published, lock, previous)
    os._exit(0)


def _import_ahead() -> None:
    """Import what keeps an endpoint while its submitter still writes."""
    spare_memory()
    try:
        from jupyter_mlops.platforms.local import endpointkeeper  # noqa: F401
    except Exception:
        # It is imported again, where what goes wrong can be written down.
        pass


def spare_memory() -> None:
    """Let msgspec do without ``typing_extensions``, which it imports where it is there and does not need from 3.11 on.

    With what that imports in turn it would be a tenth of a keeper's memory, which an endpoint has for months.
    """
    if "msgspec" not in sys.modules:
        sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # how Python says that there is none


def _say(ready: int, word: bytes) -> None:
    if ready < 0:
        return
    try:
        os.write(ready, word)
    except BrokenPipeError:
        # The submitter is gone already; the folder decides.
        pass
    os.close(ready)


def _take_lock(path: str) -> Lock | None:
    for _ in range(100):
        try:
            lock = try_lock(path)
        except FileNotFoundError:
            return None
        if lock is not None:
            lock.write(_identity())
            return lock
        # A probe holds it for an instant; a keeper holds it for long.
        time.sleep(0.002)
    return None


def _identity() -> str:
    identity = {
        "pid": os.getpid(),
        "started": machine.process_started(os.getpid()),
        "boot": machine.boot_id(),
        "machine": machine.machine_id(),
        "host": machine.host(),
    }
    return plainjson.dumps(identity) + "\n"


def _await_publication(lock: Lock, home: str, go: int, submitter: int) -> str | None:
    """Return the published folder, or None if the draft was given up."""
    if go >= 0:
        _await_go(go, submitter)
    # The folder may have moved: its lock tells where it is now.
    folder = os.path.dirname(os.readlink(f"/proc/self/fd/{lock.fd}"))
    return folder if os.path.dirname(folder) in [f"{home}/{place}" for place in PLACES] else None


def _await_go(go: int, submitter: int) -> None:
    poller = select.poll()
    poller.register(go, select.POLLIN)
    # A process that the submitter forked may hold the pipe open: the submitter's own end counts too.
    try:
        poller.register(os.pidfd_open(submitter), select.POLLIN)
    except ProcessLookupError:
        return
    poller.poll()
    os.close(go)


def _remove(draft: str) -> None:
    import shutil

    shutil.rmtree(draft, ignore_errors=True)


def _keep_or_say_why_not(home: str, folder: str, lock: Lock, previous: dict[str, Any]) -> None:
    if os.path.dirname(folder) == f"{home}/endpoints":
        _keep_endpoint(home, folder, lock, previous)
        return
    try:
        if os.path.dirname(folder) == f"{home}/sweeps":
            _conduct(home, folder, lock, previous)
        else:
            _keep(home, folder, lock, previous)
    except BaseException as error:
        # The ranks end with this process. Their run must end too, with a reason, whatever is wrong here.
        write_log(folder)
        past = read_past(f"{folder}/events.jsonl")
        if not past.is_finished:
            reason = f"Its keeper failed ({type(error).__name__}: {error}); its keeper.log has the details."
            why = str(error) if isinstance(error, CannotStart) else reason
            record(folder, type="state", time=time.time(), state="failed", why=why, attempt=past.attempt)
        os._exit(1)


def _keep_endpoint(home: str, folder: str, lock: Lock, previous: dict[str, Any]) -> None:
    spare_memory()
    try:
        from jupyter_mlops.platforms.local.endpointkeeper import keep

        keep(home, folder, lock, previous)
    except BaseException:
        # The endpoint goes on answering: whoever looks at it next gives it another keeper.
        write_log(folder)
        os._exit(1)


def write_log(folder: str) -> None:
    """Let ``keeper.log`` say what went wrong just now, with where."""
    import traceback

    try:
        if os.path.exists(f"{folder}/{RESERVE}"):
            os.unlink(f"{folder}/{RESERVE}")
        fd = os.open(f"{folder}/keeper.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(fd, "w", encoding="utf-8") as file:
            file.write(traceback.format_exc())
    except OSError:
        # A full disk, most likely, which is then what the traceback says.
        pass


def _conduct(home: str, folder: str, lock: Lock, previous: dict[str, Any]) -> None:
    """Become the conductor of a sweep. The lock stays held, for it belongs to what is open, not to a program."""
    spec = ranks.read_spec(folder)
    path = spec.get("path") or []
    setup = "import sys; sys.path[:] = sys.argv.pop().split(':'); " if path else ""
    program = f"{setup}from jupyter_mlops.platforms.local.conductor import main; main()"
    python = spec.get("python") or sys.executable
    arguments = [home, folder, str(lock.fd), previous.get("boot") or "", *([":".join(path)] if path else [])]
    os.set_inheritable(lock.fd, True)
    try:
        os.execv(python, [python, "-I", "-c", program, *arguments])
    except OSError as error:
        raise CannotStart(f"Its conductor could not start: {python}: {error.strerror}.") from error


def _keep(home: str, folder: str, lock: Lock, previous: dict[str, Any]) -> None:
    events = f"{folder}/events.jsonl"
    repair_tail(events)
    past = read_past(events)
    if past.is_finished:
        return
    if past.has_started or past.launches >= LAUNCHES:
        from jupyter_mlops.platforms.local.takeover import take_over

        take_over(home, folder, lock, past.launches, previous)
        return
    record(folder, type="launched", time=time.time(), pid=os.getpid(), host=machine.host())
    processes.adopt_orphans()
    spec = ranks.read_spec(folder)
    # What a keeper writes is for its user alone; what a rank writes is its own affair.
    umask = os.umask(0o077)
    asked = Asked()
    grant = _admit(home, folder, spec, asked)
    if grant is None:
        return
    work = ranks.Work(home, folder, spec, grant, umask)
    attempt = _start(work)

    from jupyter_mlops.platforms.local.supervisor import supervise

    supervise(work, lock, attempt, asked)


def _start(work: ranks.Work) -> ranks.Attempt:
    folder = work.folder
    missing = ranks.missing_variables(work.spec)
    why = f"{', '.join(missing)}: not written down, and not set where this was started." if missing else ""
    # Written before the first rank: who takes over must know that the cell may have run.
    record(folder, type="state", time=time.time(), state="starting", why=why, attempt=1)
    hold_reserve(folder)
    return ranks.start_attempt(work, 1)


def read_past(events: str) -> Past:
    """Return what earlier keepers wrote to ``events``; lines that cannot be read count as nothing."""
    try:
        with open(events, "rb") as file:
            lines = complete_lines(file.read())
    except FileNotFoundError:
        return Past()
    found = [event for event in map(_parse, lines) if event]
    changes = [event for event in found if event.get("type") == "state"]
    states = [event["state"] for event in changes]
    launches = sum(event.get("type") == "launched" for event in found)
    return Past(
        launches,
        attempt=max((event.get("attempt", 1) for event in changes), default=1),
        has_started=any(state != "queued" for state in states),
        is_finished=bool(states) and states[-1] in FINISHED,
    )


def _parse(line: bytes) -> dict[str, Any]:
    try:
        event = plainjson.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _parse_file(path: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            return _parse(file.read())
    except FileNotFoundError:
        return {}


def record(folder: str, **event: Any) -> None:
    """Append one event in the form that ``domain.runs`` reads."""
    append_line(f"{folder}/events.jsonl", plainjson.dumps(event).encode() + b"\n")


def _admit(home: str, folder: str, spec: ranks.Spec, asked: Asked) -> admission.Grant | None:
    """Wait for a slot; None if the run was stopped, or its folder vanished, while it waited."""
    wish = admission.Wish(
        spec["created"], spec["id"], ranks.gpu_count(spec), spec.get("env", {}).get("CUDA_VISIBLE_DEVICES")
    )
    with admission.Place(home, wish) as place:
        while (grant := place.ask()) is None:
            if not os.path.exists(f"{folder}/spec.json"):
                return None
            if _stop_while_queued(home, folder, asked):
                return None
            time.sleep(_QUEUE_SECONDS)
    return grant


def _stop_while_queued(home: str, folder: str, asked: Asked) -> bool:
    requests = f"{folder}/requests"
    names = os.listdir(requests) if os.path.isdir(requests) else []
    if not asked.to_end and not any(name.endswith(".json") for name in names):
        return False
    from jupyter_mlops.platforms.local.takeover import answer_while_queued

    return answer_while_queued(home, folder, by_signal=asked.to_end)
