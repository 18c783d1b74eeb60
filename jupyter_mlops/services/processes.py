"""Which processes a run has: what may be asked for with which kind, and the one place where that is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from jupyter_mlops.domain.errors import InvalidOption
from jupyter_mlops.domain.kinds import KINDS, OPTIONS
from jupyter_mlops.domain.runs import RunSpec
from jupyter_mlops.services.checks import flag, listed, one_of, whole

NAMES = ("kind", "workers", "slots", "ps", "evaluator", "servers", "chief")
"""All that ``shaped`` takes."""

_LEAST = {"workers": 1, "slots": 1, "ps": 0, "servers": 1}
_USUAL: dict[str, Any] = {"slots": 1, "ps": 0, "evaluator": False, "servers": 1, "chief": False}


def shaped(spec: RunSpec, wanted: Mapping[str, Any]) -> RunSpec:
    """Return ``spec`` with the processes that are wanted; what is None, or not there, stays as it is.

    Raises:
        InvalidOption: a value makes no sense, or the kind has no such processes.
    """
    given = {name: value for name, value in wanted.items() if value is not None}
    kind = one_of("kind", given["kind"], KINDS) if "kind" in given else spec.kind
    checked = {name: _checked(name, value) for name, value in given.items() if name != "kind"}
    for name, value in checked.items():
        _refuse_foreign(kind, name, value)
    # What an earlier run of another kind had, and nobody asks for now, does not come along.
    dropped = {name: usual for name, usual in _USUAL.items() if name not in OPTIONS.get(kind, ())}
    found = msgspec.structs.replace(spec, **{**dropped, **checked}, kind=kind)
    _refuse_together(found)
    return found


def _checked(name: str, value: Any) -> Any:
    return whole(name, value, least=_LEAST[name]) if name in _LEAST else flag(name, value)


def _refuse_foreign(kind: str, name: str, value: Any) -> None:
    if name not in _USUAL or value == _USUAL[name] or name in OPTIONS.get(kind, ()):
        return
    has = [f"--{each}" for each in ("workers", *OPTIONS.get(kind, ()))]
    those = [each for each in KINDS if name in OPTIONS.get(each, ())]
    raise InvalidOption(f"--{name} is for {listed(those)}; a run of kind {kind} has {listed(has)}.")


def _refuse_together(spec: RunSpec) -> None:
    if spec.kind == "paddle" and spec.ps and spec.slots > 1:
        raise InvalidOption("--slots: with --ps each pod of paddle has one process; leave one of the two out.")
