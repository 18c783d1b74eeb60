"""What may be asked for beside cell, name and parameters, and the one place where it is checked.

A magic passes the text of its line, a script passes Python values; both mean the same.
"""

from __future__ import annotations

import math
import os
import shutil
import sys
from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from jupyter_mlops.domain.errors import InvalidOption, nearest
from jupyter_mlops.domain.kinds import KINDS
from jupyter_mlops.domain.runs import Limits, Resources, RunSpec
from jupyter_mlops.domain.units import format_size, parse_duration, parse_size

NAMES = (
    "workers",
    "keep",
    "timeout",
    "retries",
    "cpus",
    "memory",
    "gpus",
    "python",
    "kind",
    "on",
    "log_limit",
    "log_full",
)
"""All that ``asked`` takes."""

WHEN_FULL = ("cut", "stop")
LEAST_MEMORY = 10_000_000
"""Bytes; less is a unit that was forgotten."""


def asked(
    spec: RunSpec,
    platforms: Collection[str],
    *,
    workers: Any = None,
    keep: Any = None,
    timeout: Any = None,
    retries: Any = None,
    cpus: Any = None,
    memory: Any = None,
    gpus: Any = None,
    python: Any = None,
    kind: Any = None,
    on: Any = None,
    log_limit: Any = None,
    log_full: Any = None,
) -> RunSpec:
    """Return ``spec`` with what is asked for; what is None stays as it is there."""
    return msgspec.structs.replace(
        spec,
        workers=spec.workers if workers is None else whole("workers", workers, least=1),
        keep=spec.keep if keep is None else names(keep),
        resources=resources(cpus, memory, gpus, spec.resources),
        limits=limits(timeout, retries, log_limit, log_full, spec.limits),
        python=spec.python if python is None else interpreter(python),
        kind=spec.kind if kind is None else one_of("kind", kind, KINDS),
        platform=spec.platform if on is None else one_of("on", on, platforms),
    )


def resources(cpus: Any, memory: Any, gpus: Any, before: Resources = Resources()) -> Resources:  # noqa: B008 - frozen
    """Return the checked resources of each rank; what is None stays as it was ``before``."""
    return Resources(
        cpus=before.cpus if cpus is None else _cores(cpus),
        memory=before.memory if memory is None else _memory(memory),
        gpus=before.gpus if gpus is None else whole("gpus", gpus, least=0),
    )


def limits(timeout: Any, retries: Any, log_limit: Any, log_full: Any, before: Limits = Limits()) -> Limits:  # noqa: B008
    """Return the checked limits of a run; what is None stays as it was ``before``."""
    return Limits(
        timeout=before.timeout if timeout is None else duration("timeout", timeout),
        retries=before.retries if retries is None else whole("retries", retries, least=0),
        log=before.log if log_limit is None else _size("log_limit", log_limit),
        full=before.full if log_full is None else one_of("log_full", log_full, WHEN_FULL),
    )


def whole(option: str, value: Any, *, least: int) -> int:
    """Return ``value`` as a whole number of at least ``least``."""
    try:
        number = int(value) if isinstance(value, str) else value
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, int):
        raise InvalidOption(f"{_flag(option)} is a whole number, not {value!r}.")
    if number < least:
        raise InvalidOption(f"{_flag(option)} must be at least {least}, not {number}.")
    return number


def duration(option: str, value: Any) -> float:
    """Return ``value`` as seconds; it may be text such as ``5m``."""
    seconds = parse_duration(value) if isinstance(value, str) else _plain_number(value)
    if not seconds:
        raise InvalidOption(f"{_flag(option)} is a time such as 90s, 5m or 2h, not {value!r}.")
    return seconds


def one_of(option: str, value: Any, known: Collection[str]) -> str:
    """Return ``value`` if it is one of the words in ``known``, which are listed only if it is not."""
    if isinstance(value, str) and value in known:
        return value
    words = list(known)
    hint = nearest(str(value), words) or f"; there is {_listed(words)}."
    raise InvalidOption(f"{_flag(option)} cannot be {value!r}{hint}")


def names(value: str | Iterable[str]) -> list[str]:
    """Return the variables that ``--keep`` lists, once each; ``value`` is ``"a,b"`` or an iterable."""
    found = value.split(",") if isinstance(value, str) else list(value)
    kept = list(dict.fromkeys(name.strip() for name in found if name.strip()))
    for name in kept:
        if not name.isidentifier():
            raise InvalidOption(f"--keep takes names of variables, and {name!r} is none; write --keep model,history.")
    return kept


def interpreter(value: Any) -> str:
    """Return the absolute path of the ranks' interpreter; None is the notebook's own."""
    if value is None:
        return sys.executable
    path: str = os.path.expanduser(os.fspath(value))
    found = shutil.which(path)
    if found is None:
        raise InvalidOption(f"--python {value}: there is no interpreter that can be executed.")
    # Not realpath: a virtual environment's interpreter is known by the name of its link.
    absolute: str = os.path.abspath(found)
    return absolute


def _cores(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not 0 < number < math.inf:
        raise InvalidOption(f"--cpus is a number of cores such as 2 or 0.5, not {value!r}.")
    return number


def _size(option: str, value: Any) -> int:
    size = parse_size(value) if isinstance(value, str) else _plain_number(value)
    if not size:
        raise InvalidOption(f"{_flag(option)} is a size such as 500MB or 4GB, not {value!r}.")
    return int(size)


def _memory(value: Any) -> int:
    size = _size("memory", value)
    if size < LEAST_MEMORY:
        raise InvalidOption(
            f"--memory {value} is {format_size(size)}, and no Python process fits into less than "
            f"{format_size(LEAST_MEMORY)}; write a number and a unit, such as 500MB or 4GB."
        )
    return size


def _plain_number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < math.inf else None


def _flag(option: str) -> str:
    return "--" + option.replace("_", "-")


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else "none"
