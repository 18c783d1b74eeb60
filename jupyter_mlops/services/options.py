"""What may be asked for beside cell, name and parameters, and the one place where it is checked.

A magic passes the text of its line, a script passes Python values; both mean the same.
"""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from jupyter_mlops.domain.errors import InvalidOption, nearest
from jupyter_mlops.domain.runs import Limits, Resources, RunSpec
from jupyter_mlops.domain.units import format_size
from jupyter_mlops.services import processes
from jupyter_mlops.services.checks import duration, flag, one_of, size, whole
from jupyter_mlops.store.settings import program_at

NAMES = (
    *processes.NAMES,
    "keep",
    "timeout",
    "retries",
    "restart",
    "hang",
    "cpus",
    "memory",
    "gpus",
    "python",
    "cold",
    "on",
    "log_limit",
    "log_full",
)
"""All that ``asked`` takes."""

WHEN_FULL = ("cut", "stop")
RESTARTS = ("never", "on-failure", "exit-code")
_AS_THERE = {"Never": "never", "OnFailure": "on-failure", "ExitCode": "exit-code"}
"""The operators' words for them."""
_NEVER = re.compile(r"off|never|none|0+(\.0+)?[smhd]?")
LEAST_MEMORY = 10_000_000
"""Bytes; less is a unit that was forgotten."""


def asked(
    spec: RunSpec,
    platforms: Collection[str],
    *,
    interpreters: Mapping[str, str] | None = None,
    keep: Any = None,
    timeout: Any = None,
    retries: Any = None,
    restart: Any = None,
    hang: Any = None,
    cpus: Any = None,
    memory: Any = None,
    gpus: Any = None,
    python: Any = None,
    cold: Any = None,
    on: Any = None,
    log_limit: Any = None,
    log_full: Any = None,
    **wanted: Any,
) -> RunSpec:
    """Return ``spec`` with what is asked for; what is None stays as it is there.

    ``wanted`` are its processes, see ``services.processes``; ``interpreters`` are paths by the names that ``python``
    may be.
    """
    shaped = processes.shaped(spec, wanted)
    return msgspec.structs.replace(
        shaped,
        keep=spec.keep if keep is None else names(keep),
        resources=resources(cpus, memory, gpus, spec.resources),
        limits=limits(timeout, retries, log_limit, log_full, spec.limits, restart=restart, hang=hang),
        python=spec.python if python is None else interpreter(python, interpreters or {}),
        cold=spec.cold if cold is None else flag("cold", cold),
        platform=spec.platform if on is None else one_of("on", on, platforms),
    )


def resources(cpus: Any, memory: Any, gpus: Any, before: Resources = Resources()) -> Resources:  # noqa: B008 - frozen
    """Return the checked resources of each rank; what is None stays as it was ``before``."""
    return Resources(
        cpus=before.cpus if cpus is None else _cores(cpus),
        memory=before.memory if memory is None else _memory(memory),
        gpus=before.gpus if gpus is None else whole("gpus", gpus, least=0),
    )


def limits(
    timeout: Any,
    retries: Any,
    log_limit: Any,
    log_full: Any,
    before: Limits = Limits(),  # noqa: B008 - frozen
    *,
    restart: Any = None,
    hang: Any = None,
) -> Limits:
    """Return the checked limits of a run; what is None stays as it was ``before``."""
    wanted = {
        "timeout": None if timeout is None else duration("timeout", timeout),
        "retries": None if retries is None else whole("retries", retries, least=0),
        "restart": None if restart is None else _restart(restart),
        "hang": None if hang is None else _hang(hang),
        "log": None if log_limit is None else size("log_limit", log_limit),
        "full": None if log_full is None else one_of("log_full", log_full, WHEN_FULL),
    }
    found = msgspec.structs.replace(before, **{name: value for name, value in wanted.items() if value is not None})
    if restart is not None and found.restart != "never" and not found.retries:
        raise InvalidOption(
            f"--restart {found.restart} says which pods are started again, and --retries how often: add --retries 3."
        )
    return found


def names(value: str | Iterable[str]) -> list[str]:
    """Return the variables that ``--keep`` lists, once each; ``value`` is ``"a,b"`` or an iterable."""
    found = value.split(",") if isinstance(value, str) else list(value)
    kept = list(dict.fromkeys(name.strip() for name in found if name.strip()))
    for name in kept:
        if not name.isidentifier():
            raise InvalidOption(f"--keep takes names of variables, and {name!r} is none; write --keep model,history.")
    return kept


def interpreter(value: Any, named: Mapping[str, str] | None = None) -> str:
    """Return the absolute path of the ranks' interpreter.

    Args:
        value: A path, a command, the folder of an environment, or one of the names; None is the notebook's own.
        named: Paths of interpreters by their names.
    """
    if value is None:
        return sys.executable
    known = named or {}
    found = program_at(known.get(value, value))
    if found is None:
        raise InvalidOption(f"--python {value}: there is no interpreter that can be executed{_other(value, known)}")
    return found


def _other(value: Any, known: Mapping[str, str]) -> str:
    """Return what may have been meant where ``value`` is no interpreter."""
    if value in known:
        return f" at {known[value]}; mend that with %mlops set interpreter.{value}=PATH."
    hint = nearest(str(value), known) if known and os.sep not in str(value) else ""
    return hint or (f"; by name there is {', '.join(known)}." if known else ".")


def _restart(value: Any) -> str:
    return one_of("restart", _AS_THERE.get(value, value) if isinstance(value, str) else value, RESTARTS)


def _hang(value: Any) -> float:
    """Return seconds, which may be 0: never."""
    is_never = value == 0 if isinstance(value, int | float) else bool(_NEVER.fullmatch(str(value).strip().lower()))
    return 0.0 if is_never and not isinstance(value, bool) else duration("hang", value)


def _cores(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not 0 < number < math.inf:
        raise InvalidOption(f"--cpus is a number of cores such as 2 or 0.5, not {value!r}.")
    return number


def _memory(value: Any) -> int:
    found = size("memory", value)
    if found < LEAST_MEMORY:
        raise InvalidOption(
            f"--memory {value} is {format_size(found)}, and no Python process fits into less than "
            f"{format_size(LEAST_MEMORY)}; write a number and a unit, such as 500MB or 4GB."
        )
    return found
