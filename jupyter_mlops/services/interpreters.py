"""What another interpreter has: one that keeps a search where this one cannot, or that registers what it has made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jupyter_mlops.domain.algorithms import is_here
from jupyter_mlops.domain.errors import Unavailable

_ASK_SECONDS = 30.0
_QUESTION = """\
import importlib.util, json, sys
def is_there(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
print(json.dumps({"there": list(filter(is_there, sys.argv[1:])), "path": sys.path}))
"""
_OURS, _SEARCHES = "jupyter_mlops", "jupyter_mlops.tuning"
_BASICS = ("msgspec", _OURS, _SEARCHES)
"""What a conductor imports whatever it searches; where there is nothing of ours, it is lent what runs this."""

_known: dict[tuple[str, float, str, frozenset[str]], Interpreter] = {}


@dataclass(frozen=True)
class Interpreter:
    """An interpreter and what it can import.

    Attributes:
        python: Its path.
        path: Where it finds modules, the working directory apart.
        has: Says whether it can import a module.
    """

    python: str
    path: list[str]
    has: Callable[[str], bool]

    @property
    def is_this(self) -> bool:
        """Say whether it is the one that runs this."""
        return self.python == sys.executable


def this() -> Interpreter:
    """Return the interpreter that runs this."""
    return Interpreter(sys.executable, _with_ours(_without_here(sys.path)), is_here)


def ask(
    python: str, env: Mapping[str, str], modules: frozenset[str], role: str = "would keep the search"
) -> Interpreter:
    """Return what another interpreter can import of ``modules``. It is started once, and its answer kept.

    Args:
        python: Its path.
        env: Its environment.
        modules: Names of top-level modules.
        role: What it is asked for, in words.

    Raises:
        Unavailable: it cannot be asked.
    """
    key = (python, _changed(python), env.get("PYTHONPATH", ""), modules)
    found = _known.get(key)
    if found is None:
        found = _asked(python, env, modules, role)
        # What is missing may be installed a minute later; what is there stays.
        if all(map(found.has, modules)):
            _known[key] = found
    return found


def _asked(python: str, env: Mapping[str, str], modules: frozenset[str], role: str) -> Interpreter:
    wanted = [*_BASICS, *sorted(modules)]
    try:
        answer = subprocess.run(
            [python, "-c", _QUESTION, *wanted],
            env=dict(env) or None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ASK_SECONDS,
            check=True,
            cwd="/",
        )
        # Something that is imported at the start may print: the last line is ours.
        told = json.loads(answer.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        raise Unavailable(
            f"The interpreter {python}, which {role}, does not answer ({_reason(error)}); "
            "run the cell again with one that does."
        ) from error
    there = frozenset(told["there"])
    # It was asked at the root, which is its working directory.
    path = [entry for entry in told["path"] if entry and entry != "/"]
    # An old version of ours does not search.
    is_able = "msgspec" in there and (_SEARCHES in there or _OURS not in there)
    return Interpreter(python, path if _OURS in there else _with_ours(path), lambda module: is_able and module in there)


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        lines = error.stderr.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"exit code {error.returncode}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"nothing within {_ASK_SECONDS:g} s"
    return getattr(error, "strerror", None) or "what it says cannot be read"


def _without_here(path: list[str]) -> list[str]:
    """Return ``path`` without the working directory: a file there must not stand in for a package."""
    here = os.path.realpath(os.getcwd())
    return [os.path.abspath(entry) for entry in path if entry and os.path.realpath(entry) != here]


def _with_ours(path: list[str]) -> list[str]:
    """Return ``path`` with this package on it: last, for what lies beside it may be of another Python."""
    ours = str(Path(__file__).parents[2])
    return path if ours in path else [*path, ours]


def _changed(python: str) -> float:
    try:
        return os.stat(python).st_mtime
    except OSError:
        return 0.0
