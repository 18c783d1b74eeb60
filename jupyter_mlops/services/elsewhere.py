"""Programs of the runtime in the interpreter of a run, started as its ranks are, and ended with all they started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from jupyter_mlops.domain.runs import RunSpec
from jupyter_mlops.platforms.local.shim import RUNTIME, shim_dir
from jupyter_mlops.store.home import Home


@dataclass(frozen=True)
class Told:
    """What a program said.

    Attributes:
        records: What stood behind a record separator.
        code: Its exit code, negative for a signal.
        complaint: The last line on its standard error.
        is_late: Whether it was ended because its time was over.
    """

    records: list[dict[str, Any]]
    code: int
    complaint: str
    is_late: bool


def ask(home: Home, spec: RunSpec, program: str, arguments: Sequence[str], seconds: float) -> Told:
    """Run ``program``, a file of the runtime, for at most ``seconds`` in interpreter and environment of ``spec``.

    Raises:
        OSError: the interpreter cannot be started.
    """
    shim, path = str(shim_dir(home.path)), str(RUNTIME / program)
    code = f"import runpy, sys; sys.path.append({shim!r}); runpy.run_path({path!r}, run_name='__main__')"
    environment = {**spec.env, **{name: os.environ[name] for name in spec.withheld if name in os.environ}}
    with subprocess.Popen(
        [spec.python, "-c", code, *arguments],
        env=environment,
        cwd=spec.cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        is_late = False
        try:
            said, complaint = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            is_late = True
            _end(process)
            said, complaint = process.communicate()
        except BaseException:
            _end(process)
            raise
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    return Told(list(_records(said)), process.returncode, lines[-1] if lines else "", is_late)


def _records(said: bytes) -> Iterator[dict[str, Any]]:
    for line in said.splitlines():
        # Libraries may print what they like.
        with suppress(ValueError, TypeError):
            if line.startswith(b"\x1e"):
                yield dict(json.loads(line[1:]))


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
