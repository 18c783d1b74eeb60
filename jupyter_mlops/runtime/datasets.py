"""Writes ``datasets.json``: the fingerprints of the tables and arrays that came with a cell.

A program of its own, in the ranks' interpreter and beside them: it reads the bundle, which never changes, so it does
not matter what the cell does with its own copies meanwhile, nor how long this takes.
Arguments: the run's folder, its working directory, the file that several runs of one bundle share, or nothing, and the
pid of who has started this.
"""

from __future__ import annotations

import json
import os
import signal
import sys

from jupyter_mlops.runtime import cell
from jupyter_mlops.runtime.bundle import Bundle, decode
from jupyter_mlops.runtime.fingerprints.kinds import MOST_PARTS, parts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

    Fingerprint = Dict[str, Any]

NAME = "datasets.json"


def main() -> None:
    """Write the file, at the lowest priority that the system offers."""
    run_dir, cwd, shared, keeper = sys.argv[1:5]
    _stand_back(int(keeper))
    os.chdir(cwd)
    target = os.path.join(run_dir, NAME)
    if not shared:
        _write(target, _datasets(run_dir))
        return
    import fcntl

    # Runs that begin together would all do the same work: one does it, the others wait and link what it has made.
    fd = os.open(os.path.dirname(shared), os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
    except OSError:
        # A file system without locks: then each does it.
        pass
    if not os.path.exists(shared):
        _write(shared, _datasets(run_dir))
    _link(shared, target)


def tables_of(bundle: str) -> list[str]:
    """Return the variables of a bundle that are, or hold, tables or arrays: its receipt names them."""
    try:
        with open(os.path.join(bundle, "receipt.json"), encoding="utf-8") as file:
            return [item["name"] for item in decode(file.read()).get("items", ()) if item.get("table")]
    except FileNotFoundError:
        return []


def _stand_back(keeper: int) -> None:
    try:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    except (OSError, AttributeError):
        os.nice(19)
    import ctypes

    # Who has started this ends it: SIGKILL also when that one is killed.
    ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))
    if os.getppid() != keeper:
        raise SystemExit(1)


def _datasets(run_dir: str) -> dict[str, Any]:
    namespace, notes = _load(run_dir)
    found: list[Fingerprint] = []
    for name in tables_of(os.path.join(run_dir, "bundle")):
        if name in namespace:
            _look_at(name, namespace[name], found, notes)
    return {"datasets": found, "notes": notes, "format": 1}


def _load(run_dir: str) -> tuple[dict[str, Any], list[str]]:
    """Return the values, loaded as a rank loads them, and why some could not be."""
    from jupyter_mlops.runtime import values

    bundle = Bundle(run_dir)
    if bundle.sources:
        sys.path.insert(0, bundle.sources)
    namespace = cell.make_main(__file__).__dict__
    try:
        values.load(bundle.path, namespace)
    except values.CannotLoad as error:
        return namespace, [f"Not everything has a fingerprint: {error}"]
    return namespace, []


def _look_at(name: str, value: Any, found: list[Fingerprint], notes: list[str]) -> None:
    parts = list(parts_of(value))
    for place, part in parts[:MOST_PARTS]:
        try:
            found.append(_named(name, place, part))
        except Exception as error:
            notes.append(f"`{name}{place}` has no fingerprint: {_why(error)}.")
    if len(parts) > MOST_PARTS:
        notes.append(f"`{name}` holds {len(parts)} tables and arrays; the first {MOST_PARTS} have a fingerprint.")


def _named(name: str, place: str, part: Any) -> Fingerprint:
    from jupyter_mlops.runtime.fingerprints import fingerprint

    fields = {"name": name, **fingerprint(part)}
    if place:
        fields["part"] = place
    return {key: value for key, value in fields.items() if value or key == "rows"}


def _why(error: Exception) -> str:
    from jupyter_mlops.runtime.fingerprints.objects import Unfit

    text = str(error).strip().partition("\n")[0].rstrip(".")
    return text if isinstance(error, Unfit) else f"{type(error).__name__}: {text}"


def _write(path: str, content: dict[str, Any]) -> None:
    draft = f"{path}.{os.getpid()}.tmp"
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    os.replace(draft, path)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        pass
    except OSError:
        with open(source, encoding="utf-8") as file:
            _write(target, json.load(file))
