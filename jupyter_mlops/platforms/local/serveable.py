"""Whether an interpreter has what serving needs. It is asked once, and what it says is kept in the home."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from jupyter_mlops import wire
from jupyter_mlops.domain.errors import InvalidOption, Unavailable, Unsupported
from jupyter_mlops.store.files import write_atomic
from jupyter_mlops.store.home import Home

NEEDED = ("uvicorn", "httptools", "uvloop", "orjson", "numpy")
_ASK_SECONDS = 30.0
_QUESTION = """\
import importlib.util, sys
path = sys.argv.pop()
sys.path += path.split(":") if path else []
print(*["lacks:"] + [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None])
"""


def check_interpreter(home: Home, python: str, path: Sequence[str], env: Mapping[str, str]) -> None:
    """Refuse an interpreter that cannot serve.

    Raises:
        InvalidOption: it is no program.
        Unavailable: it does not answer.
        Unsupported: it lacks something; the sentence has the command that installs it there.
    """
    if not os.access(python, os.X_OK) or not os.path.isfile(python):
        raise InvalidOption(f"--python: {python!r} is not a program; give the path of an interpreter.")
    known = home.path / "serving.json"
    key = wire.encode([python, _changed(python), list(path), env.get("PYTHONPATH", "")]).decode()
    # What is missing may be installed a minute later; what is there stays.
    if key in _remembered(known):
        return
    lacks = _own(path) if python == sys.executable else _asked(python, path, env)
    if lacks:
        raise Unsupported(
            f"{python} cannot serve: it has no {', '.join(lacks)}; install what serving needs: "
            f"{python} -m pip install 'jupyter-mlops[serve]'."
        )
    write_atomic(known, wire.encode([*_remembered(known)[-50:], key]))


def _own(path: Sequence[str]) -> list[str]:
    del path
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


def _asked(python: str, path: Sequence[str], env: Mapping[str, str]) -> list[str]:
    try:
        answer = subprocess.run(
            [python, "-c", _QUESTION, *NEEDED, ":".join(path)],
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ASK_SECONDS,
            check=True,
            text=True,
            cwd="/",
        )
        said = next(line for line in reversed(answer.stdout.splitlines()) if line.startswith("lacks:"))
    except (OSError, subprocess.SubprocessError, StopIteration) as error:
        raise Unavailable(
            f"The interpreter {python}, which would serve, does not answer ({_reason(error)}); give another: --python."
        ) from error
    return said.split()[1:]


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        lines = str(error.stderr).strip().splitlines()
        return lines[-1] if lines else f"exit code {error.returncode}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"nothing within {_ASK_SECONDS:g} s"
    return getattr(error, "strerror", None) or "what it says cannot be read"


def _remembered(path: Path) -> list[str]:
    try:
        return wire.decode(path.read_bytes(), list[str])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return []


def _changed(python: str) -> float:
    try:
        return max(os.stat(python).st_mtime, os.stat(Path(python).parents[1] / "pyvenv.cfg").st_mtime)
    except OSError:
        return 0.0
